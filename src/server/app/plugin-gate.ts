import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES } from '../../shared/api';
import type { OperationKind } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { isOver } from '../core/node-machine';
import type { Coordinator } from '../maintenance/coordinator';
import type { LedOperation } from '../maintenance/led-operation';
import type { Coordination } from '../ports';
import { withTicket, type Ticket } from './command-scope';
import { gatedCommand } from './gated-commands';
import { requesterOf } from './person';
import { missingPlugin } from './plugin-names';
import { busy, refusal, refuse, type Refusal } from './refusals';
import type { RequestGate } from './request-gate';

export interface PluginGateDeps {
  readonly coordinator: Coordinator;
  readonly coordination: Coordination;
  readonly gate: RequestGate;
  readonly clock: Clock;
}

/** How long a request may take to start its command after it was answered, in milliseconds. */
const CLAIM_WITHIN = 3_000;

/**
 * The plugin manager's actions. The host answers most of them at once and works afterwards, and it drops a second
 * command without a word: so the lease is taken here, where the caller can still be told who holds it.
 */
export function pluginGate(deps: PluginGateDeps): Middleware {
  return async (ctx, next) => {
    const kind = ctx.action.resourceName === 'pm' ? gatedCommand(`pm.${ctx.action.actionName}`)?.kind : undefined;
    if (!kind) return next();
    const begun = await begin(ctx, deps, kind);
    if ('error' in begun) return refuse(ctx, begun);
    ctx.set('X-Maintenance-Operation', begun.record.id);
    return lead(ctx, deps, begun, next);
  };
}

/** Runs the host's action for an operation, and ends the operation if no command comes of it. */
async function lead(ctx: ActionContext, deps: PluginGateDeps, operation: LedOperation, next: () => Promise<unknown>) {
  deps.gate.underWay.exclude(ctx.req);
  const waiting = new AbortController();
  const ticket: Ticket = { operation, claimed: false, onClaim: () => waiting.abort() };
  let patience = CLAIM_WITHIN;
  try {
    return await withTicket(ticket, next);
  } catch (error) {
    patience = 0;
    throw error;
  } finally {
    // The answer is not kept waiting: most commands begin a moment after it.
    void deps.clock.sleep(patience, waiting.signal).then(async () => {
      if (ticket.claimed) return;
      ticket.claimed = true;
      await operation.abort('The request ended without starting a command.');
    });
  }
}

async function begin(ctx: ActionContext, deps: PluginGateDeps, kind: OperationKind): Promise<LedOperation | Refusal> {
  const subject = subjectOf(ctx);
  const missing = await missingPlugin(kind, namesIn(subject));
  if (missing !== undefined) return refusal(400, ERROR_CODES.invalid, missing);
  const running = ctx.app.activatedCommand?.name;
  if (running) return busyWith(running, deps);
  try {
    const begun = await deps.coordinator.begin({ kind, subject, requestedBy: requesterOf(ctx) });
    return begun.outcome === 'leading' ? begun.operation : busy(begun.record);
  } catch (error) {
    const problem = deps.coordination.problem() ?? sentence(error);
    return refusal(503, ERROR_CODES.offline, `${kind} needs the coordination, which is offline: ${problem}`);
  }
}

/** The command of this node is most often an operation that others can be told of. */
async function busyWith(running: string, { coordination }: PluginGateDeps): Promise<Refusal> {
  const record = await coordination.state.read().catch(() => undefined);
  if (record && !isOver(record)) return busy(record);
  return refusal(409, ERROR_CODES.inProgress, `This node still runs the command ${running}; try again.`);
}

function subjectOf({ action }: ActionContext): string {
  const { filterByTk, values } = action.params;
  const named = [filterByTk].flat().filter((name) => typeof name === 'string');
  if (named.length > 0) return named.join(', ');
  const { packageName } = (values ?? {}) as { packageName?: unknown };
  return typeof packageName === 'string' ? packageName : '';
}

function namesIn(subject: string): string[] {
  return subject
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}
