import type { OperationKind, OperationRecord } from '../../shared/domain';
import { isSettling } from './machine';
import { isStanding } from './standing';

/** Kinds whose work may simply be done again: a start finds the database half-way and completes it. */
const REPEATABLE: readonly OperationKind[] = ['install', 'upgrade'];

/** How often in a row starts may be interrupted in such work before a person has to look, counted from 1. */
export const MAX_ATTEMPTS = 3;

export function isRepeatable(kind: OperationKind): boolean {
  return REPEATABLE.includes(kind);
}

/**
 * What becomes of an operation whose leader is gone (rule R5). Before the first change: nothing happened.
 * After the work: it counts. In between: repeated where that is proven safe, a few times; otherwise held for a person.
 * Only to be asked when nobody is inside the guard: a leader that lost Redis goes on working in there.
 */
export function settlementOf(record: OperationRecord, now: number): OperationRecord {
  const ended = { ...record, phase: 'idle', endedAt: now, waitingFor: [] } as const;
  const who = record.leader.name;
  if (!record.changed) {
    const before = record.follows === undefined ? 'it changed anything' : 'that';
    return neverBegan(record, `${who} disappeared before ${before}.`, now);
  }
  if (isSettling(record.phase)) {
    // The leader said why its work had failed when it told that this was over.
    if (record.reason !== undefined) return { ...ended, result: 'failed' };
    return { ...ended, result: 'degraded', reason: `${who} disappeared after its work was complete.` };
  }
  if (isRepeatable(record.kind) && record.attempt < MAX_ATTEMPTS) {
    const times = `attempt ${record.attempt} of ${MAX_ATTEMPTS}`;
    const reason = `${who} disappeared during ${record.kind} (${times}); the next start repeats it.`;
    return { ...ended, result: 'failed', interrupted: true, reason };
  }
  return { ...record, phase: 'held', phaseSince: now, waitingFor: [], reason: heldReason(record) };
}

/** The end of an operation before its first change: it is aborted, or what it had taken up is held on. */
export function neverBegan(record: OperationRecord, why: string, now: number): OperationRecord {
  const over = { ...record, waitingFor: [] };
  if (record.follows === undefined) return { ...over, phase: 'idle', result: 'aborted', endedAt: now, reason: why };
  return { ...over, phase: 'held', changed: true, phaseSince: now, reason: heldAgain(record, why) };
}

/** What takes up a held operation and ends before its first change leaves the database as it was: half-way. */
export function heldAgain({ kind, subject }: OperationRecord, why: string): string {
  const what = [kind, subject].filter(Boolean).join(' ');
  return `${what} did not begin, so the database is as the held operation before it left it. ${why}`;
}

/** What takes up a held operation and fails leaves open what that had left behind: nobody has decided to serve it. */
export function heldAfterFailure({ kind, subject }: OperationRecord, failure: string): string {
  const what = [kind, subject].filter(Boolean).join(' ');
  return `${what} failed, so the database may be as the held operation before it left it: half-way. ${failure}`;
}

function heldReason({ leader, kind, subject, attempt }: OperationRecord): string {
  const tail = 'No node serves until somebody has looked at it and resolved it.';
  const what = [kind, subject].filter(Boolean).join(' ');
  if (isRepeatable(kind)) return `${attempt} starts in a row disappeared during ${what}, ${leader.name} last. ${tail}`;
  return `${leader.name} disappeared while ${what} was changing the database. ${tail}`;
}

/** True while somebody should look after a record whose lease may be gone. */
export function needsSettlement(record: OperationRecord | undefined): record is OperationRecord {
  return record !== undefined && record.result === undefined && !isStanding(record);
}

/** Which attempt a start makes that comes after this operation. */
export function attemptAfter(last: OperationRecord | undefined, kind: OperationKind): number {
  return last?.interrupted && isRepeatable(kind) ? last.attempt + 1 : 1;
}

/**
 * The one of two sights of an operation that is from later: its leader tells store and database, and either may have
 * missed the last word.
 */
export function further(a: OperationRecord, b: OperationRecord): OperationRecord {
  return stage(b) > stage(a) || (stage(b) === stage(a) && b.revision > a.revision) ? b : a;
}

function stage(record: OperationRecord): number {
  if (record.result !== undefined) return 3;
  if (isStanding(record) || isSettling(record.phase)) return 2;
  return record.changed ? 1 : 0;
}
