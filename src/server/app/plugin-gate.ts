import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES } from '../../shared/api';
import type { OperationKind, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Coordinator } from '../maintenance/coordinator';
import type { Coordination } from '../ports';
import { gatedKind } from './command-gate';
import { withTicket, type Ticket } from './command-scope';
import { missingPlugin } from './plugin-names';
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
    const kind = kindOf(ctx);
    if (!kind) return next();
    const subject = subjectOf(ctx);
    const missing = await missingPlugin(kind, namesIn(subject));
    if (missing !== undefined) refuse(ctx, 400, ERROR_CODES.invalid, missing);
    const running = ctx.app.activatedCommand?.name;
    if (running) refuse(ctx, 409, ERROR_CODES.inProgress, `This node still runs the command ${running}; try again.`);
    const operation = await begin(ctx, deps, kind, subject);
    deps.gate.exclude(ctx.req);
    ctx.set('X-Maintenance-Operation', operation.record.id);
    const claim = new AbortController();
    const ticket: Ticket = { operation, claimed: false, onClaim: () => claim.abort() };
    try {
      return await withTicket(ticket, next);
    } finally {
      // The answer is not kept waiting: most commands begin a moment after it.
      void deps.clock.sleep(CLAIM_WITHIN, claim.signal).then(async () => {
        if (ticket.claimed) return;
        ticket.claimed = true;
        await operation.abort('The request ended without starting a command.');
      });
    }
  };
}

function kindOf({ action }: ActionContext): OperationKind | undefined {
  return action.resourceName === 'pm' ? gatedKind(`pm.${action.actionName}`) : undefined;
}

async function begin(ctx: ActionContext, deps: PluginGateDeps, kind: OperationKind, subject: string) {
  const { nickname, username } = ctx.state.currentUser ?? {};
  try {
    const begun = await deps.coordinator.begin({ kind, subject, requestedBy: nickname ?? username ?? 'API' });
    if (begun.outcome === 'leading') return begun.operation;
    return refuse(ctx, 409, ERROR_CODES.inProgress, busySentence(begun.record), begun.record);
  } catch (error) {
    if (isRefusal(error)) throw error;
    const problem = deps.coordination.problem() ?? sentence(error);
    return refuse(ctx, 503, ERROR_CODES.offline, `${kind} needs the coordination, which is offline: ${problem}`);
  }
}

function busySentence(record: OperationRecord | undefined): string {
  if (!record) return 'Another operation is just beginning; try again.';
  const subject = record.subject ? ` ${record.subject}` : '';
  const since = new Date(record.startedAt).toISOString();
  return `${record.leader.name} runs ${record.kind}${subject} for ${record.requestedBy} since ${since} (${record.phase}).`;
}

/** The body of design.md section 3; `details` lets a client show the holder without parsing the sentence. */
function refuse(ctx: ActionContext, status: number, code: string, message: string, record?: OperationRecord): never {
  const holder = record && {
    operationId: record.id,
    holder: record.leader.name,
    kind: record.kind,
    phase: record.phase,
    since: record.startedAt,
  };
  return ctx.throw(status, { code, message, ...holder });
}

function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error;
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
