import type { ApprovalRequest, ApprovalsBody, DecideBody, RequestState } from '../../../shared/policy-api';
import type { Clock } from '../../core/clock';
import {
  approvedUntil,
  badTimes,
  covers,
  isFor,
  PENDING_FOR,
  refusesDecision,
  refusesWithdrawal,
  shown,
  stateAt,
  type ApprovalRecord,
} from '../../core/policy/approval';
import type { Person } from '../../maintenance/manual';
import type { Approvals, BoundRequest } from './contract';
import { groupOf } from './groups';
import { done, refused, type Outcome } from './outcome';
import type { SealedRecords, Seen } from './sealed';

const SHOWN = 100;
/** Nobody has a use for more at a time. */
const MOST_PENDING = 20;
const LOOKED_AT = 500;

/** Requests for a second admin: made by one person, decided by another one, used once. */
export class KeptApprovals implements Approvals {
  constructor(
    private readonly records: SealedRecords<ApprovalRecord>,
    private readonly clock: Clock,
  ) {}

  async request(bound: BoundRequest, reason: string): Promise<Outcome<ApprovalRequest>> {
    const group = groupOf(bound.action);
    if (!group) return refused(400, `There is nothing to approve about "${bound.action}".`);
    // The hash does not know what is in a file.
    if (!bound.exact) return refused(409, 'A request that brings a file cannot be approved: the file is not kept.');
    const now = await this.records.now();
    const own = await this.openOf(bound.person, now);
    const same = own.find(({ record }) => isFor(record, bound));
    if (same) return done(shown(same.record, bound.person, now));
    if (own.length >= MOST_PENDING) return refused(409, `You have ${own.length} requests that wait: take some back.`);
    const { action, subject, parameters, hash, person: requestedBy } = bound;
    const record: ApprovalRecord = {
      ...{ id: this.clock.newId(), state: 'pending', action, group, subject, parameters, hash, reason, requestedBy },
      requestedAt: now,
      expiresAt: now + PENDING_FOR,
    };
    await this.records.add(record, now);
    return done(shown(record, bound.person, now));
  }

  /** `decides`: this person may approve at all. */
  async list(viewer: Person, decides: boolean, state?: RequestState): Promise<ApprovalsBody> {
    const now = await this.records.now();
    const all = (await this.records.list(LOOKED_AT)).map(({ record }) => record);
    const requests = all.filter((record) => state === undefined || stateAt(record, now) === state);
    const waiting = all.filter((record) => refusesDecision(record, viewer, now) === undefined);
    return {
      requests: requests.slice(0, SHOWN).map((record) => shown(record, viewer, now)),
      waiting: decides ? waiting.length : 0,
    };
  }

  async decide(
    word: 'approved' | 'rejected',
    { id, comment, notBefore, notAfter }: DecideBody,
    person: Person,
  ): Promise<Outcome<ApprovalRequest>> {
    const seen = await this.records.find(id);
    if (!seen) return unknownRequest(id);
    const now = await this.records.now();
    const refusal = refusesDecision(seen.record, person, now);
    if (refusal !== undefined) return refused(409, refusal);
    const times = {
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(notAfter === undefined ? {} : { notAfter }),
    };
    const bad = word === 'approved' ? badTimes(times, now) : undefined;
    if (bad !== undefined) return refused(400, bad);
    const decision = { id: this.clock.newId(), by: person, at: now, ...(comment ? { comment } : {}) };
    const until = word === 'approved' ? { ...times, expiresAt: approvedUntil(times, now) } : {};
    const next: ApprovalRecord = { ...seen.record, state: word, decision, ...until };
    const written = await this.records.replace(seen, next, { until: seen.record.expiresAt });
    return written || (await this.wasDecidedBy(decision.id, id))
      ? done(shown(next, person, now))
      : refused(409, 'Somebody else was quicker: look at this request again.');
  }

  async withdraw(id: string, person: Person): Promise<Outcome<ApprovalRequest>> {
    const seen = await this.records.find(id);
    if (!seen) return unknownRequest(id);
    const now = await this.records.now();
    const refusal = refusesWithdrawal(seen.record, person, now);
    if (refusal !== undefined) return refused(409, refusal);
    const next: ApprovalRecord = { ...seen.record, state: 'withdrawn' };
    if (await this.records.replace(seen, next)) return done(shown(next, person, now));
    return refused(409, 'Somebody else was quicker: look at this request again.');
  }

  async covers(id: string, request: BoundRequest): Promise<boolean> {
    const seen = await this.records.find(id);
    return seen !== undefined && covers(seen.record, request, await this.records.now());
  }

  async take(id: string, request: BoundRequest): Promise<{ readonly approvedBy: string } | undefined> {
    const seen = await this.records.find(id);
    if (!seen || !covers(seen.record, request, await this.records.now())) return undefined;
    const { record } = seen;
    const span = { from: record.notBefore, until: record.expiresAt };
    if (!(await this.records.replace(seen, { ...record, state: 'used' }, span))) return undefined;
    return { approvedBy: record.decision?.by.name ?? '' };
  }

  private async openOf(person: Person, now: number): Promise<readonly Seen<ApprovalRecord>[]> {
    const pending = await this.records.list(LOOKED_AT, ['pending']);
    return pending.filter(
      ({ record }) => record.requestedBy.identity === person.identity && stateAt(record, now) === 'pending',
    );
  }

  /** Whoever has asked may use it in the very moment in which it was approved. */
  private async wasDecidedBy(decisionId: string, id: string): Promise<boolean> {
    return (await this.records.find(id))?.record.decision?.id === decisionId;
  }
}

function unknownRequest(id: string): Outcome<never> {
  return refused(404, `There is no request "${id}".`);
}
