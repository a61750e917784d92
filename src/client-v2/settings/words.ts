import type { SettingGroup, SettingView } from '../../shared/settings-view';
import type { Translate } from '../locale';
import { KIND_LABELS, labelOf } from '../model/labels';

export const GROUP_LABELS: Readonly<Record<SettingGroup, string>> = {
  node: 'This node',
  timings: 'Timings',
  holding: 'Holding requests',
  backups: 'Backups before operations',
  verification: 'Verification after upgrades',
  notifications: 'Who is told',
};

/** What a setting is, by the variable that sets it. One of a later version is shown by its variable alone. */
export const SETTING_LABELS: Readonly<Record<string, string>> = {
  CLUSTER_MAINTENANCE: 'Cluster maintenance',
  CLUSTER_MAINTENANCE_REDIS_URL: 'Redis of the coordination',
  CLUSTER_MAINTENANCE_NODE_NAME: 'Name of the node',
  CLUSTER_MAINTENANCE_RELOAD: 'How nodes load a change',
  CLUSTER_MAINTENANCE_BACKGROUND: 'Background work that cannot be paused',
  CLUSTER_MAINTENANCE_METRICS_TOKEN: 'Token that a scrape of the metrics needs',
  CLUSTER_MAINTENANCE_LEASE_TTL_MS: 'Life of a lease',
  CLUSTER_MAINTENANCE_LEASE_RENEW_MS: 'Lease is renewed every',
  CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: 'Leader gives up without a lease after',
  CLUSTER_MAINTENANCE_TICK_MS: 'Heartbeat at rest',
  CLUSTER_MAINTENANCE_BUSY_TICK_MS: 'Heartbeat during an operation',
  CLUSTER_MAINTENANCE_NODE_TTL_MS: 'Silent node leaves the list after',
  CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: 'Nodes have to drain within',
  CLUSTER_MAINTENANCE_GUARD_DEADLINE_MS: 'Guard has to be free within',
  CLUSTER_MAINTENANCE_RELOAD_DEADLINE_MS: 'Nodes have to serve again within',
  CLUSTER_MAINTENANCE_COMMAND_TIMEOUT_MS: 'Redis has to answer within',
  CLUSTER_MAINTENANCE_HOLD_MS: 'Request may wait for',
  CLUSTER_MAINTENANCE_HOLD_MOST: 'Requests that may wait at a time',
  CLUSTER_MAINTENANCE_HOLD_HANDOVER: 'Hand waiting requests to another node',
  CLUSTER_MAINTENANCE_DRAIN_GRACE_MS: 'Work is still taken while draining for',
  CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'Backup is taken before',
  CLUSTER_MAINTENANCE_BACKUP_MAX_AGE: 'An older backup serves, up to',
  CLUSTER_MAINTENANCE_VERIFY: 'Who opens the nodes after an upgrade',
  CLUSTER_MAINTENANCE_CHECKS: 'Own checks after an upgrade',
  CLUSTER_MAINTENANCE_WEBHOOK_URL: 'Webhook address',
  CLUSTER_MAINTENANCE_WEBHOOK_SECRET: 'Secret that signs the webhook',
  CLUSTER_MAINTENANCE_NOTIFY_CHANNEL: 'Channel of NocoBase',
  CLUSTER_MAINTENANCE_NOTIFY_USERS: 'Users who are told there',
  CLUSTER_MAINTENANCE_NOTIFY_EVENTS: 'What is told',
};

/** The words of variables that say something; names of kinds, paths and addresses stand as they are. */
const VALUE_LABELS: Readonly<Record<string, string>> = {
  on: 'On',
  off: 'Off',
  'in-process': 'Within the process',
  exit: 'In a new process',
  wait: 'Wait for it',
  abort: 'Abort at once',
  'go-on': 'Go on without it',
  automatic: 'The leader itself',
  person: 'A person who has looked',
  set: 'Set',
  'not set': 'Not set',
};

export function valueWords({ variable, value, unit }: SettingView, t: Translate): string {
  if (unit === 'ms') return Number(value) === 0 ? t('Not at all') : `${Number(value) / 1_000} s`;
  if (unit === 'minutes') return Number(value) === 0 ? t('Always a new one') : t('{{minutes}} min', { minutes: value });
  if (value === '') return t('None');
  if (variable === 'CLUSTER_MAINTENANCE_BACKUP_BEFORE' && value !== 'off') return kindsOf(String(value), t);
  const label = VALUE_LABELS[String(value)];
  return label === undefined ? String(value) : t(label);
}

function kindsOf(words: string, t: Translate): string {
  const kinds = words.split(', ');
  return kinds.map((kind) => t(labelOf<string>(KIND_LABELS, kind))).join(', ');
}
