import type { OperationKind, OperationRecord } from '../../shared/domain';
import { isSettling } from './machine';

/** Kinds whose work may simply be done again: a start finds the database half-way and completes it. */
const REPEATABLE: readonly OperationKind[] = ['install', 'upgrade'];

/**
 * What becomes of an operation whose leader is gone (rule R5). Before the first change: nothing happened.
 * After the work: it counts. In between: repeated where that is proven safe, otherwise held for a person.
 */
export function settlementOf(record: OperationRecord, now: number): OperationRecord {
  const ended = { ...record, phase: 'idle', endedAt: now, waitingFor: [] } as const;
  const who = record.leader.name;
  if (!record.changed) {
    return { ...ended, result: 'aborted', reason: `${who} disappeared before it changed anything.` };
  }
  if (isSettling(record.phase)) {
    return { ...ended, result: 'degraded', reason: `${who} disappeared after its work was complete.` };
  }
  if (REPEATABLE.includes(record.kind)) {
    return {
      ...ended,
      result: 'failed',
      reason: `${who} disappeared during ${record.kind}; the next start repeats it.`,
    };
  }
  const reason = `${who} disappeared while ${record.kind} ${record.subject} was changing the database. No node serves until somebody has looked at it and resolved it.`;
  return { ...record, phase: 'held', phaseSince: now, waitingFor: [], reason };
}

/** True while somebody should look after a record whose lease may be gone. */
export function needsSettlement(record: OperationRecord | undefined): record is OperationRecord {
  return record !== undefined && record.result === undefined && record.phase !== 'held';
}
