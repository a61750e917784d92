import { RESOURCE } from '../../../shared/api';
import type { ActionGroup, RiskClass } from '../../../shared/policy';

export interface RiskRow {
  readonly resource: string;
  /** `writes`: every action that may write. */
  readonly actions: readonly string[] | 'writes';
  readonly group: ActionGroup;
  readonly class: RiskClass;
}

type Kind = Pick<RiskRow, 'group' | 'class'>;

/** One resource, and those of its actions that are named; without names all that may write. */
const rowOf =
  (group: ActionGroup, risk: RiskClass) =>
  (resource: string, actions = ''): RiskRow => ({
    resource,
    actions: actions === '' ? 'writes' : actions.split(' '),
    group,
    class: risk,
  });

/** Whatever may write in each of these. */
const all = (row: (resource: string) => RiskRow, resources: string): readonly RiskRow[] =>
  resources.split(' ').map((resource) => row(resource));

const plugins = rowOf('plugins', 'exclusive');
const restore = rowOf('restore', 'exclusive');
const backup = rowOf('backup', 'quiet');
const backupFiles = rowOf('backup-files', 'sensitive');
const subApps = rowOf('sub-apps', 'exclusive');
const restarts = rowOf('restarts', 'disruptive');
const code = rowOf('code', 'sensitive');

/** Of one resource the first row that names the action counts. */
export const RISKY_ACTIONS: readonly RiskRow[] = [
  plugins('pm', 'add update enable disable remove'),
  plugins('pm'),
  // By these rows a start decides what to load, to install and to upgrade.
  ...all(rowOf('plugin-rows', 'exclusive'), 'applicationPlugins applicationVersion migrations'),

  restore('backups', 'restore upload'),
  backup('backups', 'create'),
  backupFiles('backups', 'destroy download'),
  restore('backup', 'restore restoreUpload'),
  backup('backup', 'create'),
  backupFiles('backup', 'remove download'),
  restore('backupFiles', 'restore'),
  backup('backupFiles', 'create'),
  backupFiles('backupFiles', 'download'),
  ...all(backupFiles, 'backups backup backupFiles backupSettings'),
  rowOf('migration', 'quiet')('migration', 'create'),
  ...all(rowOf('migration', 'exclusive'), 'migration versionControl'),

  ...all(rowOf('schema', 'schema'), 'collections collections.fields fields collectionCategories collectionCategory'),
  ...all(rowOf('schema', 'schema'), 'mainDataSource sqlCollection databaseServers databaseServers.tables'),
  ...all(rowOf('data-sources', 'schema'), 'dataSources dataSources.collections'),
  ...all(rowOf('data-sources', 'schema'), 'dataSourcesCollections dataSourcesCollections.fields dataSourcesFields'),

  rowOf('sub-apps', 'disruptive')('applications', 'stop update move'),
  subApps('applications', 'create destroy start'),
  // `firstOrCreate` and the like make one, too.
  subApps('applications'),

  restarts('app', 'restart refresh clearCache'),
  restarts('asyncTasks', 'stop'),
  restarts('asyncTasks'),

  code('app', 'publishEvent'),
  code('flowSql', 'save run runById'),
  // Requests of the server to anywhere, and processes that it starts.
  ...all(code, 'flowSql customRequests aiMcpClients'),
  // Tools of language models may do what their user may, and one of them makes tables.
  code('aiConversations', 'sendMessages resendMessages resumeToolCall updateUserDecision'),

  ...all(rowOf('workflows', 'sensitive'), 'workflows workflows.nodes workflows.executions workflows.revisions'),
  ...all(rowOf('workflows', 'sensitive'), 'flow_nodes executions jobs'),

  ...all(rowOf('settings', 'sensitive'), 'license environmentVariables systemSettings themeConfig storages'),
  ...all(rowOf('settings', 'sensitive'), 'localization notificationChannels map-configuration mapConfiguration'),
  ...all(rowOf('settings', 'sensitive'), 'aiSettings aiEmployees llmServices verifications_providers'),

  ...all(rowOf('access', 'sensitive'), 'roles users users.roles roles.users departments authenticators apiKeys'),
  ...all(rowOf('access', 'sensitive'), 'rolesUsers rolesResources rolesResourcesActions rolesResourcesScopes'),
  ...all(rowOf('access', 'sensitive'), 'rolesUischemas rolesDesktopRoutes rolesMobileRoutes rolesAiEmployees'),
  ...all(rowOf('access', 'sensitive'), 'departmentsRoles departmentsUsers customRequestsRoles uiButtonSchemasRoles'),
  ...all(rowOf('access', 'sensitive'), 'dataSources.roles dataSourcesRoles dataSourcesRolesResources'),
  ...all(rowOf('access', 'sensitive'), 'dataSourcesRolesResourcesActions dataSourcesRolesResourcesScopes'),
  ...all(rowOf('access', 'sensitive'), 'usersAuthenticators usersVerifiers usersVerificators verifiers verificators'),
  ...all(rowOf('access', 'sensitive'), 'tokenControlConfig issuedTokens tokenBlacklist oidcStates otpRecords'),
  // What lets people in without a sign-in, and what makes users out of lists from elsewhere.
  ...all(rowOf('access', 'sensitive'), 'publicForms userData userDataSyncSources'),

  rowOf('maintenance', 'disruptive')(RESOURCE, 'enter exit cancel resolve declareStopped letIn rollBack'),
  // Who has the right for it is asked elsewhere; here it is only remembered.
  rowOf('maintenance', 'sensitive')(RESOURCE, 'updatePolicy'),
];

/** With `--clean` or `--force` an installation drops every table first; without them it does nothing to an app that is there. */
export const INSTALL_ANEW = 'install --clean';

/** Our own command that runs any other one alone; with `--scope writes` it is quiet. It asks by itself. */
export const RUN_COMMAND = 'maintenance.run';

/** As the event `maintaining` names them. */
export const RISKY_COMMANDS: Readonly<Record<string, Kind>> = {
  ...commands('database', 'exclusive', 'install upgrade db:sync db:clean repair tree-collection:sync-path'),
  ...commands('maintenance', 'exclusive', RUN_COMMAND),
  [INSTALL_ANEW]: { group: 'database', class: 'exclusive' },
  ...commands('code', 'exclusive', 'console'),
  ...commands('plugins', 'exclusive', 'pm.add pm.pull pm.update pm.enable pm.enable-all pm.disable pm.remove'),
  ...commands('restore', 'exclusive', 'restore roll-back'),
  ...commands('backup', 'quiet', 'backup'),
  ...commands('migration', 'exclusive', 'migration.run migration'),
  ...commands('migration', 'quiet', 'migration.generate'),
  ...commands('restarts', 'disruptive', 'restart refresh stop destroy'),
  // A file that the next upgrade runs, a key that needs no sign-in, and new names for all uploaded files.
  ...commands('code', 'sensitive', 'create-migration'),
  ...commands('access', 'sensitive', 'generate-api-key'),
  ...commands('settings', 'sensitive', 'file-manager.repair-filenames'),
};

function commands(group: ActionGroup, risk: RiskClass, names: string): Record<string, Kind> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { group, class: risk }]));
}
