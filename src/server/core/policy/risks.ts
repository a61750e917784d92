import { RESOURCE } from '../../../shared/api';
import type { ActionGroup, RiskClass } from '../../../shared/policy';

/** An action that somebody should decide about. What is no risk (rows of tables, reads) has none. */
export interface Risk {
  /** `resource:action` or the name of a command: the name by which rules know it. */
  readonly action: string;
  readonly group: ActionGroup;
  readonly class: RiskClass;
}

interface Row {
  readonly resource: string;
  /** `writes`: every action that may write. */
  readonly actions: readonly string[] | 'writes';
  readonly group: ActionGroup;
  readonly class: RiskClass;
}

const rowOf =
  (group: ActionGroup, risk: RiskClass) =>
  (resource: string, actions = ''): Row => ({
    resource,
    actions: actions === '' ? 'writes' : actions.split(' '),
    group,
    class: risk,
  });

const plugins = rowOf('plugins', 'exclusive');
const restore = rowOf('restore', 'exclusive');
const schema = rowOf('schema', 'schema');
const sources = rowOf('data-sources', 'schema');
const settings = rowOf('settings', 'sensitive');
const access = rowOf('access', 'sensitive');

/** Of one resource the first row that names the action counts. */
const ACTIONS: readonly Row[] = [
  plugins('pm', 'add update enable enableAll disable remove'),
  plugins('pm'),
  rowOf('plugin-rows', 'exclusive')('applicationPlugins'),

  restore('backups', 'restore upload'),
  rowOf('backup', 'quiet')('backups', 'create'),
  rowOf('backup-files', 'sensitive')('backups', 'destroy download'),
  restore('backup', 'restore restoreUpload'),
  rowOf('backup', 'quiet')('backup', 'create'),
  rowOf('backup-files', 'sensitive')('backup', 'remove download'),
  restore('backupFiles', 'restore'),
  rowOf('backup', 'quiet')('backupFiles', 'create'),
  rowOf('backup-files', 'sensitive')('backupFiles', 'download'),
  rowOf('backup-files', 'sensitive')('backupFiles'),
  rowOf('backup-files', 'sensitive')('backupSettings'),
  rowOf('migration', 'quiet')('migration', 'create'),
  rowOf('migration', 'exclusive')('migration'),
  rowOf('migration', 'exclusive')('versionControl'),

  ...['collections', 'collections.fields', 'fields', 'collectionCategories', 'mainDataSource', 'sqlCollection'].map(
    (name) => schema(name),
  ),
  ...['databaseServers', 'databaseServers.tables'].map((name) => schema(name)),
  ...['dataSources', 'dataSources.collections', 'dataSourcesCollections', 'dataSourcesCollections.fields'].map((name) =>
    sources(name),
  ),
  rowOf('sub-apps', 'disruptive')('applications', 'stop'),
  rowOf('sub-apps', 'exclusive')('applications', 'create destroy start'),
  rowOf('sub-apps', 'disruptive')('applications'),

  rowOf('restarts', 'disruptive')('app', 'restart refresh clearCache'),
  rowOf('code', 'sensitive')('app', 'publishEvent'),
  rowOf('restarts', 'disruptive')('asyncTasks', 'stop'),
  rowOf('code', 'sensitive')('flowSql', 'save run runById'),
  rowOf('code', 'sensitive')('flowSql'),
  ...['workflows', 'flow_nodes', 'workflows.nodes'].map((name) => rowOf('workflows', 'sensitive')(name)),

  ...['license', 'environmentVariables', 'systemSettings', 'themeConfig', 'localization', 'storages'].map((name) =>
    settings(name),
  ),
  ...['roles', 'users', 'users.roles', 'roles.users', 'authenticators', 'apiKeys'].map((name) => access(name)),
  rowOf('maintenance', 'disruptive')(RESOURCE, 'enter exit cancel resolve declareStopped letIn rollBack'),
];

const COMMANDS: Readonly<Record<string, Omit<Risk, 'action'>>> = {
  ...commands('database', 'exclusive', 'install upgrade db:sync db:clean repair tree-collection:sync-path'),
  ...commands('code', 'exclusive', 'console'),
  ...commands('plugins', 'exclusive', 'pm.add pm.pull pm.update pm.enable pm.enable-all pm.disable pm.remove'),
  ...commands('restore', 'exclusive', 'restore roll-back'),
  ...commands('backup', 'quiet', 'backup'),
  ...commands('migration', 'exclusive', 'migration.run migration'),
  ...commands('migration', 'quiet', 'migration.generate'),
  ...commands('restarts', 'disruptive', 'restart refresh stop destroy'),
};

function commands(group: ActionGroup, risk: RiskClass, names: string): Record<string, Omit<Risk, 'action'>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { group, class: risk }]));
}

/**
 * What an action of the API risks. `mayWrite` is what `core/access.ts` says of it. Names are compared without case: the host
 * tells them apart, but whoever writes one in another way should not get around a rule.
 */
export function riskOf(resource: string, action: string, mayWrite: boolean): Risk | undefined {
  const own = ACTIONS.filter((row) => row.resource.toLowerCase() === resource.toLowerCase());
  const found = (own.length > 0 ? own : rolesOf(resource)).find(({ actions }) =>
    actions === 'writes' ? mayWrite : actions.some((name) => name.toLowerCase() === action.toLowerCase()),
  );
  return found && { action: `${found.resource}:${nameOf(found, action)}`, group: found.group, class: found.class };
}

/** What a command of the host risks; undefined for those that only look. */
export function riskOfCommand(name: string): Risk | undefined {
  const found = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return found && { action: name, ...found };
}

/** Whatever hangs on a role decides about access: `roles.menuUiSchemas`, `rolesResourcesScopes`, … */
function rolesOf(resource: string): readonly Row[] {
  return /^roles[.A-Z]/.test(resource) ? [access(resource)] : [];
}

function nameOf({ actions }: Row, action: string): string {
  const known = actions === 'writes' ? undefined : actions.find((name) => name.toLowerCase() === action.toLowerCase());
  return known ?? action;
}

/** What every resource of the host may be asked to write with. */
const USUAL_WRITES: readonly string[] = ['create', 'update', 'destroy', 'updateOrCreate', 'firstOrCreate'];

/** Names of the actions above, as far as they can be told without a running app. */
export function riskyActions(): readonly string[] {
  return ACTIONS.flatMap(({ resource, actions }) =>
    (actions === 'writes' ? USUAL_WRITES : actions).map((action) => `${resource}:${action}`),
  );
}
