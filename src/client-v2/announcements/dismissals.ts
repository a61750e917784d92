import type { Announcement } from '../../shared/announcements';
import { keyOf, stageAt, type Dismissed } from './model';

/** What somebody has put aside in this browser, in all of its windows. */
export interface Dismissals {
  subscribe(listener: () => void): () => void;
  current(): Dismissed;
  /** `among`: what is announced at the moment. Of all others nothing need be remembered. */
  dismiss(one: Announcement, now: number, among: readonly Announcement[]): void;
}

type Store = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'cluster-maintenance:dismissed';

/** Without a storage it is remembered until the page is loaded anew. */
export function createDismissals(storage: Store | undefined): Dismissals {
  let current = readFrom(storage);
  const listeners = new Set<() => void>();
  const become = (next: Dismissed) => {
    current = next;
    listeners.forEach((each) => each());
  };
  const byOtherWindow = ({ key }: StorageEvent) => key === KEY && become(readFrom(storage));
  return {
    subscribe(listener) {
      if (listeners.size === 0) window.addEventListener('storage', byOtherWindow);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) window.removeEventListener('storage', byOtherWindow);
      };
    },
    current: () => current,
    dismiss(one, now, among) {
      const known = new Set(among.map(keyOf));
      const kept = Object.entries(current).filter(([key]) => known.has(key));
      become({ ...Object.fromEntries(kept), [keyOf(one)]: stageAt(one, now) });
      try {
        storage?.setItem(KEY, JSON.stringify(current));
      } catch {
        // The browser's storage is full, or forbidden.
      }
    },
  };
}

function readFrom(storage: Store | undefined): Dismissed {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Dismissed) : {};
  } catch {
    return {};
  }
}
