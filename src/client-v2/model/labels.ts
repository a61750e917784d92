import type {
  ClusterPhase,
  JournalEvent,
  NodePhase,
  OperationKind,
  OperationResult,
  RequestSort,
  Resolution,
} from '../../shared/domain';
import type { NodeView } from '../../shared/api';

/** The server answers with words of the product; here is the English sentence that the locales translate. */
export const CLUSTER_PHASE_LABELS: Readonly<Record<ClusterPhase, string>> = {
  idle: 'Idle',
  acquiring: 'Preparing',
  draining: 'Draining',
  working: 'Working',
  reloading: 'Reloading',
  verifying: 'Verifying',
  resuming: 'Resuming',
  aborting: 'Aborting',
  held: 'Held',
};

/**
 * Translated with the i18next context `node`: several languages say "working" of a step with a noun
 * and of a node with a verb.
 */
export const NODE_PHASE_LABELS: Readonly<Record<NodePhase, string>> = {
  starting: 'Starting',
  waiting: 'Waiting',
  serving: 'Serving',
  draining: 'Draining',
  drained: 'Drained',
  working: 'Working',
  reloading: 'Reloading',
  verifying: 'Verifying',
  failed: 'Failed',
  stopping: 'Stopping',
};
export const NODE_CONTEXT = 'node';

export const KIND_LABELS: Readonly<Record<OperationKind, string>> = {
  install: 'Installation',
  upgrade: 'Upgrade',
  'pm.add': 'Add plugin',
  'pm.pull': 'Download plugin',
  'pm.update': 'Update plugin',
  'pm.enable': 'Enable plugin',
  'pm.enable-all': 'Enable all plugins',
  'pm.disable': 'Disable plugin',
  'pm.remove': 'Remove plugin',
  'db:sync': 'Synchronize database',
  'db:clean': 'Clear database',
  repair: 'Repair',
  maintenance: 'Manual maintenance',
  backup: 'Backup',
  restore: 'Restore',
  'roll-back': 'Roll back to the backup',
  migration: 'Environment migration',
  work: 'Work of a plugin',
};

export const RESULT_LABELS: Readonly<Record<OperationResult, string>> = {
  done: 'Done',
  degraded: 'Degraded',
  failed: 'Failed',
  aborted: 'Aborted',
};

/** What a request is, where that says more than its name. */
export const SORT_LABELS: Readonly<Record<RequestSort, string>> = {
  request: 'Request',
  stream: 'Stream',
  upload: 'Upload',
  import: 'Import',
  export: 'Export',
};

export const FINGERPRINT_LABELS: Readonly<Record<NodeView['fingerprintMatch'], string>> = {
  equal: 'Equal',
  different: 'Different',
  unknown: 'Unknown',
};

export const RESOLUTION_LABELS: Readonly<Record<Resolution, string>> = {
  resume: 'Resume',
  retry: 'Do it again',
  'roll-back': 'Roll back',
  'give-up': 'Take leadership away',
};

/** What is asked before a way out is taken. */
export const QUESTIONS: Readonly<Record<Resolution, string>> = {
  resume: 'Resume the cluster?',
  retry: 'Do the operation again?',
  'roll-back': 'Roll back to the backup?',
  'give-up': 'Take leadership away from {{name}}?',
};

/** What is said once the server has accepted it. */
export const RESOLVED: Readonly<Record<Resolution, string>> = {
  resume: 'The operation goes on. The nodes reload and take traffic again.',
  retry: 'The operation is going to be done again.',
  'roll-back': 'The backup is being restored.',
  'give-up': 'Leadership was taken away from {{name}}.',
};

/** What a line of the journal tells; its own words continue it. */
export const JOURNAL_LABELS: Readonly<Record<JournalEvent, string>> = {
  'operation.begun': 'Operation begun',
  'operation.phase': 'Phase',
  'operation.waits': 'Waits',
  'operation.cancel': 'Cancel',
  'operation.settled': 'Settled',
  'operation.resolved': 'Resolved',
  'operation.ended': 'Operation ended',
  'node.phase': 'Node',
  'node.acknowledged': 'Acknowledged',
  'node.stopped': 'Declared stopped',
  'lease.acquired': 'Lease taken',
  'lease.troubled': 'Lease in trouble',
  'lease.restored': 'Lease restored',
  'lease.lost': 'Lease lost',
  'guard.entered': 'Guard entered',
  'guard.refused': 'Guard refused',
  'guard.lost': 'Guard lost',
  'guard.retaken': 'Guard taken again',
  'guard.broken': 'Guard broken',
  'guard.left': 'Guard left',
  'work.first-change': 'First change',
  'work.step': 'Work',
  'work.ended': 'Work ended',
};

/** A page that was loaded before an upgrade may meet words that it does not know yet: it shows them as they are. */
export function labelOf<Word extends string>(labels: Readonly<Record<Word, string>>, word: Word): string {
  return labels[word] ?? word;
}
