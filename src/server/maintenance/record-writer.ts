import type { OperationRecord, OperationResult } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Coordination, LeaseToken, Ledger, Log } from '../ports';

/** How often a progress text is written at most, in milliseconds: hosts report hundreds of steps. */
const PROGRESS_EVERY = 200;

export interface RecordWriterDeps {
  readonly coordination: Coordination;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with each progress text that is written. */
  readonly onStep: (step: string) => void;
}

type Change = Partial<OperationRecord>;
type Committed = 'written' | 'lost' | 'cancelled' | 'unsaved';

/**
 * The leader's pen: one writer of the record, one write at a time, in order. What nodes act upon goes to the database,
 * too; what is only for people (progress, who is waited for) to the store alone.
 */
export class RecordWriter {
  private queue: Promise<unknown> = Promise.resolve();
  private progressDue = false;
  /** While the first change is being announced; until its answer is there nobody knows which record is the right one. */
  private committing: Promise<unknown> | undefined;
  /** Also of words whose fate is not known. */
  private revision = 0;

  constructor(
    private current: OperationRecord,
    private readonly token: LeaseToken,
    private readonly deps: RecordWriterDeps,
  ) {}

  get record(): OperationRecord {
    return this.current;
  }

  /** False when the lease is lost or the store cannot be reached; the record in memory moves on all the same. */
  async update(change: Change): Promise<boolean> {
    // A word of before that came in between would take it back.
    while (this.committing) await this.committing.catch(() => undefined);
    const current = (this.current = this.next(change));
    return this.enqueue(() => this.write(current));
  }

  /** A new phase: both sides learn of it, and neither waits for the other. */
  async advance(change: Change): Promise<boolean> {
    const [written] = await Promise.all([this.update(change), this.save()]);
    return written;
  }

  /** Every node has stopped; false when store or database may not have heard of it. */
  async close(): Promise<boolean> {
    const [told, saved] = await Promise.all([this.update({ drained: true, waitingFor: [] }), this.save()]);
    return told && saved;
  }

  /** The phase of the first change; `unsaved`: a node without Redis would not see it, so nothing may be changed. */
  commit(change: Change): Promise<Committed> {
    const committing = this.commitAlone(change).finally(() => (this.committing = undefined));
    this.committing = committing;
    return committing;
  }

  private async commitAlone(change: Change): Promise<Committed> {
    const before = this.current;
    const next = this.next(change);
    const outcome = await this.tryCommit(next);
    if (outcome !== 'written') return outcome;
    this.current = next;
    // A store that is flushed is told by the database: of what was before, if that is now, and it may promise a cancel then.
    const end = (await this.save()) ? await this.tryCommit(next) : 'unsaved';
    if (end !== 'written') this.current = before;
    return end;
  }

  async waitFor(names: readonly string[]): Promise<void> {
    if (names.join() !== this.current.waitingFor.join()) await this.update({ waitingFor: names });
  }

  progress(step: string): void {
    this.current = { ...this.current, step };
    if (this.progressDue) return;
    this.progressDue = true;
    void this.deps.clock.sleep(PROGRESS_EVERY).then(() => {
      this.progressDue = false;
      if (this.current.result !== undefined) return false;
      this.deps.onStep(this.current.step);
      return this.update({});
    });
  }

  /** Stores the record in the database; false when that cannot be reached, or somebody has ended the operation there. */
  async save(): Promise<boolean> {
    try {
      return (await this.deps.ledger.write(this.current)) === 'written';
    } catch (error) {
      this.deps.log.warn(`The record could not be stored: ${sentence(error)}`, { epoch: this.token.epoch });
      return false;
    }
  }

  /** Ends the operation and frees the lease. The database learns of it first: it is asked when the store is silent. */
  async finish(result: OperationResult, reason: string | undefined): Promise<boolean> {
    const over = { phase: 'idle', result, waitingFor: [], endedAt: this.deps.clock.wall() } as const;
    const current = (this.current = this.next(reason === undefined ? over : { ...over, reason }));
    await this.save();
    return this.enqueue(async () => {
      if ((await this.deps.coordination.state.finish(this.token, current)) === 'written') return true;
      return this.settleWithoutLease(current);
    });
  }

  /** Holds the operation for a person and frees the lease. */
  async surrender(change: Change): Promise<void> {
    const current = (this.current = this.next({ ...change, phase: 'held', waitingFor: [] }));
    await this.save();
    await this.enqueue(async () => {
      if (await this.write(current)) return (await this.deps.coordination.lease.release(this.token)) === 'released';
      return this.settleWithoutLease(current);
    });
  }

  /**
   * The lease was lost while the host worked, but nobody could pass the guard meanwhile: if the record still is
   * about this operation (running or held), its end is what this process knows and nobody else does.
   */
  private async settleWithoutLease(next: OperationRecord): Promise<boolean> {
    const seen = await this.deps.coordination.state.read();
    if (seen?.epoch !== next.epoch || seen.result !== undefined) return false;
    return (await this.deps.coordination.state.settle(seen, next)) === 'written';
  }

  private async tryCommit(next: OperationRecord): Promise<'written' | 'lost' | 'cancelled'> {
    const answer: { outcome: 'written' | 'lost' | 'cancelled' } = { outcome: 'lost' };
    await this.enqueue(async () => {
      answer.outcome = await this.deps.coordination.state.commit(this.token, next);
      return answer.outcome === 'written';
    });
    return answer.outcome;
  }

  private next(change: Change): OperationRecord {
    return { ...this.current, ...change, revision: (this.revision += 1) };
  }

  private async write(record: OperationRecord): Promise<boolean> {
    return (await this.deps.coordination.state.write(this.token, record)) === 'written';
  }

  private enqueue(write: () => Promise<boolean>): Promise<boolean> {
    const attempt = async () => {
      try {
        return await write();
      } catch (error) {
        this.deps.log.warn(`The record could not be written: ${sentence(error)}`, { epoch: this.token.epoch });
        return false;
      }
    };
    const result = this.queue.then(attempt);
    this.queue = result;
    return result;
  }
}
