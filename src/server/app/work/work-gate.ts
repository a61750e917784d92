import type { ActionContext, Middleware } from '@nocobase/server';
import { sentence } from '../../core/errors';
import type { Clock } from '../../core/clock';
import type { Parts } from '../parts';
import { requesterOf } from '../person';
import { refuse } from '../refusals';
import { depsOf } from './declared-work';
import { followTask, taskOf } from './follow-task';
import type { DeclaredWork, WorkRegistry } from './registry';
import { runWork, type WorkRequest } from './run-work';
import { WorkError } from './work-error';
import { currentWork, handOver, type WorkScope } from './work-scope';

export interface WorkGateDeps {
  readonly parts: Parts;
  readonly registry: WorkRegistry;
  readonly clock: Clock;
  readonly onSettled: (result: string) => void;
  readonly warn: (text: string) => void;
}

/** How long a handler that starts a command may take to do so after it was answered, in milliseconds. */
const COMMAND_WITHIN = 3_000;

/** Runs the actions that plugins have declared as operations, to their real end. */
export function workGate(deps: WorkGateDeps): Middleware {
  return async (ctx, next) => {
    const declared = deps.registry.action(ctx.action.resourceName, ctx.action.actionName);
    // A part of work that runs already.
    if (!declared || currentWork()) return void (await next());
    try {
      await lead(ctx, deps, declared, next);
    } catch (error) {
      if (!(error instanceof WorkError)) throw error;
      const { code, message, holder = {} } = error;
      refuse(ctx, { status: error.statusCode, error: { code, message, ...holder } });
    }
  };
}

/** Resolves when the client may be answered: at the end of the work, or as soon as the handler wants it to be. */
async function lead(
  ctx: ActionContext,
  deps: WorkGateDeps,
  declared: DeclaredWork,
  next: () => Promise<unknown>,
): Promise<void> {
  const commands = new AbortController();
  const request = { ...requestOf(ctx, declared), onCommand: () => commands.abort() };
  await new Promise<void>((resolve, reject) => {
    const whole = runWork(depsOf(deps.parts, deps.onSettled), request, async ({ epoch }, scope) => {
      ctx.set('X-Maintenance-Epoch', String(epoch));
      await next();
      const task = taskOf(ctx);
      if (task !== undefined) handOver(scope, followTask(ctx, task, deps.clock));
      else if (declared.startsCommand) handOver(scope, deps.clock.sleep(COMMAND_WITHIN, commands.signal));
      if (answersEarly(scope)) resolve();
    });
    whole.then(() => resolve(), reject);
    // Its client may have been answered long before.
    whole.catch((error: unknown) => deps.warn(`${declared.title}: ${sentence(error)}`));
  });
}

function answersEarly({ ends }: WorkScope): boolean {
  return ends.length > 0;
}

function requestOf(ctx: ActionContext, { kind, mode, title }: DeclaredWork): WorkRequest {
  const { filterByTk } = ctx.action.params;
  const about = typeof filterByTk === 'string' || typeof filterByTk === 'number' ? ` ${filterByTk}` : '';
  return { kind, mode, what: `${title}${about}`, requestedBy: requesterOf(ctx) };
}
