import type { ClusterPhase, NodePhase, OperationKind, OperationResult } from '../../shared/domain';
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
};

export const RESULT_LABELS: Readonly<Record<OperationResult, string>> = {
  done: 'Done',
  degraded: 'Degraded',
  failed: 'Failed',
  aborted: 'Aborted',
};

export const FINGERPRINT_LABELS: Readonly<Record<NodeView['fingerprintMatch'], string>> = {
  equal: 'Equal',
  different: 'Different',
  unknown: 'Unknown',
};

/** A page that was loaded before an upgrade may meet words that it does not know yet: it shows them as they are. */
export function labelOf<Word extends string>(labels: Readonly<Record<Word, string>>, word: Word): string {
  return labels[word] ?? word;
}
