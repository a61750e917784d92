import type { NodeReport, OperationRecord } from '../../shared/domain';
import { isManual } from './standing';

/** What a node says while it waits for another operation. Anybody may read it, so it does not say who asked for that. */
export function waitSentence(record: OperationRecord): string {
  if (record.phase === 'held') return heldSentence(record);
  if (isManual(record)) return `Waiting for the end of a manual maintenance. ${exitSentence(record)}`;
  const step = record.step ? `: ${record.step}` : '';
  return `Waiting for ${record.leader.name}, which runs ${record.kind}${step}`;
}

/** The same for somebody with a shell: who holds it. */
export function holderSentence(record: OperationRecord): string {
  return isManual(record) ? `${manualSentence(record)} ${exitSentence(record)}` : waitSentence(record);
}

/** What refused clients read while a node is drained. */
export function drainSentence(record: OperationRecord): string {
  if (record.maintenance) return record.maintenance.message;
  const what = [record.kind, record.subject].filter(Boolean).join(' ');
  return `Maintenance: ${record.leader.name} runs ${what}.`;
}

/** Who works by hand, why, and until when at the latest. The time is that of the node that began it: for people only. */
export function manualSentence({ requestedBy, subject, scope, phaseSince, maintenance }: OperationRecord): string {
  const what = scope === 'writes' ? 'has stopped all writes' : 'is in maintenance';
  const until = new Date(phaseSince + (maintenance?.expiresInSeconds ?? 0) * 1000).toISOString();
  return `${requestedBy} ${what} (${subject.replace(/\.$/, '')}), until ${until} at the latest.`;
}

function exitSentence({ id }: OperationRecord): string {
  return `Ways to end it: the page "Cluster maintenance" of another node, or "yarn nocobase maintenance exit --operation ${id}".`;
}

/** What everybody reads who meets a held operation: what happened, and where the ways out are. */
function heldSentence({ id, reason }: OperationRecord): string {
  return `${reason ?? 'An operation is held.'} Ways out: the page "Cluster maintenance", or "yarn nocobase maintenance status" and "yarn nocobase maintenance resolve ${id} …".`;
}

/** What a node still answers: how much it is, and the oldest of it. */
export function requestsSentence(
  node: Pick<NodeReport, 'inFlight' | 'underWay'> & { readonly silentMs: number },
): string {
  const count = `${node.inFlight} ${node.inFlight === 1 ? 'request' : 'requests'} under way`;
  const [oldest] = node.underWay ?? [];
  if (!oldest) return count;
  const sort = oldest.sort === 'request' ? '' : ` (${oldest.sort})`;
  const more = node.inFlight > 1 ? ` and ${node.inFlight - 1} more` : '';
  return `${count}: ${oldest.what}${sort} for ${Math.round((oldest.ageMs + node.silentMs) / 1000)} s${more}`;
}
