import type { ActionContext, Application, Middleware } from '@nocobase/server';
import { ERROR_CODES, RESOURCE, type OperationBody, type StatusBody } from '../../shared/api';
import { RESOLUTIONS } from '../../shared/domain';
import { sentence } from '../core/errors';
import type { Journal } from '../maintenance/journal';
import type { Answer, Resolver } from '../maintenance/resolver';
import type { Coordination, Ledger } from '../ports';
import { rollBackActions, type RollBackActionDeps } from './backups/roll-back-action';
import { historyActions } from './history-action';
import { manualActions, type ManualActionDeps } from './manual-actions';
import { newsActions, type NewsActionDeps } from './news/news-actions';
import { personOf } from './person';
import { policyActions } from './policy/actions';
import { decisionActions } from './policy/decision-actions';
import { decisionsOf } from './policy/decisions';
import type { Policy } from './policy/policy';
import { guarded, registerSnippets } from './policy/rights';
import { settingsActions, type SettingsActionDeps } from './settings-action';
import { statusBody, type StatusDeps } from './status';

type PartsOfActions = StatusDeps & ManualActionDeps & RollBackActionDeps & SettingsActionDeps & NewsActionDeps;

export interface ResourceDeps extends PartsOfActions {
  readonly policy: Policy;
  readonly resolver: Resolver;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly coordination: Coordination;
}

type Action = (ctx: ActionContext, deps: ResourceDeps) => Promise<object>;

/** The actions of resource `clusterMaintenance` that need a signed-in user with the right to see the page. */
export function defineResource(app: Application, deps: ResourceDeps): void {
  const all = { status, get, cancel, resolve, declareStopped };
  const own = Object.fromEntries(Object.entries(all).map(([name, act]) => [name, middleware(act, deps)]));
  const decisions = { ...policyActions(deps.policy), ...decisionActions(decisionsOf(deps.policy)) };
  const actions = {
    ...own,
    ...historyActions(deps),
    ...manualActions(deps),
    ...rollBackActions(deps),
    ...settingsActions(deps),
    ...newsActions(deps),
    ...decisions,
  };
  app.resourceManager.define({ name: RESOURCE, actions: guarded(actions) });
  registerSnippets(app);
}

function middleware(act: Action, deps: ResourceDeps): Middleware {
  return async (ctx, next) => {
    ctx.body = await act(ctx, deps);
    await next();
  };
}

async function status(ctx: ActionContext, deps: ResourceDeps): Promise<StatusBody> {
  return { ...(await statusBody(deps)), viewer: personOf(ctx).identity };
}

async function get(ctx: ActionContext, { ledger, coordination, journal }: ResourceDeps): Promise<OperationBody> {
  const id = textOf(ctx.action.params.filterByTk);
  const running = await coordination.state.read().catch(() => undefined);
  const operation = running?.id === id ? running : await ledger.find(id);
  if (!operation) return ctx.throw(404, { code: ERROR_CODES.invalid, message: `There is no operation "${id}".` });
  return { operation, journal: await journal.story(id) };
}

async function cancel(ctx: ActionContext, { resolver, coordination }: ResourceDeps): Promise<object> {
  const { operationId } = valuesOf(ctx);
  return answer(ctx, coordination, () => resolver.cancel(textOf(operationId), personOf(ctx).name));
}

async function resolve(ctx: ActionContext, { resolver, coordination }: ResourceDeps): Promise<object> {
  const { operationId, resolution } = valuesOf(ctx);
  const known = RESOLUTIONS.find((word) => word === resolution);
  if (!known) {
    const message = `"resolution" takes one of: ${RESOLUTIONS.join(', ')}.`;
    return ctx.throw(400, { code: ERROR_CODES.invalid, message });
  }
  return answer(ctx, coordination, () => resolver.resolve(textOf(operationId), known, personOf(ctx).name));
}

async function declareStopped(ctx: ActionContext, { resolver, coordination }: ResourceDeps): Promise<object> {
  const { bootId } = valuesOf(ctx);
  return answer(ctx, coordination, () => resolver.declareStopped(textOf(bootId), personOf(ctx).name));
}

/** A refusal is answered with 409 and its sentence; a store or database that is silent with 503 and what is wrong. */
async function answer(ctx: ActionContext, coordination: Coordination, act: () => Promise<Answer>): Promise<object> {
  const outcome = await act().catch((error: unknown) => {
    const message = coordination.problem() ?? sentence(error);
    return ctx.throw(503, { code: ERROR_CODES.offline, message });
  });
  if (!outcome.ok) return ctx.throw(409, { code: ERROR_CODES.refused, message: outcome.refusal });
  return { message: outcome.said };
}

function valuesOf({ action }: ActionContext): Record<string, unknown> {
  return (action.params.values ?? {}) as Record<string, unknown>;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
