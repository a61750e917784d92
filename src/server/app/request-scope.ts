import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActionContext } from '@nocobase/server';

const storage = new AsyncLocalStorage<ActionContext>();

/** Runs the app's handling of a request so that whatever it calls can tell which one it is. */
export function withinRequest<T>(ctx: ActionContext, run: () => Promise<T>): Promise<T> {
  return storage.run(ctx, run);
}

/** The request in whose asynchronous context this is called. It may have been answered already. */
export function currentRequest(): ActionContext | undefined {
  return storage.getStore();
}
