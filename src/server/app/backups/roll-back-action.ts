import type { ActionContext, Middleware } from '@nocobase/server';
import { ERROR_CODES, type RollBackAnswer } from '../../../shared/api';
import { sentence } from '../../core/errors';
import type { Coordination } from '../../ports';
import { requesterOf } from '../person';
import type { RequestGate } from '../request-gate';
import type { RollBacks } from './roll-backs';

export interface RollBackActionDeps {
  readonly rollBacks: RollBacks;
  readonly coordination: Coordination;
  readonly gate: RequestGate;
}

/** `clusterMaintenance:rollBack`: answered when the operation has begun; how it ends stands in its record. */
export function rollBackActions(deps: RollBackActionDeps): Record<string, Middleware> {
  return {
    rollBack: async (ctx, next) => {
      ctx.body = await begin(ctx, deps);
      await next();
    },
  };
}

async function begin(ctx: ActionContext, deps: RollBackActionDeps): Promise<RollBackAnswer> {
  const { operationId } = (ctx.action.params.values ?? {}) as { operationId?: unknown };
  // The drain of this node does not wait for the request that asked for it.
  deps.gate.underWay.exclude(ctx.req);
  const id = typeof operationId === 'string' ? operationId : '';
  const begun = await deps.rollBacks.ask(id, requesterOf(ctx)).catch((error: unknown) => {
    const message = deps.coordination.problem() ?? sentence(error);
    return ctx.throw(503, { code: ERROR_CODES.offline, message });
  });
  if (!begun.ok) return ctx.throw(409, { code: ERROR_CODES.refused, message: begun.refusal });
  return { message: begun.said, operationId: begun.operation.id };
}
