import { RESOURCE } from '../../../shared/api';

/** What may write and is no risk all the same, with the reason. A table of the app's users needs no row here. */
export interface HarmlessRow {
  readonly resource: string;
  /** `rows`: what every table can do with its rows; nothing that the resource has for itself alone. */
  readonly actions: readonly string[] | 'rows';
  readonly why: string;
}

const rows = (resources: string, why: string): readonly HarmlessRow[] =>
  resources.split(' ').map((resource) => ({ resource, actions: 'rows', why }));

const only = (resource: string, actions: string, why: string): readonly HarmlessRow[] => [
  { resource, actions: actions.split(' '), why },
];

/** What NocoBase 2.2 and the plugins that it brings along have; `policy-walk.test.ts` says what is missing. */
export const HARMLESS: readonly HarmlessRow[] = [
  // Pages. A wrong one is put right by editing it again, and no node keeps any of it.
  ...rows('uiSchemas uiSchemaTemplates uiSchemaTreePath uiSchemaServerHooks', 'how pages are built'),
  ...only('uiSchemas', 'insert insertAdjacent insertAfterBegin insertAfterEnd insertBeforeBegin', 'pages'),
  ...only('uiSchemas', 'insertBeforeEnd insertNewSchema batchPatch patch remove clearAncestor', 'pages'),
  ...only('uiSchemas', 'saveAsTemplate initializeActionContext', 'pages'),
  ...rows('flowModels flowModelTreePath flowModelTemplates flowModelTemplateUsages', 'how pages are built'),
  ...only('flowModels', 'attach duplicate save', 'pages'),
  ...only(
    'flowSurfaces',
    'addAction addActions addBlock addBlocks addEventFlow addField addFields addPopupTab',
    'pages',
  ),
  ...only('flowSurfaces', 'addRecordAction addRecordActions addTab apply applyApprovalBlueprint compose', 'pages'),
  ...only('flowSurfaces', 'applyBlueprint configure convertTemplateToCopy createMenu createPage destroyPage', 'pages'),
  ...only('flowSurfaces', 'destroyTemplate moveNode movePopupTab moveTab mutate removeEventFlow removeNode', 'pages'),
  ...only('flowSurfaces', 'removePopupTab removeTab saveTemplate setActionLinkageRules setBlockLinkageRules', 'pages'),
  ...only('flowSurfaces', 'setEventFlow setEventFlows setFieldLinkageRules setFieldValueRules setLayout', 'pages'),
  ...only('flowSurfaces', 'updateMenu updatePopupTab updateSettings updateTab updateTemplate', 'pages'),
  ...rows('blockTemplates blockTemplateLinks', 'parts of pages'),
  ...only('blockTemplates', 'link saveSchema', 'parts of pages'),
  ...rows('desktopRoutes mobileRoutes uiLayouts desktopRoutesUiLayouts', 'the menu; who may see what is access'),
  ...rows('main_desktopRoutes_path main_mobileRoutes_path main_departments_path', 'trees, made anew from their rows'),
  ...rows('iframeHtml customVariables graphPositions chinaRegions sequences localeTester', 'parts of pages and fields'),
  ...rows('localizationTexts localizationTranslations', 'words; nothing shows them until they are published'),
  ...only('localizationTexts', 'missing', 'a word that a page did not find'),
  ...only('localization', 'aiTranslate', 'a draft of words'),

  // What people do all day.
  ...rows('attachments aiFiles', 'files of people'),
  ...only('auth', 'signIn signUp signOut changePassword lostPassword resetPassword', 'a person, and their own account'),
  ...only('users', 'updateLang updateTheme', 'how one person sees the app'),
  ...only('smsOTP', 'create publicCreate', 'sends a code'),
  ...only('verifiers', 'bind unbind', 'a second factor of oneself'),
  ...rows('workflowManualTasks workflowCcTasks workflowTasks userWorkflowTasks userWorkflowTaskStats', 'own tasks'),
  ...only('workflowManualTasks', 'submit', 'own tasks'),
  ...only('workflowCcTasks', 'read unread', 'own tasks'),
  ...only('workflows', 'trigger', 'a button that somebody has put on a page'),
  ...only('customRequests', 'send', 'a button that somebody has put on a page'),
  ...rows('notificationInAppMessages', 'own messages'),
  ...only('notificationInAppMessages', 'updateMyOwn', 'own messages'),
  ...only('messages', 'send', 'one message'),
  ...only('aiConversations', 'create update destroy abort getMessages updateOptions updateToolArgs', 'a talk'),
  ...rows('aiConversations aiMessages aiToolMessages lcCheckpoints lcCheckpointBlobs lcCheckpointWrites', 'talks'),
  ...rows('aiWorkflowTasks usersAiWorkflowTasks usersAiEmployees', 'own tasks and words of one person'),
  ...only('aiWorkflowTasks', 'accept reject', 'own tasks'),
  ...only('aiEmployees', 'updateUserPrompt', 'words of one person'),
  ...only('ai', 'testFlight', 'one question'),
  ...rows('aiContextDatasources aiSkills', 'what a language model is told'),
  ...only('mcp', 'list create', 'each of its tools is a request of its own, which is asked about'),

  // This plugin: each has a right of its own, and is remembered. Whoever may set a policy aside needs it most when that is broken.
  ...only(RESOURCE, 'requestApproval approve reject withdrawApproval', 'the second admin'),
  ...only(RESOURCE, 'queue withdrawQueued', 'what waits is asked about when it begins'),
  ...only(RESOURCE, 'breakGlass mendGlass', 'to set the policy aside'),
  ...only(RESOURCE, 'redeliver', 'tells people once more'),
  ...only(RESOURCE, 'announce withdrawAnnouncement', 'tells users what is planned'),

  // What the host writes by itself, or asks for.
  ...rows('workflowStats workflowVersionStats aiUsageEvents notificationSendLogs', 'figures and logs'),
  ...rows('userDataSyncTasks userDataSyncRecords userDataSyncRecordsResources verifications', 'what has been done'),
  ...rows('workflowCategories workflowCategoryRelations', 'labels'),
  ...only('workflows', 'WorkflowValidationError', 'a class of the host that got among its actions'),
  ...only('license', 'instance-id', 'asks for a number'),
  ...only('perf', 'reset', 'figures'),
];

/** Commands that change nothing of a cluster. */
export const HARMLESS_COMMANDS: Readonly<Record<string, string>> = {
  start: 'what it changes is an installation or an upgrade, and those are asked about by their own names',
  'pm.list': 'looks',
  'pm.create': 'files of a plugin that nobody has added yet',
  'db:auth': 'looks',
  ai: 'nothing of its own',
  build: 'a word of the help: only its command line does it',
  clean: 'a word of the help: only its command line does it',
  dev: 'a word of the help: only its command line does it',
  doc: 'a word of the help: only its command line does it',
  test: 'a word of the help: only its command line does it',
  umi: 'a word of the help: only its command line does it',
};
