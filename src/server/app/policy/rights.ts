import type { ActionContext, Application, HostAcl, Middleware } from '@nocobase/server';
import { ACL_SNIPPET, RESOURCE } from '../../../shared/api';
import { POLICY_ERROR_CODES, RIGHTS, type Right } from '../../../shared/policy-api';
import { ACTION_RIGHTS, actionsOf, RIGHT_SNIPPETS, rightsOf, SIGNED_IN_ACTIONS } from '../../../shared/rights';
import type { Risk } from '../../core/policy/risks';

/** The host gives this role everything and asks no snippet. */
const ROOT = 'root';

/** What roles may do together: what one of them may. */
export function rightsOfRoles(acl: HostAcl, roles: readonly string[]): readonly Right[] {
  if (roles.includes(ROOT)) return RIGHTS;
  const each = roles.map((role) => {
    const { allowed = [], rejected = [] } = acl.getRole(role)?.effectiveSnippets() ?? {};
    return rightsOf(allowed, rejected);
  });
  return RIGHTS.filter((right) => each.some((own) => own.includes(right)));
}

/**
 * Whether these roles may do such a thing at all. What stops the cluster needs the right to operate it; about everything else
 * the host's own rights decide, as without this plugin.
 */
export function mayOperate(acl: HostAcl, roles: readonly string[], { action, class: risk }: Risk): boolean {
  const own = action.startsWith(`${RESOURCE}:`) ? ACTION_RIGHTS[action.slice(RESOURCE.length + 1)] : undefined;
  const needed = own ?? (risk === 'exclusive' || risk === 'quiet' ? 'operate' : undefined);
  return needed === undefined || rightsOfRoles(acl, roles).includes(needed);
}

/**
 * The host asks for the whole snippet or a part of it, but what it allows by the whole it does not take back by a part: a role
 * with everything but `break-glass` could break it. So each action asks here once more.
 */
export function guarded(actions: Readonly<Record<string, Middleware>>): Record<string, Middleware> {
  const guard = (name: string, act: Middleware) =>
    SIGNED_IN_ACTIONS.includes(name) ? act : guardedBy(rightFor(name), name, act);
  return Object.fromEntries(Object.entries(actions).map(([name, act]) => [name, guard(name, act)]));
}

/** Who has the whole has all parts. */
export function registerSnippets({ acl }: Application): void {
  acl.allow(RESOURCE, [...SIGNED_IN_ACTIONS], 'loggedIn');
  acl.registerSnippet({ name: ACL_SNIPPET, actions: [`${RESOURCE}:*`] });
  for (const right of RIGHTS) {
    const actions = actionsOf(right).map((action) => `${RESOURCE}:${action}`);
    acl.registerSnippet({ name: RIGHT_SNIPPETS[right], actions });
  }
}

export function rolesOf({ state }: ActionContext): readonly string[] {
  const { currentRoles, currentRole } = state;
  return currentRoles ?? (currentRole === undefined ? [] : [currentRole]);
}

/** An action that nobody has named in `ACTION_RIGHTS` is for nobody: better than an app that does not load. */
function guardedBy(right: Right | undefined, name: string, act: Middleware): Middleware {
  return async (ctx, next) => {
    if (right !== undefined && rightsOfRoles(ctx.app.acl, rolesOf(ctx)).includes(right)) return act(ctx, next);
    const needed = right === undefined ? 'a right that nobody has named' : RIGHT_SNIPPETS[right];
    const message = `You have no right to ${name} here: it needs ${needed}.`;
    return ctx.throw(403, { code: POLICY_ERROR_CODES.denied, message });
  };
}

function rightFor(name: string): Right | undefined {
  return Object.hasOwn(ACTION_RIGHTS, name) ? ACTION_RIGHTS[name] : undefined;
}
