import type { ActionContext } from '@nocobase/server';
import { accessOfAction } from '../../core/access';
import { riskOf, type Risk } from '../../core/policy/risks';

/** Names are few, but whoever asks may make some up. */
const MOST = 20_000;
const MAIN_SOURCE = 'main';

const NONE: readonly Risk[] = [];

const known = new Map<string, Risk | null>();

/** What this request risks, the worst first; nothing when nobody has to decide about it. */
export function risksOfRequest({ action, dataSource }: ActionContext): readonly Risk[] {
  const { resourceName: resource, actionName } = action;
  const name = `${resource}:${actionName}`;
  let risk = known.get(name);
  if (risk === undefined) {
    risk = riskOf(resource, actionName, accessOfAction({ resource, action: actionName }) === 'write') ?? null;
    if (known.size >= MOST) known.clear();
    known.set(name, risk);
  }
  return risk && !isOfAnotherSource(risk, dataSource?.name) ? [risk] : NONE;
}

/**
 * Tables of other databases may be called like ours and are none of our business: only `main` has the host's own actions.
 * But such a database may be that of this very app, and the rows of its plugins are what makes plugins run.
 */
function isOfAnotherSource({ group }: Risk, source: string | undefined): boolean {
  return source !== undefined && source !== MAIN_SOURCE && group !== 'plugin-rows';
}

/** Commands of the host that come of it have been decided about with it. */
export function startsCommands({ class: risk }: Risk): boolean {
  return risk === 'exclusive' || risk === 'quiet' || risk === 'disruptive';
}

export function rolesOf({ state }: ActionContext): readonly string[] {
  const { currentRoles, currentRole } = state;
  return currentRoles ?? (currentRole === undefined ? [] : [currentRole]);
}
