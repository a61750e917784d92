import { describe, expect, it } from 'vitest';
import { accessOfAction } from '../../../src/server/core/access';
import { riskOf, riskOfCommand } from '../../../src/server/core/policy/risks';
import type { RiskClass } from '../../../src/shared/policy';

/**
 * What the policy has to cover, as it was found in the source of NocoBase 2.2 before any of this was written. Stars stand for
 * an action that may write.
 */
const ACTIONS: readonly (readonly [RiskClass, string])[] = [
  ['exclusive', 'pm:add pm:update pm:enable pm:disable pm:remove'],
  ['exclusive', 'applicationPlugins:create applicationPlugins:update applicationPlugins:destroy'],
  ['exclusive', 'applicationPlugins:updateOrCreate applicationPlugins:firstOrCreate applicationPlugins:*'],
  ['exclusive', 'backups:restore backups:upload backup:restore backup:restoreUpload backupFiles:restore'],
  ['quiet', 'backups:create backup:create backupFiles:create migration:create'],
  ['sensitive', 'backups:destroy backups:download backup:remove backup:download backupSettings:update'],
  ['sensitive', 'backupFiles:destroy backupFiles:download backupFiles:upload backupFiles:*'],
  ['exclusive', 'migration:execute versionControl:restore'],
  ['schema', 'collections:create collections:update collections:destroy collections:apply collections:setFields'],
  ['schema', 'collections:move collections.fields:create collections.fields:*'],
  ['schema', 'fields:create fields:update fields:destroy fields:apply fields:move'],
  ['schema', 'mainDataSource:refresh mainDataSource:syncFields'],
  ['schema', 'sqlCollection:execute sqlCollection:setFields sqlCollection:update'],
  ['schema', 'databaseServers:create databaseServers:* databaseServers.tables:*'],
  ['schema', 'dataSources:create dataSources:update dataSources:destroy dataSources:refresh dataSources:loadTables'],
  ['schema', 'dataSources.collections:update dataSources.collections:* dataSourcesCollections.fields:*'],
  ['exclusive', 'applications:create applications:destroy applications:start'],
  ['disruptive', 'app:restart app:refresh app:clearCache applications:stop asyncTasks:stop'],
  ['sensitive', 'app:publishEvent flowSql:save flowSql:run flowSql:runById license:license-key'],
  ['sensitive', 'environmentVariables:* systemSettings:put themeConfig:* localization:sync localization:publish'],
  ['sensitive', 'workflows:* workflows:create workflows:execute flow_nodes:* flow_nodes:test'],
  ['sensitive', 'roles:* roles.resources:* roles.desktopRoutes:set users:* users:create users.roles:add'],
  ['sensitive', 'authenticators:* apiKeys:create apiKeys:destroy storages:*'],
];

const COMMANDS: readonly (readonly [RiskClass | 'free', string])[] = [
  ['exclusive', 'install upgrade db:sync db:clean repair console'],
  ['exclusive', 'pm.add pm.pull pm.update pm.enable pm.enable-all pm.disable pm.remove'],
  ['exclusive', 'restore migration.run tree-collection:sync-path'],
  ['quiet', 'migration.generate'],
  ['disruptive', 'restart refresh stop destroy'],
  ['free', 'pm.list pm.create db:auth help'],
  // What it changes is one of the two above, and asked about by that name.
  ['free', 'start'],
];

describe('what the policy has to cover', () => {
  it.each(ACTIONS)('is %s: %s', (expected, names) => {
    for (const name of names.split(' ')) {
      const [resource = '', written = ''] = name.split(':');
      const action = written === '*' ? 'whatElseThereIs' : written;
      const risk = riskOf(resource, action, accessOfAction({ resource, action }) === 'write');
      expect(risk?.class, name).toBe(expected);
    }
  });

  it.each(COMMANDS)('is, of commands, %s: %s', (expected, names) => {
    for (const name of names.split(' ')) expect(riskOfCommand(name)?.class ?? 'free', name).toBe(expected);
  });
});
