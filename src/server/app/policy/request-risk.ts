import type { ActionContext } from '@nocobase/server';
import { accessOfAction } from '../../core/access';
import { namedBy } from '../../core/policy/named';
import { risksOf, type Named, type Risk, type Tables } from '../../core/policy/risks';
import type { Policy } from './policy';
import { rolesOf } from './rights';

const MAIN_SOURCE = 'main';

/** The same with what the rules of this policy name for whoever asks. What reads is no risk, whatever rules say. */
export async function risksFor({ source, environment }: Policy, ctx: ActionContext): Promise<readonly Risk[]> {
  const rules = mayWrite(ctx) ? await source.rulesOfOthers() : [];
  const named = rules.length === 0 ? undefined : namedBy(rules, { environment, roles: rolesOf(ctx) });
  return risksOfRequest(ctx, named);
}

function mayWrite({ action: { resourceName: resource, actionName: action } }: ActionContext): boolean {
  return accessOfAction({ resource, action }) === 'write';
}

/** Everything that this request risks; empty when nobody has to decide about it. `named`: what only rules know. */
function risksOfRequest(ctx: ActionContext, named?: Named): readonly Risk[] {
  const { resourceName: resource, actionName: action, params } = ctx.action;
  const { targetCollection, values } = params;
  const { dataSource } = ctx;
  const request = { resource, action, mayWrite: mayWrite(ctx), targetCollection, values };
  const risks = risksOf(request, tablesOf(dataSource), named);
  return risks.filter((risk) => !isOfAnotherSource(risk, dataSource?.name));
}

/** As they are at this moment: fields come and go while people build their app. */
function tablesOf(dataSource: ActionContext['dataSource']): Tables {
  return {
    target: (table, name) => {
      const field = dataSource?.collectionManager?.getCollection(table)?.getField?.(name);
      const target = field?.target ?? field?.options?.target;
      return typeof target === 'string' ? target : undefined;
    },
  };
}

/**
 * Tables of other databases may be called like ours and are none of our business: only `main` has the host's own actions.
 * But such a database may be that of this very app, and the rows of its plugins are what makes plugins run. What a rule names
 * counts everywhere: it does not say where.
 */
function isOfAnotherSource({ group }: Risk, source: string | undefined): boolean {
  return source !== undefined && source !== MAIN_SOURCE && group !== 'plugin-rows' && group !== 'other';
}

/** Commands of the host that come of it have been decided about with it. */
export function startsCommands({ class: risk, group }: Risk): boolean {
  // A rule that lets the action of a plugin pass says nothing about what that does.
  if (group === 'other') return false;
  return risk === 'exclusive' || risk === 'quiet' || risk === 'disruptive';
}
