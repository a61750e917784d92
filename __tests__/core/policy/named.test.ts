import { describe, expect, it } from 'vitest';
import { listedActions, namedBy, rulesOfOthers } from '../../../src/server/core/policy/named';
import { risksOf } from '../../../src/server/core/policy/risks';
import type { PolicyRule } from '../../../src/shared/policy';

const ASKER = { environment: 'production', roles: ['admin'] } as const;
const rule = (action: string, more: Partial<PolicyRule> = {}): PolicyRule => ({ action, demand: 'deny', ...more });
const NO_TABLES = { target: () => undefined };

describe('rules about what no list knows', () => {
  it.each(['reports:rebuild', 'orders:destroy', 'orders.lines:add', 'uiSchemas:patch', 'Reports:Rebuild'])(
    'are those that name an action such as %s',
    (action) => expect(rulesOfOthers([rule(action), rule('pm:enable')])).toEqual([rule(action)]),
  );

  it.each(['pm:enable', 'PM:ENABLE', 'users:update', 'db:clean', 'db:sync', 'upgrade'])(
    'are not those that name %s, which a list knows',
    (action) => expect(rulesOfOthers([rule(action), { demand: 'reason' }])).toEqual([]),
  );

  it('make a risk of the action, and of no other', () => {
    const named = namedBy([rule('reports:rebuild')], ASKER);
    const risk = { action: 'reports:rebuild', group: 'other', class: 'disruptive' };
    expect(named('reports', 'rebuild')).toEqual(risk);
    expect(named('Reports', 'reBuild')).toMatchObject({ group: 'other' });
    expect(named('reports.', 'rebuild')).toEqual(risk);
    expect(named('reports', 'list')).toBeUndefined();
    expect(named('report', 'srebuild')).toBeUndefined();
  });

  it.each([{ environment: 'other' }, { role: 'member' }] as const)(
    'say nothing to those whom %j leaves out',
    (more) => {
      expect(namedBy([rule('reports:rebuild', more)], ASKER)('reports', 'rebuild')).toBeUndefined();
    },
  );

  it.each(['clusterMaintenance:approve', 'clusterMaintenance:policy', 'auth:signIn'])(
    'shut nobody out by naming %s',
    (name) => {
      const [resource = '', action = ''] = name.split(':');
      expect(namedBy([rule(name)], ASKER)(resource, action)).toBeUndefined();
    },
  );

  it('are met by whatever reaches the rows that they name', () => {
    const named = namedBy([rule('orders:destroy'), rule('orders:create')], ASKER);
    const tables = { target: (_table: string, field: string) => (field === 'orders' ? 'orders' : undefined) };
    const all = (resource: string, action: string, more: object = {}) =>
      risksOf({ resource, action, mayWrite: true, ...more }, tables, named).map((risk) => risk.action);
    expect(all('orders', 'destroy')).toEqual(['orders:destroy']);
    expect(all('customers.orders', 'destroy')).toEqual(['orders:destroy']);
    expect(all('posts', 'destroy', { targetCollection: 'orders' })).toEqual(['orders:destroy']);
    expect(all('customers', 'update', { values: { orders: [{ total: 1 }] } })).toEqual(['orders:create']);
    expect(all('customers', 'update', { values: { name: 'A' } })).toEqual([]);
  });

  it('leave what only reads alone', () => {
    const named = namedBy([rule('orders:list')], ASKER);
    expect(risksOf({ resource: 'orders', action: 'list', mayWrite: false }, NO_TABLES, named)).toEqual([]);
  });
});

describe('what lists know', () => {
  it('is told by its names, with a star for whatever may write', () => {
    const known = listedActions();
    expect(known).toEqual([...new Set(known)].sort());
    for (const name of ['pm:enable', 'users:*', 'backups:restore', 'db:clean', 'upgrade'])
      expect(known).toContain(name);
  });
});
