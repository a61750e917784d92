import type { BaseApplication } from '@nocobase/client-v2';
import React, { useEffect, useSyncExternalStore, type ComponentType, type ReactNode } from 'react';
import { ERROR_CODES } from '../../shared/api';
import { DrainedDialog, DrainedScreen, type DrainedProps } from './Drained';
import { endOf } from './expectation';
import { useWayBack, type MaintainedApp } from './wayBack';

/** Names under which both lanes of the host look up what covers the app, and what stands in for it before it loads. */
const DIALOG = 'AppMaintainingDialog';
const SCREEN = 'AppMaintaining';

interface ScreenProps {
  /** What the host was told last: `{code, message}` of a refused request or of a message on its websocket. */
  readonly error?: unknown;
}

type Screens = MaintainedApp & Pick<BaseApplication, 'getComponent' | 'addComponents' | 'addProvider' | 'maintained'>;

/**
 * What the host shows while a node does not serve. Four things are different with this plugin: a drained node has
 * words of its own and says when it is expected back, everybody gets back by themselves, an app that is on the screen
 * is covered and never taken away with what was typed into it, and the page about the cluster is not even covered,
 * because it is what an admin wants to see then.
 */
export function adoptMaintenanceScreens(app: Screens): void {
  app.addProvider(keepMounted(app));
  replace(app, DIALOG, (Host) => {
    return function MaintenanceDialog(props) {
      useWayBack(app, props.error);
      const uncovered = useSyncExternalStore(subscribe, isPageShown, isPageShown);
      if (uncovered) return null;
      return isDrained(props.error) ? <DrainedDialog {...noticeOf(props.error)} /> : <Host {...props} />;
    };
  });
  replace(app, SCREEN, (Host) => {
    return function MaintenanceScreen(props) {
      useWayBack(app, props.error);
      return isDrained(props.error) ? <DrainedScreen {...noticeOf(props.error)} /> : <Host {...props} />;
    };
  });
}

function replace(
  app: Screens,
  name: string,
  make: (Host: ComponentType<ScreenProps>) => ComponentType<ScreenProps>,
): void {
  const Host = app.getComponent(name, false);
  if (Host) app.addComponents({ [name]: make(Host) });
}

function isDrained(error: unknown): boolean {
  return isObject(error) && error.code === ERROR_CODES.drained;
}

function noticeOf(error: unknown): DrainedProps {
  const message = isObject(error) && typeof error.message === 'string' ? error.message : '';
  return { message, end: endOf(error) };
}

/**
 * The host covers an app only when it was told before that it serves, which its websocket does for those who have
 * signed in; in any other app the screen would take the place of the form that somebody types into.
 */
function keepMounted(app: Pick<Screens, 'maintained'>) {
  return function Mounted({ children }: { readonly children?: ReactNode }) {
    useEffect(() => {
      app.maintained = true;
    }, []);
    return <>{children}</>;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
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
