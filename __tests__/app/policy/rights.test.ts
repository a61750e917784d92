import type { ActionContext, HostAcl } from '@nocobase/server';
import { describe, expect, it } from 'vitest';
import { ACL_SNIPPET } from '../../../src/shared/api';
import { RIGHTS, type Right } from '../../../src/shared/policy-api';
import { ACTION_RIGHTS, RIGHT_SNIPPETS } from '../../../src/shared/rights';
import { guarded, mayOperate, rightsOfRoles } from '../../../src/server/app/policy/rights';

const ALL = [ACL_SNIPPET, ...Object.values(RIGHT_SNIPPETS)];

/** Roles by the snippets that the host says are allowed and refused. */
function aclOf(
  roles: Readonly<Record<string, readonly [allowed: readonly string[], refused: readonly string[]]>>,
): HostAcl {
  return {
    allow: () => undefined,
    registerSnippet: () => undefined,
    getRole: (name) => {
      const [allowed, rejected] = roles[name] ?? [[], []];
      return name in roles ? { effectiveSnippets: () => ({ allowed, rejected }) } : undefined;
    },
  };
}

const acl = aclOf({
  admin: [ALL, []],
  member: [[], ALL],
  whole: [[ACL_SNIPPET], []],
  careful: [ALL.filter((name) => name !== RIGHT_SNIPPETS.breakGlass), [RIGHT_SNIPPETS.breakGlass]],
  refused: [Object.values(RIGHT_SNIPPETS), [ACL_SNIPPET]],
  approver: [[RIGHT_SNIPPETS.see, RIGHT_SNIPPETS.approve], []],
});

describe('rights', () => {
  it.each<[string, readonly string[], readonly Right[]]>([
    ['everything for root, whom the host asks for no snippet', ['root'], RIGHTS],
    ['everything for admins', ['admin'], RIGHTS],
    ['everything for the whole snippet', ['whole'], RIGHTS],
    ['nothing for members', ['member'], []],
    ['nothing for a role that is not there', ['nobody'], []],
    ['nothing for nobody', [], []],
    ['all but one, which is refused', ['careful'], RIGHTS.filter((right) => right !== 'breakGlass')],
    ['nothing where the whole is refused', ['refused'], []],
    ['two', ['approver'], ['see', 'approve']],
    ['those of all roles of a person', ['member', 'approver'], ['see', 'approve']],
  ])('are %s', (_what, roles, rights) => {
    expect(rightsOfRoles(acl, roles)).toEqual(rights);
  });

  it.each([
    ['status', 'approver', true],
    ['approve', 'approver', true],
    ['enter', 'approver', false],
    ['status', 'member', false],
    ['somethingNew', 'admin', false],
    ['constructor', 'root', false],
  ])('let %s be done by %s: %s', async (action, role, may) => {
    let done = false;
    const act = guarded({ [action]: async () => Promise.resolve((done = true)) })[action];
    const refuse = (status: number) => {
      throw new Error(String(status));
    };
    const ctx = { app: { acl }, state: { currentRoles: [role] }, throw: refuse } as unknown as ActionContext;
    const outcome = Promise.resolve(act?.(ctx, () => Promise.resolve()));
    if (may) await outcome;
    else await expect(outcome).rejects.toThrow('403');
    expect(done).toBe(may);
  });

  it('open each some action', () => {
    expect(new Set(Object.values(ACTION_RIGHTS))).toEqual(new Set(RIGHTS));
  });

  it('to operate are needed for what stops the cluster, and for nothing else of the host', () => {
    const may = (role: string, action: string, risk: 'exclusive' | 'quiet' | 'schema' | 'sensitive' | 'disruptive') =>
      mayOperate(acl, [role], { action, class: risk, group: 'plugins' });
    expect(may('member', 'pm:enable', 'exclusive')).toBe(false);
    expect(may('approver', 'backups:create', 'quiet')).toBe(false);
    expect(may('careful', 'pm:enable', 'exclusive')).toBe(true);
    expect(may('member', 'users:update', 'sensitive')).toBe(true);
    expect(may('member', 'collections:create', 'schema')).toBe(true);
    expect(may('member', 'clusterMaintenance:enter', 'disruptive')).toBe(false);
    expect(may('member', 'app:restart', 'disruptive')).toBe(true);
  });
});
