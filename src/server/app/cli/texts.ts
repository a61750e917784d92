import type { JournalEntry, OperationRecord, RosterEntry, WayOut } from '../../../shared/domain';
import { isOver } from '../../core/node-machine';
import { manualSentence, requestsSentence } from '../../core/sentences';
import { isManual } from '../../core/standing';

/** Lines for people; with `--json` the same things are printed as one JSON value instead. */
export function statusText(
  record: OperationRecord | undefined,
  nodes: readonly RosterEntry[],
  ways: readonly WayOut[] | undefined,
): string {
  const lines = [record ? operationText(record) : 'No operation is known.', ...waysText(ways)];
  const servers = nodes.filter(({ role }) => role === 'app');
  lines.push(servers.length === 0 ? 'No node reports.' : 'Nodes:', ...servers.map(nodeText));
  return lines.join('\n');
}

export function historyText(operations: readonly OperationRecord[]): string {
  return operations.length === 0 ? 'No operation has been run yet.' : operations.map(operationText).join('\n');
}

export function storyText(operation: OperationRecord, journal: readonly JournalEntry[]): string {
  const lines = journal.map(({ at, node, event, text }) => `  ${time(at)} ${node.name} ${event}: ${text}`);
  return [operationText(operation), ...(lines.length === 0 ? ['  (no journal)'] : lines)].join('\n');
}

function operationText(record: OperationRecord): string {
  const { id, kind, subject, epoch, phase, result, leader, requestedBy, startedAt, waitingFor, reason } = record;
  const what = [kind, subject].filter(Boolean).join(' ');
  const state = isOver(record) ? `${result}` : phase;
  const head = `${id} ${state}: ${what} by ${leader.name} for ${requestedBy}, since ${time(startedAt)}, epoch ${epoch}`;
  const waits = waitingFor.length > 0 ? `\n  waits for ${waitingFor.join(', ')}` : '';
  const manual = isManual(record) ? `\n  ${manualSentence(record)}` : '';
  return `${head}${manual}${waits}${reason ? `\n  ${reason}` : ''}`;
}

function waysText(ways: readonly WayOut[] | undefined): string[] {
  if (!ways) return [];
  return [
    'Ways out (yarn nocobase maintenance resolve ID WAY):',
    ...ways.map(({ resolution, consequence, refusal }) => {
      return `  ${resolution}: ${consequence}${refusal === undefined ? '' : `\n    not now: ${refusal}`}`;
    }),
  ];
}

function nodeText(node: RosterEntry): string {
  const { name, bootId, phase, reason, inFlight, work = [], silentMs } = node;
  const words = [reason, inFlight > 0 ? requestsSentence(node) : '', ...work].filter(Boolean).join('; ');
  return `  ${name} ${phase}, heard ${Math.round(silentMs / 1000)} s ago (${bootId})${words ? `: ${words}` : ''}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
