import { RESOURCE } from '../../shared/api';

/** `read`: changes nothing, neither in the database nor in files nor elsewhere. `write`: everything else. */
export type Access = 'read' | 'write';

/** Says of some actions of one resource what their names do not say. */
export interface Exception {
  readonly resource: string;
  readonly actions: readonly string[];
  readonly access: Access;
  readonly why: string;
}

/** Actions that read wherever they are found, with a few exceptions. A name that is not known is a write. */
export const READ_ACTIONS: ReadonlySet<string> = new Set([
  'list',
  'get',
  'count',
  'exists',
  /** Aggregates of a table, for charts. */
  'query',
  /** Sends the browser to the file itself. */
  'getFile',
  /** Signs an address; nothing of it is stored. */
  'createTemporaryURL',
  'downloadXlsxTemplate',
]);

/** A request with this word in its query starts workflows, whatever its action: pre-action triggers look at all of them. */
export const WORKFLOW_PARAMETER = 'triggerWorkflows';

/**
 * First segments, in small letters, behind which anything may happen: the pages of OAuth write sessions and grants, and
 * the name of a sub-app may be misspelled.
 */
export const OPAQUE: readonly string[] = ['idpoauth', '__app'];

const row = (access: Access) => (resource: string, actions: string, why: string) => ({
  resource,
  actions: actions.split(' '),
  access,
  why,
});
const read = row('read');
const write = row('write');

/**
 * What NocoBase 2.2 has beyond these names (read in its code), so that pages can be shown while nothing may be written.
 * Plugins from elsewhere are not known here: their own actions count as writes.
 */
export const EXCEPTIONS: readonly Exception[] = [
  // What every page asks for before it shows anything.
  read('app', 'getInfo getLang getPortals', 'version, words and addresses'),
  read('auth', 'check checkLegacyFileAccess checkResetToken syncCookies', 'who is signed in; sets cookies at most'),
  read('roles', 'check', 'what this user may do'),
  read('pm', 'listEnabled listEnabledV2 npmVersionList', 'which plugins the browser loads'),
  read('desktopRoutes', 'listAccessible getAccessible listRolePermissionTargets', 'the menu'),
  read('mobileRoutes', 'listAccessible', 'the menu'),
  read('uiLayouts', 'listEnabled listAccessible listRolePermissionTargets', 'the frame around pages'),
  read('authenticators', 'listTypes publicList', 'the sign-in page'),

  // What pages consist of, and what they show.
  read('uiSchemas', 'getJsonSchema getProperties getParentJsonSchema getParentProperty', 'how a page is built'),
  read('flowModels', 'findOne', 'how a page is built'),
  read('flowSurfaces', 'catalog context describeSurface exportBlueprint listNavigationTargets', 'how a page is built'),
  read('flowSurfaces', 'getReactionMeta getEventFlowMeta listTemplates getTemplate', 'how a page is built'),
  read('flowSql', 'getBind', 'the variables of a statement; it is not run'),
  read('variables', 'resolve', 'puts values into templates'),
  read('customVariables', 'parse', 'one aggregate'),
  read('charts', 'queryData', 'aggregates'),
  read('iframeHtml', 'getHtml', 'a stored text'),
  read('publicForms', 'getMeta getFlowModel', 'the empty form; sending it is a `create`'),
  read('collections', 'listMeta listFileCollectionsWithPublicStorage', 'what tables there are'),
  read('dataSources', 'listEnabled readTables testConnection', 'looks at other databases'),
  read('databaseServers', 'testConnection', 'connects and leaves'),
  read('storages', 'getBasicInfo check', 'whether files may be uploaded'),
  read('vditor', 'check', 'whether files may be uploaded'),
  read('users', 'listExcludeDept listExcludeRole getSystemSettings', 'lists to choose from'),
  read('departments', 'aggregateSearch', 'a search'),
  read('verifiers', 'listTypes listByScene listByUser listForVerify', 'lists to choose from'),
  read('customRequests', 'listByCurrentRole', 'which buttons this user sees'),
  read('userData', 'listSyncTypes', 'a list to choose from'),
  read('localization', 'getSources aiTranslatePreview', 'what there is to translate'),
  read('swagger', 'getUrls', 'the documentation of the API'),
  read('applications', 'listPinned memoryUsage', 'what sub-apps there are'),

  // Tasks and conversations of the user.
  read('userWorkflowTasks', 'listMine', 'own tasks'),
  read('userWorkflowTaskStats', 'listMine', 'numbers of own tasks'),
  read('workflowManualTasks', 'listMine', 'own tasks'),
  read('workflowCcTasks', 'listMine', 'own tasks; `read` marks them'),
  read('asyncTasks', 'fetchFile', 'what a task has made'),
  read(
    'ai',
    'listLLMProviders listLLMServices listModels listProviderModels listAllEnabledModels',
    'what can be asked',
  ),
  read('aiConversations', 'unreadCount unreadCounts resumeStream', 'numbers, and an answer that is on its way'),
  read('aiWorkflowTasks', 'unreadCount getBySession', 'own tasks'),
  read('aiEmployees', 'listByUser getTemplates', 'what can be asked'),
  read('aiSettings', 'publicGet listStorages isKnowledgeBaseEnabled', 'settings'),
  read('aiSkills', 'listBinding', 'what can be asked'),
  read('aiTools', 'listBinding', 'what can be asked'),
  read('aiContextDatasources', 'preview', 'the first rows of a query'),
  write('aiConversations', 'getMessages', 'marks them as read'),
  write('aiMcpClients', 'listTools', 'may start the servers whose tools it lists'),

  // What admins look at.
  read('backups', 'taskStatus restoreStatus download appInfo', 'how far it is, and the file; `list`, too'),
  read('backup', 'status restoreStatus download', 'how far it is, and the file; `list`, too'),
  read('backupFiles', 'download dumpableCollections', 'the file, and what could be in it'),
  read('logger', 'download collect', 'the log; like any request, `collect` is noted there'),
  read('license', 'license-validate service-validate is-exists', 'compares only'),
  write('license', 'instance-id', 'writes it into a file each time'),
  read('perf', 'view', 'figures'),
  read(RESOURCE, 'status history get settings deliveries', 'this plugin itself'),
  read(RESOURCE, 'policy preflight approvals queued glass audit announced', 'this plugin itself'),

  // What sounds harmless, comes as GET, or is left to be held back on purpose.
  write('auth', 'signIn signUp signOut', 'tokens are rows: one that is given or taken back now might not stay so'),
  write('dataSources.roles', 'get', 'creates the row that it does not find'),
  write('mcp', 'list', 'GET /api/mcp: its tools may do anything'),
  write('flowSql', 'run runById', 'any SQL'),
  write('sqlCollection', 'execute', 'any SQL'),
  write('flow_nodes', 'test', 'any script or request'),
  write('uiSchemas', 'initializeActionContext', 'a page that is shown for the first time completes its own schema'),
];
