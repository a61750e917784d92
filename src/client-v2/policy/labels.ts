import { RESOURCE } from '../../shared/api';
import type { ActionGroup, Decision, Demand, Environment, RiskClass } from '../../shared/policy';
import type { AuditEntry, QueueState, RequestState } from '../../shared/policy-api';
import type { OperationKind, OperationResult } from '../../shared/domain';
import type { Translate } from '../locale';
import { KIND_LABELS, RESULT_LABELS } from '../model/labels';

export const GROUP_LABELS: Readonly<Record<ActionGroup, string>> = {
  plugins: 'Plugins',
  'plugin-rows': 'Rows of the plugin table',
  database: 'Whole database',
  backup: 'Backups',
  restore: 'Restores',
  'backup-files': 'Backup files and their settings',
  migration: 'Environment migrations',
  schema: 'Tables and fields',
  'data-sources': 'Data sources',
  'sub-apps': 'Sub-apps',
  restarts: 'Restarts and stops',
  code: 'Code and SQL',
  settings: 'System settings',
  access: 'Users, roles and keys',
  workflows: 'Workflows',
  maintenance: 'Maintenance itself',
  other: 'Other actions that rules name',
};

export const CLASS_LABELS: Readonly<Record<RiskClass, string>> = {
  exclusive: 'Everything that stops all nodes',
  quiet: 'Everything that stops writes',
  schema: 'Everything that changes tables',
  disruptive: 'Everything that users notice',
  sensitive: 'Everything that is only recorded',
};

export const DEMAND_LABELS: Readonly<Record<Demand, string>> = {
  nothing: 'Allowed',
  reason: 'Asks for a reason',
  name: 'Asks for a reason and the typed name',
  approval: 'Asks a second admin',
  deny: 'Denied',
};

export const ENVIRONMENT_LABELS: Readonly<Record<Environment, string>> = {
  production: 'Production',
  other: 'Outside production',
};

export const DECISION_LABELS: Readonly<Record<Decision, string>> = {
  allow: 'Allowed',
  ask: 'Asks for confirmation',
  approve: 'Asks a second admin',
  wait: 'Not now',
  deny: 'Denied',
};

export const REQUEST_LABELS: Readonly<Record<RequestState, string>> = {
  pending: 'Waits for approval',
  approved: 'Approved',
  rejected: 'Rejected',
  used: 'Used',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
};

export const QUEUE_LABELS: Readonly<Record<QueueState, string>> = {
  waiting: 'Waits for a window',
  started: 'Started',
  failed: 'Failed',
  withdrawn: 'Withdrawn',
  missed: 'Missed its window',
};

export const SOURCE_LABELS: Readonly<Record<AuditEntry['by'], string>> = {
  request: 'Request',
  command: 'Command',
  start: 'Start',
  queue: 'Queue',
  page: 'This page',
};

/** The actions that people think of first; any other may be typed. */
export const KNOWN_ACTIONS: readonly string[] = [
  ...['pm:add', 'pm:update', 'pm:enable', 'pm:disable', 'pm:remove'],
  ...['backups:create', 'backups:restore', 'backups:upload', 'backups:download', 'backups:destroy'],
  ...['migration:create', 'migration:execute'],
  ...['collections:create', 'collections:update', 'collections:destroy', 'fields:create', 'fields:destroy'],
  ...['dataSources:create', 'dataSources:update', 'dataSources:destroy'],
  ...['applications:create', 'applications:destroy', 'applications:stop'],
  ...['app:restart', 'app:refresh', 'app:clearCache', 'flowSql:run'],
  ...['upgrade', 'db:sync', 'db:clean', 'repair', 'restore', 'restart'],
  ...['clusterMaintenance:enter', 'clusterMaintenance:rollBack'],
];

const ACTION_KINDS: Readonly<Record<string, OperationKind>> = {
  'backups:create': 'backup',
  'backup:create': 'backup',
  'backups:restore': 'restore',
  'backups:upload': 'restore',
  'backup:restore': 'restore',
  'backup:restoreUpload': 'restore',
  'migration:create': 'migration',
  'migration:execute': 'migration',
  'clusterMaintenance:enter': 'maintenance',
  'clusterMaintenance:rollBack': 'roll-back',
};

/** What is decided on the page itself. */
const OWN_ACTIONS: Readonly<Record<string, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  requestApproval: 'Ask a second admin',
  withdrawApproval: 'Withdraw',
  queue: 'Waits for a window',
  withdrawQueued: 'Withdraw',
  updatePolicy: 'Policy',
  breakGlass: 'Break the glass',
  mendGlass: 'End it now',
};

/** What an action does in a few words: its own where there are some, otherwise those of its group. */
export function actionLabel(action: string, group: ActionGroup | undefined, t: Translate): string {
  const kind = ACTION_KINDS[action] ?? action.replace(/^pm:/, 'pm.');
  const known = Object.hasOwn(KIND_LABELS, kind) ? KIND_LABELS[kind as OperationKind] : undefined;
  const own = action.startsWith(`${RESOURCE}:`) ? OWN_ACTIONS[action.slice(RESOURCE.length + 1)] : undefined;
  const label = known ?? own ?? (group && GROUP_LABELS[group]);
  return label === undefined ? action : t(label);
}

/** What became of something: the result of its operation in the language of the page, and what the server says beside it. */
export function resultWords(result: string, t: Translate): string {
  const [word = '', ...more] = result.split(': ');
  const label = Object.hasOwn(RESULT_LABELS, word) ? RESULT_LABELS[word as OperationResult] : undefined;
  return label === undefined ? result : [t(label), ...more].join(': ');
}
