import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES } from '../../../shared/api';
import { sentence } from '../../core/errors';
import type { LedOperation } from '../../maintenance/led-operation';
import type { Coordination } from '../../ports';
import { requesterOf } from '../person';
import { busy, refusal, refuse, type Refusal } from '../refusals';
import type { RequestGate } from '../request-gate';
import type { HostBackups } from './backups';

export interface BackupGateDeps {
  readonly backups: HostBackups;
  readonly coordination: Coordination;
  readonly gate: RequestGate;
}

/** The page's resource, and the one of the host's command line. */
const RESOURCES: readonly string[] = ['backups', 'backup'];
/** Actions that answer about what backups do. */
const ASKS: readonly string[] = ['list', 'taskStatus', 'status'];

/**
 * Backups by HTTP. The host answers at once and works afterwards, so the lease is taken here, where the caller can still
 * be told who holds it; the operation ends when the host's work does.
 */
export function backupGate(deps: BackupGateDeps): Middleware {
  return async (ctx, next) => {
    const { resourceName, actionName } = ctx.action;
    if (!RESOURCES.includes(resourceName)) return next();
    if (actionName === 'create') return create(ctx, deps, next);
    if (ASKS.includes(actionName)) await deps.backups.beforeAnswer(actionName === 'list');
    return next();
  };
}

async function create(ctx: ActionContext, deps: BackupGateDeps, next: () => Promise<unknown>): Promise<unknown> {
  const begun = await begin(ctx, deps);
  if ('error' in begun) return refuse(ctx, begun);
  ctx.set('X-Maintenance-Operation', begun.record.id);
  deps.gate.underWay.exclude(ctx.req);
  return deps.backups.runs.within(begun, next);
}

async function begin(ctx: ActionContext, deps: BackupGateDeps): Promise<LedOperation | Refusal> {
  try {
    const begun = await deps.backups.runs.begin(requesterOf(ctx));
    return begun.outcome === 'leading' ? begun.operation : busy(begun.record);
  } catch (error) {
    const problem = deps.coordination.problem() ?? sentence(error);
    return refusal(503, ERROR_CODES.offline, `A backup needs the coordination, which is offline: ${problem}`);
  }
}
