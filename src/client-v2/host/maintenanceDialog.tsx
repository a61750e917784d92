import type { BaseApplication } from '@nocobase/client-v2';
import React, { useEffect, useSyncExternalStore, type ComponentType } from 'react';

/** Name under which both lanes of the host look the dialog up whenever they show it. */
const DIALOG = 'AppMaintainingDialog';

/**
 * While a node is not running, the host covers the whole app with a dialog. On the page about the cluster that hides
 * exactly what an admin wants to see then, and the page tells more. Everywhere else the dialog stays the host's.
 */
export function makeRoomForPage(app: Pick<BaseApplication, 'getComponent' | 'addComponents'>): void {
  const HostDialog = app.getComponent(DIALOG, false);
  if (!HostDialog) return;
  app.addComponents({ [DIALOG]: besidesPage(HostDialog) });
}

function besidesPage(HostDialog: ComponentType) {
  return function MaintenanceDialog(props: object) {
    const shown = useSyncExternalStore(subscribe, isPageShown, isPageShown);
    return shown ? null : <HostDialog {...props} />;
  };
}

/** Called by the page: it is on the screen as long as the calling component is mounted. */
export function usePageShown(): void {
  useEffect(enterPage, []);
}

/** Returns how to leave. */
export function enterPage(): () => void {
  count(1);
  return () => count(-1);
}

const listeners = new Set<() => void>();
let pages = 0;

function count(change: number): void {
  pages += change;
  listeners.forEach((listener) => listener());
}

function isPageShown(): boolean {
  return pages > 0;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
