import { describe, expect, it } from 'vitest';
import { accessOfAction } from '../../../src/server/core/access';
import { riskOf, riskOfCommand, type Risk } from '../../../src/server/core/policy/risks';
import { everywhere, own } from '../fixtures/actions';

function risk(resource: string, action: string): Risk | undefined {
  return riskOf(resource, action, accessOfAction({ resource, action }) === 'write');
}

const word = (found: Risk | undefined) => (found ? `${found.group} ${found.class}` : 'free');

/** Every action that NocoBase 2.2.15 registers itself, and those that a table of its own brings. */
const all = Object.entries(own).flatMap(([resource, actions]) =>
  [...new Set([...Object.keys(actions), ...Object.keys(everywhere)])].map((action) => [resource, action] as const),
);

describe('the list of risks', () => {
  it.each<[string, string, string]>([
    ['pm', 'add', 'plugins exclusive'],
    ['pm', 'list', 'free'],
    ['applicationPlugins', 'updateOrCreate', 'plugin-rows exclusive'],
    ['applicationPlugins', 'firstOrCreate', 'plugin-rows exclusive'],
    ['applicationPlugins', 'list', 'free'],
    ['backups', 'upload', 'restore exclusive'],
    ['backups', 'download', 'backup-files sensitive'],
    // It deletes lock files, but nobody should have to be asked for it.
    ['backups', 'list', 'free'],
    ['backupFiles', 'restore', 'restore exclusive'],
    ['backupFiles', 'download', 'backup-files sensitive'],
    ['collections.fields', 'create', 'schema schema'],
    ['collections', 'setFields', 'schema schema'],
    ['databaseServers.tables', 'destroy', 'schema schema'],
    ['dataSourcesCollections.fields', 'update', 'data-sources schema'],
    ['dataSources', 'list', 'free'],
    ['applications', 'start', 'sub-apps exclusive'],
    ['applications', 'stop', 'sub-apps disruptive'],
    ['app', 'restart', 'restarts disruptive'],
    ['app', 'publishEvent', 'code sensitive'],
    ['app', 'getInfo', 'free'],
    ['flowSql', 'runById', 'code sensitive'],
    ['license', 'license-key', 'settings sensitive'],
    ['roles.menuUiSchemas', 'toggle', 'access sensitive'],
    ['rolesResourcesScopes', 'update', 'access sensitive'],
    ['users', 'create', 'access sensitive'],
    ['workflows', 'execute', 'workflows sensitive'],
    ['posts', 'create', 'free'],
    ['constructor', 'toString', 'free'],
  ])('says of %s:%s that it is %s', (resource, action, expected) => {
    expect(word(risk(resource, action))).toBe(expected);
  });

  it('is not got around by another case', () => {
    for (const [resource, action] of all) {
      const expected = risk(resource, action);
      const written = riskOf(
        resource.toUpperCase(),
        action.toUpperCase(),
        accessOfAction({ resource, action }) === 'write',
      );
      if (expected && !resource.startsWith('roles'))
        expect(word(written), `${resource}:${action}`).toBe(word(expected));
    }
  });

  it('calls nothing that only reads exclusive', () => {
    const wrong = all.filter(([resource, action]) => {
      const reads = accessOfAction({ resource, action }) === 'read';
      return reads && risk(resource, action)?.class === 'exclusive';
    });
    expect(wrong).toEqual([]);
  });

  it('knows the commands of the host', () => {
    const names = [
      'db:sync',
      'pm.enable',
      'migration.generate',
      'restart',
      'console',
      'pm.list',
      'db:auth',
      'toString',
    ];
    expect(names.map((name) => word(riskOfCommand(name)))).toEqual([
      'database exclusive',
      'plugins exclusive',
      'migration quiet',
      'restarts disruptive',
      'code exclusive',
      'free',
      'free',
      'free',
    ]);
  });
});
