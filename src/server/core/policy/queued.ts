import type { OperationRecord } from '../../../shared/domain';
import type { QueuedAction, QueueState } from '../../../shared/policy-api';
import type { ReasonCode, Verdict } from '../../../shared/policy';
import type { Who } from './approval';

/** An act that waits, as the database keeps it. Moments are milliseconds since 1970 by the clock of the database. */
export interface QueueRecord {
  readonly id: string;
  readonly state: QueueState;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly requestedBy: Who;
  /** The roles in which it was asked for: one that is taken away meanwhile counts no more. */
  readonly roles: readonly string[];
  readonly requestedAt: number;
  readonly hash: string;
  readonly parameters: string;
  readonly exact: Readonly<Record<string, unknown>>;
  /** What was typed as the name of what it is about. */
  readonly name?: string;
  /** Id of the approval that somebody else gave. */
  readonly approval?: string;
  readonly startsAt?: number;
  /** Name of the node that began it, and when. */
  readonly startedBy?: string;
  readonly startedAt?: number;
  readonly operationId?: string;
  readonly result?: string;
}

/** What waits longer was forgotten by everybody. */
export const LONGEST_WAIT = 14 * 86_400_000;
/** A node that was to begin it and has not told of an operation after so long has disappeared. */
export const BEGIN_WITHIN = 5 * 60_000;

/** No time will make these better. */
const HOPELESS: readonly ReasonCode[] = ['denied', 'no-right', 'name-wrong', 'name-needed', 'reason-needed'];

export function isHopeless({ reasons }: Verdict): boolean {
  return reasons.some(({ code }) => HOPELESS.includes(code));
}

/** What becomes of one that may not begin now. Undefined: nothing is to be written. */
export function afterRefusal(record: QueueRecord, verdict: Verdict, words: string): QueueRecord | undefined {
  const { nextWindow } = verdict;
  const { startsAt: _before, ...rest } = record;
  const state = isHopeless(verdict) ? 'missed' : 'waiting';
  const starts = state === 'waiting' && nextWindow !== undefined ? { startsAt: nextWindow } : {};
  const next: QueueRecord = { ...rest, state, result: words, ...starts };
  const same = state === record.state && words === record.result && nextWindow === record.startsAt;
  return same ? undefined : next;
}

export function isForgotten({ requestedAt }: QueueRecord, now: number): boolean {
  return now >= requestedAt + LONGEST_WAIT;
}

/** As the page shows it; `operation` is what it became, as far as that is known. */
export function shownQueued(record: QueueRecord, operation: OperationRecord | undefined): QueuedAction {
  const { id, action, subject, reason, requestedBy, requestedAt, startsAt, operationId, result } = record;
  const ended = operation?.result;
  const failed = ended === 'failed' || ended === 'aborted';
  const told = ended === undefined ? result : [ended, operation?.reason].filter(Boolean).join(': ');
  return {
    ...{ id, state: failed ? 'failed' : record.state, action, subject, reason, requestedAt },
    requestedBy: requestedBy.name,
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(operationId === undefined ? {} : { operationId }),
    ...(told === undefined ? {} : { result: told }),
  };
}
