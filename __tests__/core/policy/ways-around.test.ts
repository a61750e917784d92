import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOfAction } from '../../../src/server/core/access';
import { HARMLESS } from '../../../src/server/core/policy/harmless';
import { RISKY_ACTIONS, RISKY_COMMANDS } from '../../../src/server/core/policy/risk-list';
import {
  riskOf,
  riskOfCommand,
  risksOf,
  routedName,
  type Addressed,
  type Risk,
  type Tables,
} from '../../../src/server/core/policy/risks';
import { RISK_CLASSES } from '../../../src/shared/policy';
import { everywhere } from '../fixtures/actions';

/** Of somebody who has given a table of theirs fields that lead to tables of the host. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  posts: { plugins: 'applicationPlugins', author: 'users', comments: 'comments', tables: 'collections' },
  comments: { post: 'posts', author: 'users' },
  users: { createdBy: 'users', posts: 'posts' },
  roles: { plugins: 'applicationPlugins', users: 'users', aiEmployees: 'aiEmployees' },
};
const tables: Tables = { target: (table, field) => own(own(FIELDS, table) ?? {}, field) };
function own<T>(all: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

const WRITES = Object.entries(everywhere).flatMap(([action, access]) => (access === 'write' ? [action] : []));

function risks(resource: string, action: string, more: Partial<Addressed> = {}): string[] {
  const mayWrite = accessOfAction({ resource, action }) === 'write';
  return risksOf({ resource, action, mayWrite, ...more }, tables).map(word);
}

const word = ({ action, group }: Risk) => `${group} ${action}`;

describe('a rule is not got around', () => {
  it.each(WRITES)('by %s, which every table has, of the rows of plugins', (action) => {
    for (const resource of ['applicationPlugins', 'applicationPlugins.', 'APPLICATIONPLUGINS', 'applicationPlugins..x'])
      expect(risks(resource, action)[0], resource).toMatch(/^plugin-rows /);
    for (const resource of ['posts.plugins', 'posts.plugins.', 'posts.plugins.x', 'roles.plugins'])
      expect(risks(resource, action)[0], resource).toMatch(/^plugin-rows /);
  });

  it.each([
    ['collections.', 'create', 'schema collections:create'],
    ['collections.fields.', 'create', 'schema collections.fields:create'],
    ['collections.fields.x', 'destroy', 'schema collections.fields:destroy'],
    ['collections.fields.x.y', 'destroy', 'schema collections.fields:destroy'],
    ['users.roles.x', 'add', 'access users.roles:add'],
    ['Roles.menuUiSchemas', 'toggle', 'access Roles.menuUiSchemas:toggle'],
    ['PM', 'ENABLE', 'plugins pm:enable'],
    ['pm.', 'enable', 'plugins pm:enable'],
    ['BACKUPS', 'Restore', 'restore backups:restore'],
    ['cluster_maintenance_policy', 'update', 'plugin-rows cluster_maintenance_policy:update'],
    ['t_cluster_maintenance_tokens', 'destroy', 'plugin-rows t_cluster_maintenance_tokens:destroy'],
    ['applications', 'firstOrCreate', 'sub-apps applications:firstOrCreate'],
  ])('by writing a name as %s', (resource, action, expected) => {
    expect(risks(resource, action)[0]).toBe(expected);
  });

  it('by an association, whatever its field is called', () => {
    expect(risks('posts.author', 'update')).toEqual(['access users:update']);
    expect(risks('posts.tables', 'destroy')).toEqual(['schema collections:destroy']);
    expect(risks('posts.comments', 'destroy')).toEqual([]);
    expect(risks('roles.aiEmployees', 'add')).toEqual(['access roles.aiEmployees:add', 'settings aiEmployees:add']);
  });

  it.each([
    ['its name', 'applicationPlugins'],
    ['its name and a dot', 'applicationPlugins.'],
    ['a list', ['applicationPlugins']],
    ['a list of several', ['posts', 'applicationPlugins']],
    ['a field that leads to it', 'posts.plugins'],
  ])('by a parameter that sends the action to another table: %s', (_, targetCollection) => {
    expect(risks('users', 'update', { targetCollection })[0]).toBe('plugin-rows applicationPlugins:update');
    expect(risks('posts', 'update', { targetCollection })).toEqual(['plugin-rows applicationPlugins:update']);
    expect(risks('posts', 'get', { targetCollection })).toEqual([]);
  });

  it.each<[string, string, unknown]>([
    ['a row', 'posts', { plugins: { name: 'x', enabled: true } }],
    ['a list of rows', 'posts', { plugins: [1, { name: 'x' }] }],
    ['several at once', 'posts', [{ title: 'a' }, { plugins: [{ name: 'x' }] }]],
    ['rows of rows', 'comments', { post: { title: 'a', plugins: [{ name: 'x' }] } }],
    ['a table that hangs on the one that is written', 'comments.post', { plugins: [{ name: 'x' }] }],
    ['lists of lists', 'posts', [[{ plugins: [[{ name: 'x' }]] }]]],
  ])('by values that bring rows of another table along: %s', (_, resource, values) => {
    for (const action of ['create', 'update', 'updateOrCreate'])
      expect(risks(resource, action, { values })[0]).toBe('plugin-rows applicationPlugins:create');
  });

  it('by sending more rows than anybody counts', () => {
    const rows = Array.from({ length: 300_000 }, () => ({ title: 'a' }));
    expect(risks('posts', 'create', { values: [...rows, { plugins: [{ name: 'x' }] }] })[0]).toMatch(/^plugin-rows /);
  });

  it('by nesting values deeper than anybody looks', () => {
    let values: object = { posts: { plugins: [{ name: 'x' }] } };
    for (let depth = 0; depth < 100_000; depth += 1) values = { createdBy: values };
    expect(risks('posts', 'create', { values: { author: values } })[0]).toMatch(/^plugin-rows /);
  });

  it('and rows that are only pointed at are no risk', () => {
    expect(risks('posts', 'create', { values: { plugins: [1, 2], author: 1, title: 'a', constructor: {} } })).toEqual(
      [],
    );
    expect(risks('posts', 'create', { values: { author: { id: 1, nickname: 'a' } } })).toEqual([]);
  });

  it('whatever is put around a name (any noise)', () => {
    const rows = RISKY_ACTIONS.flatMap(({ resource, actions }) =>
      (actions === 'writes' ? ['create', 'update', 'destroy'] : actions).map((action) => [resource, action] as const),
    );
    const end = fc.constantFrom('', '.', '..', '.x', '.x.y');
    const flips = fc.array(fc.nat(40), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...rows), end, flips, ([resource, action], tail, at) => {
        const plain = riskOf(resource, action, true);
        const tailed = resource.includes('.') || tail === '.' || tail === '..' ? `${resource}${tail}` : resource;
        const [disguised] = risksOf({ resource: flipped(tailed, at), action, mayWrite: true }, tables);
        if (plain) expect(RISK_CLASSES.indexOf(disguised?.class ?? 'sensitive')).toBeLessThanOrEqual(classAt(plain));
        expect(disguised === undefined).toBe(plain === undefined);
      }),
      { numRuns: 20_000 },
    );
  });

  it('and nothing that somebody may send makes it fail (any names, any values)', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString', '.', '..', 'posts.'));
    fc.assert(
      fc.property(
        name,
        name,
        fc.boolean(),
        fc.anything(),
        fc.jsonValue(),
        (resource, action, mayWrite, target, values) => {
          risksOf({ resource, action, mayWrite, targetCollection: target, values }, tables);
          riskOfCommand(resource);
          expect(routedName(resource).split('.').length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

describe('the lists', () => {
  it('call harmless what a risky resource has only for these actions', () => {
    const risky = new Set(RISKY_ACTIONS.map(({ resource }) => resource));
    const named = HARMLESS.filter(({ resource }) => risky.has(resource)).flatMap(({ resource, actions }) =>
      actions === 'rows' ? [`${resource}: rows`] : actions.map((action) => `${resource}:${action}`),
    );
    expect(named.sort()).toEqual(
      [
        'aiConversations: rows',
        ...['abort', 'create', 'destroy', 'getMessages', 'update', 'updateOptions', 'updateToolArgs'].map(
          (action) => `aiConversations:${action}`,
        ),
        'aiEmployees:updateUserPrompt',
        ...['approve', 'reject', 'requestApproval', 'withdrawApproval', 'queue', 'withdrawQueued'].map(
          (action) => `clusterMaintenance:${action}`,
        ),
        'clusterMaintenance:announce',
        'clusterMaintenance:breakGlass',
        'clusterMaintenance:mendGlass',
        'clusterMaintenance:redeliver',
        'clusterMaintenance:withdrawAnnouncement',
        'customRequests:send',
        'license:instance-id',
        'localization:aiTranslate',
        'users:updateLang',
        'users:updateTheme',
        'verifiers:bind',
        'verifiers:unbind',
        'workflows:WorkflowValidationError',
        'workflows:trigger',
      ].sort(),
    );
  });

  it('name a reason each, and nothing twice', () => {
    expect(HARMLESS.filter(({ why }) => why.trim() === '')).toEqual([]);
    const names = HARMLESS.flatMap(({ resource, actions }) =>
      actions === 'rows' ? [resource] : actions.map((action) => `${resource}:${action}`),
    );
    expect(names.filter((one, at) => names.indexOf(one) !== at)).toEqual([]);
  });

  it('tell an installation over what is there from one that does nothing to it', () => {
    const named = [{}, { lang: 'uk-UA' }, { clean: true }, { force: true }].map((options) =>
      riskOfCommand('install', options),
    );
    expect(named.map((risk) => risk?.action)).toEqual(['install', 'install', 'install --clean', 'install --clean']);
  });

  it('know commands by the name in the event only', () => {
    const names = Object.keys(RISKY_COMMANDS);
    expect(names).toContain('pm.enable-all');
    expect(names.filter((name) => name !== name.toLowerCase() || /\s/.test(name))).toEqual(['install --clean']);
    expect(['', 'pm', 'enable', '__proto__', 'constructor'].map((name) => riskOfCommand(name))).toEqual(
      Array(5).fill(undefined),
    );
  });
});

function classAt(risk: Risk): number {
  return RISK_CLASSES.indexOf(risk.class);
}

function flipped(text: string, at: readonly number[]): string {
  const change = (char: string) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase());
  return [...text].map((char, index) => (at.includes(index) ? change(char) : char)).join('');
}
