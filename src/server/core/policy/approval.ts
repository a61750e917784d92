import type { ApprovalRequest, RequestState } from '../../../shared/policy-api';
import type { ActionGroup } from '../../../shared/policy';

/** By the name that people see, and by what tells one person from another of that name. */
export interface Who {
  readonly name: string;
  readonly identity: string;
}

export interface ApprovalDecision {
  /** Tells two decisions apart that are made in the same moment. */
  readonly id: string;
  readonly by: Who;
  readonly at: number;
  readonly comment?: string;
}

/** A request for a second admin, as the database keeps it. Moments are milliseconds since 1970 by the clock of the database. */
export interface ApprovalRecord {
  readonly id: string;
  /** `expired` is never written: time says it. */
  readonly state: Exclude<RequestState, 'expired'>;
  readonly action: string;
  readonly group: ActionGroup;
  readonly subject: string;
  readonly parameters: string;
  /** Of the very request that may run. */
  readonly hash: string;
  readonly reason: string;
  readonly requestedBy: Who;
  readonly requestedAt: number;
  readonly expiresAt: number;
  readonly decision?: ApprovalDecision;
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** What identifies a request: the same act by somebody else, or with other parameters, is another one. */
export interface Bound {
  readonly action: string;
  readonly hash: string;
  readonly person: Who;
}

const DAY = 86_400_000;
/** So long a request waits for somebody to decide. */
export const PENDING_FOR = 3 * DAY;
/** So long an approved one may be used, unless whoever approves says otherwise. */
export const APPROVED_FOR = DAY;
/** The latest `notAfter`. */
export const LATEST = 30 * DAY;

export function stateAt(record: ApprovalRecord, now: number): RequestState {
  const open = record.state === 'pending' || record.state === 'approved';
  return open && now >= record.expiresAt ? 'expired' : record.state;
}

/** Why this person may not approve or reject it now, in one sentence; undefined: they may. */
export function refusesDecision(record: ApprovalRecord, person: Who, now: number): string | undefined {
  const state = stateAt(record, now);
  if (state !== 'pending') return `This request is ${state}: there is nothing to decide any more.`;
  if (record.requestedBy.identity === person.identity) return 'Nobody decides about a request of their own.';
  return undefined;
}

/** Only the one who has asked takes it back, and only as long as it may still run. */
export function refusesWithdrawal(record: ApprovalRecord, person: Who, now: number): string | undefined {
  const state = stateAt(record, now);
  if (record.requestedBy.identity !== person.identity) return 'Only the person who has asked may take it back.';
  return state === 'pending' || state === 'approved' ? undefined : `This request is ${state} already.`;
}

/** Whether it was made for exactly this, by this person. */
export function isFor(record: ApprovalRecord, { action, hash, person }: Bound): boolean {
  return record.action === action && record.hash === hash && record.requestedBy.identity === person.identity;
}

/** Whether this may run by it now. */
export function covers(record: ApprovalRecord, bound: Bound, now: number): boolean {
  return stateAt(record, now) === 'approved' && now >= (record.notBefore ?? 0) && isFor(record, bound);
}

export interface Times {
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** One sentence if no request could run in these times. */
export function badTimes({ notBefore, notAfter }: Times, now: number): string | undefined {
  const whole = [notBefore, notAfter].every((time) => time === undefined || Number.isInteger(time));
  if (!whole) return '"notBefore" and "notAfter" are moments, in milliseconds since 1970.';
  if (notAfter !== undefined && notAfter <= Math.max(now, notBefore ?? 0)) return '"notAfter" is past already.';
  if (Math.max(notBefore ?? 0, notAfter ?? 0) > now + LATEST) return 'An approval is good for 30 days at most.';
  return undefined;
}

export function approvedUntil({ notBefore, notAfter }: Times, now: number): number {
  return notAfter ?? Math.max(now, notBefore ?? 0) + APPROVED_FOR;
}

/** As the page shows it to this person. */
export function shown(record: ApprovalRecord, viewer: Who, now: number): ApprovalRequest {
  const { hash: _hash, requestedBy, decision, ...rest } = record;
  return {
    ...rest,
    state: stateAt(record, now),
    requestedBy: requestedBy.name,
    isOwn: requestedBy.identity === viewer.identity,
    ...(decision ? { decidedBy: decision.by.name, decidedAt: decision.at } : {}),
    ...(decision?.comment ? { comment: decision.comment } : {}),
  };
}
