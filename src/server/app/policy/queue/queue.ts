import type { QueuedAction } from '../../../../shared/policy-api';
import type { Clock } from '../../../core/clock';
import { planOf } from '../../../core/policy/queueable';
import { shownQueued, type QueueRecord } from '../../../core/policy/queued';
import type { Ledger } from '../../../ports';
import type { BoundRequest } from '../contract';
import { done, refused, type Outcome } from '../outcome';
import type { SealedRecords } from '../sealed';

export interface QueueWish {
  readonly reason: string;
  readonly roles: readonly string[];
  readonly name?: string;
  readonly approval?: string;
  /** When the next window opens, as far as that is known. */
  readonly startsAt?: number;
}

const SHOWN = 50;
const MOST_WAITING = 50;

/** What waits for the next window, for people. */
export class KeptQueue {
  constructor(
    private readonly records: SealedRecords<QueueRecord>,
    private readonly ledger: Pick<Ledger, 'find'>,
    private readonly clock: Clock,
  ) {}

  async add(bound: BoundRequest, wish: QueueWish): Promise<Outcome<QueuedAction>> {
    const planned = planOf(bound.action, bound.exact);
    if (!planned.ok) return refused(409, planned.problem);
    const waiting = await this.records.list(MOST_WAITING, ['waiting']);
    if (waiting.length >= MOST_WAITING) return refused(409, `${waiting.length} wait already: take some back.`);
    const same = waiting.find(({ record }) => record.hash === bound.hash && record.action === bound.action);
    if (same) return refused(409, `The same waits already, since ${same.record.requestedBy.name} has asked for it.`);
    const { action, subject, parameters, hash, person, exact = {} } = bound;
    const now = await this.records.now();
    const record: QueueRecord = {
      ...{ id: this.clock.newId(), state: 'waiting', action, subject, parameters, hash, exact },
      ...{ requestedBy: person, requestedAt: now, ...wish },
    };
    await this.records.add(record, now);
    return done(shownQueued(record, undefined));
  }

  async list(): Promise<readonly QueuedAction[]> {
    return Promise.all((await this.records.list(SHOWN)).map(({ record }) => this.shown(record)));
  }

  /** By whoever may operate: nothing is done by it. */
  async withdraw(id: string): Promise<Outcome<QueuedAction>> {
    const seen = await this.records.find(id);
    if (!seen) return refused(404, `Nothing with the id "${id}" waits.`);
    const next: QueueRecord = { ...seen.record, state: 'withdrawn' };
    if (seen.record.state !== 'waiting' || !(await this.records.replace(seen, next))) {
      return refused(409, 'It does not wait any more: look at it again.');
    }
    return done(await this.shown(next));
  }

  private async shown(record: QueueRecord): Promise<QueuedAction> {
    const { operationId } = record;
    return shownQueued(record, operationId === undefined ? undefined : await this.ledger.find(operationId));
  }
}
