import { useMemo, useState, useSyncExternalStore } from 'react';

/** What the page keeps in the query of its address; `undefined` takes a value out. */
export type AddressChange = Readonly<Record<string, string | undefined>>;

const listeners = new Set<() => void>();

/**
 * The query of the address, read again whenever it changes. Kept beside the host's router: it has one in each lane, and
 * neither minds a query that it was not asked about.
 */
export function useAddress(): URLSearchParams {
  const [ownQuery] = useState(queryOfThisPage);
  const query = useSyncExternalStore(subscribe, ownQuery, noQuery);
  return useMemo(() => new URLSearchParams(query), [query]);
}

/** While the host leaves for another page, what is shown stays as it was. */
function queryOfThisPage(): () => string {
  const { pathname } = window.location;
  let last = currentQuery();
  return () => {
    if (window.location.pathname === pathname) last = currentQuery();
    return last;
  };
}

/** The address of this page with these changes: for links that may be opened elsewhere. */
export function addressWith(change: AddressChange): string {
  const { pathname, hash } = window.location;
  const query = new URLSearchParams(currentQuery());
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return `${pathname}${text === '' ? '' : `?${text}`}${hash}`;
}

/** Goes there without loading the page anew; the browser's way back leads here again. */
export function goTo(change: AddressChange): void {
  const address = addressWith(change);
  // The host's router finds its own number of the entry in the state.
  if (address !== addressWith({})) window.history.pushState(window.history.state, '', address);
  listeners.forEach((listener) => listener());
}

function currentQuery(): string {
  return window.location.search;
}

function noQuery(): string {
  return '';
}

/** Browsers that have it tell also of what the host's router does, such as a click on the page's name in the menu. */
const { navigation } = globalThis as { readonly navigation?: EventTarget };

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  navigation?.addEventListener('currententrychange', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
    navigation?.removeEventListener('currententrychange', listener);
  };
}
