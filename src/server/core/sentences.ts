import type { OperationRecord } from '../../shared/domain';

/** What a node says while it waits for the leader of another operation. */
export function waitSentence(record: OperationRecord): string {
  if (record.phase === 'held') return heldSentence(record);
  const step = record.step ? `: ${record.step}` : '';
  return `Waiting for ${record.leader.name}, which runs ${record.kind}${step}`;
}

/** What refused clients read while a node is drained. */
export function drainSentence(record: OperationRecord): string {
  const what = [record.kind, record.subject].filter(Boolean).join(' ');
  return `Maintenance: ${record.leader.name} runs ${what}.`;
}

/** What everybody reads who meets a held operation: what happened, and where the ways out are. */
function heldSentence({ id, reason }: OperationRecord): string {
  return `${reason ?? 'An operation is held.'} Ways out: the page "Cluster maintenance", or "yarn nocobase maintenance status" and "yarn nocobase maintenance resolve ${id} …".`;
}
