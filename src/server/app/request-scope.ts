import type { ActionContext, Middleware } from '@nocobase/server';
import { mayBeginOperation } from '../core/policy/beginnings';
import { AsyncScope } from './async-scope';

const scope = new AsyncScope<ActionContext>();

/** Runs the app's handling of a request so that whatever it calls can tell which one it is. */
export function withinRequest<T>(ctx: ActionContext, run: () => Promise<T>): Promise<T> {
  return scope.run(ctx, run);
}

/** The request in whose asynchronous context this is called, if that may begin an operation. It may have been answered already. */
export function currentRequest(): ActionContext | undefined {
  return scope.get();
}

/** Only what may begin an operation is run within its request: to be remembered costs every other request something. */
export function requestScope(): Middleware {
  return async (ctx, next) => {
    const { resourceName, actionName } = ctx.action;
    const isNeeded = mayBeginOperation(resourceName, actionName) && currentRequest() === undefined;
    return isNeeded ? withinRequest(ctx, next) : next();
  };
}
