import type { ActionContext, Application, Middleware } from '@nocobase/server';
import { ACL_SNIPPET, ERROR_CODES, RESOURCE } from '../../shared/api';
import { RESOLUTIONS } from '../../shared/domain';
import type { Clock } from '../core/clock';
import type { NodeAgent } from '../maintenance/node-agent';
import type { Coordination } from '../ports';
import { statusBody } from './status';

export interface ResourceDeps {
  readonly agent: NodeAgent;
  readonly coordination: Coordination;
  readonly clock: Clock;
}

/** The actions of resource `clusterMaintenance` that need a signed-in user with the right to see the page. */
export function defineResource(app: Application, deps: ResourceDeps): void {
  const status: Middleware = async (ctx, next) => {
    ctx.body = await statusBody(deps);
    await next();
  };
  const resolve: Middleware = async (ctx, next) => {
    ctx.body = await resolveHeld(ctx, deps);
    await next();
  };
  app.resourceManager.define({ name: RESOURCE, actions: { status, resolve } });
  app.acl.registerSnippet({ name: ACL_SNIPPET, actions: [`${RESOURCE}:*`] });
}

/** The one way out of a held operation so far: every node loads what the database says, and serves. */
async function resolveHeld(ctx: ActionContext, { coordination, agent, clock }: ResourceDeps): Promise<object> {
  const { operationId, resolution } = (ctx.action.params.values ?? {}) as Record<string, unknown>;
  if (!RESOLUTIONS.some((known) => known === resolution)) {
    return ctx.throw(400, {
      code: ERROR_CODES.invalid,
      message: `"resolution" takes one of: ${RESOLUTIONS.join(', ')}.`,
    });
  }
  const record = await coordination.state.read();
  if (record?.id !== operationId || record?.phase !== 'held') {
    return ctx.throw(409, {
      code: ERROR_CODES.invalid,
      message: 'This operation is not held (any more); reload the page.',
    });
  }
  const { nickname, username } = ctx.state.currentUser ?? {};
  const reason = `${record.reason ?? ''} Resolved by ${nickname ?? username ?? 'API'}: every node loads what the database says.`;
  const over = { ...record, phase: 'idle', result: 'degraded', endedAt: clock.wall(), reason } as const;
  const outcome = await coordination.state.settle(record, over);
  if (outcome === 'moved') {
    return ctx.throw(409, {
      code: ERROR_CODES.invalid,
      message: 'Somebody else has just resolved it; reload the page.',
    });
  }
  await coordination.bus.hint();
  await agent.beat();
  return { resolved: true };
}
