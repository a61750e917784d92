import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES, type EnterBody, type LetInBody } from '../../shared/api';
import { readEntry } from '../core/entry';
import { sentence } from '../core/errors';
import { isLookedAt, isManual } from '../core/standing';
import type { ManualMaintenance } from '../maintenance/manual';
import type { Coordination } from '../ports';
import type { Admission } from './admission';
import { personOf, requesterOf } from './person';
import { busy, refuse } from './refusals';

export interface ManualActionDeps {
  readonly manual: ManualMaintenance;
  readonly admission: Admission;
  readonly coordination: Coordination;
}

/** A reason is a sentence, and stands in the history. */
const LONGEST = 1_000;

type Act = (ctx: ActionContext, deps: ManualActionDeps, values: Readonly<Record<string, unknown>>) => Promise<void>;

/** `enter`, `exit` and `letIn` of the resource; whoever may see the page may call them. */
export function manualActions(deps: ManualActionDeps): Readonly<Record<string, Middleware>> {
  const all: Readonly<Record<string, Act>> = { enter, exit, letIn };
  return Object.fromEntries(Object.entries(all).map(([name, act]) => [name, middleware(act, deps)]));
}

function middleware(act: Act, deps: ManualActionDeps): Middleware {
  return async (ctx, next) => {
    await act(ctx, deps, (ctx.action.params.values ?? {}) as Record<string, unknown>);
    await next();
  };
}

async function enter(
  ctx: ActionContext,
  deps: ManualActionDeps,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const read = readEntry(values);
  if (!read.ok) return invalid(ctx, read.problem);
  const outcome = await reached(ctx, deps, () =>
    deps.manual.enter(read.entry, { ...personOf(ctx), name: requesterOf(ctx) }),
  );
  if (outcome.outcome === 'busy') return refuse(ctx, busy(outcome.record));
  if (outcome.outcome === 'invalid') return invalid(ctx, outcome.reason);
  if (outcome.outcome === 'aborted') return ctx.throw(409, { code: ERROR_CODES.refused, message: outcome.reason });
  ctx.body = { operation: outcome.record } satisfies EnterBody;
}

async function exit(
  ctx: ActionContext,
  deps: ManualActionDeps,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { operationId, override, reason } = values;
  if (typeof operationId !== 'string' || operationId === '')
    return invalid(ctx, '"operationId" names the maintenance.');
  const request = { operationId, by: personOf(ctx), override: override === true, reason: textOf(reason) };
  const answer = await reached(ctx, deps, () => deps.manual.exit(request));
  if (!answer.ok) return ctx.throw(409, { code: ERROR_CODES.refused, message: answer.refusal });
  ctx.body = { message: answer.said };
}

async function letIn(
  ctx: ActionContext,
  deps: ManualActionDeps,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const record = await reached(ctx, deps, async () => (await deps.manual.current()) ?? deps.coordination.state.read());
  if (!record || !(isManual(record) || isLookedAt(record)) || record.id !== values.operationId) {
    return ctx.throw(409, { code: ERROR_CODES.refused, message: 'This maintenance is not under way.' });
  }
  const pass = deps.admission.issue(record, isSecure(ctx));
  if (!pass) {
    const message = 'The app has no secret of its own to seal a pass with: set APP_KEY, the same on all nodes.';
    return ctx.throw(409, { code: ERROR_CODES.refused, message });
  }
  ctx.set('Set-Cookie', pass.cookie);
  ctx.body = { expiresInSeconds: Math.floor(pass.ms / 1000) } satisfies LetInBody;
}

/** A store or database that is silent is answered with 503 and what is wrong. */
function reached<T>(ctx: ActionContext, { coordination }: ManualActionDeps, act: () => Promise<T>): Promise<T> {
  return act().catch((error: unknown) => {
    const message = coordination.problem() ?? sentence(error);
    return ctx.throw(503, { code: ERROR_CODES.offline, message });
  });
}

function invalid(ctx: ActionContext, message: string): never {
  return ctx.throw(400, { code: ERROR_CODES.invalid, message });
}

/** A balancer that ends TLS says so; without one the connection does. */
function isSecure({ req }: ActionContext): boolean {
  return req.headers['x-forwarded-proto'] === 'https' || 'encrypted' in req.socket;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, LONGEST) : '';
}
