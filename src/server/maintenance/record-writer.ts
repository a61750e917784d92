import type { OperationRecord, OperationResult } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Coordination, LeaseToken, Log } from '../ports';

/** How often a progress text is written at most, in milliseconds: hosts report hundreds of steps. */
const PROGRESS_EVERY = 200;

/** The leader's pen: one writer of the record, one write at a time, in order. */
export class RecordWriter {
  private queue: Promise<unknown> = Promise.resolve();
  private progressDue = false;

  constructor(
    private current: OperationRecord,
    private readonly token: LeaseToken,
    private readonly deps: { readonly coordination: Coordination; readonly clock: Clock; readonly log: Log },
  ) {}

  get record(): OperationRecord {
    return this.current;
  }

  /** False when the lease is lost or the store cannot be reached; the record in memory moves on all the same. */
  update(change: Partial<OperationRecord>): Promise<boolean> {
    this.current = { ...this.current, ...change };
    const { current } = this;
    return this.enqueue(async () => (await this.deps.coordination.state.write(this.token, current)) === 'written');
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
      return this.current.result === undefined ? this.update({}) : false;
    });
  }

  /** Ends the operation and frees the lease. */
  finish(result: OperationResult, reason: string | undefined): Promise<boolean> {
    const before = this.current;
    const over = { ...before, phase: 'idle', result, waitingFor: [], endedAt: this.deps.clock.wall() } as const;
    this.current = reason === undefined ? over : { ...over, reason };
    const { current } = this;
    return this.enqueue(async () => {
      if ((await this.deps.coordination.state.finish(this.token, current)) === 'written') return true;
      return this.finishWithoutLease(current);
    });
  }

  /**
   * The lease was lost while the host worked, but nobody could pass the guard meanwhile: if the record still is
   * about this operation (running or held), its end is what this process knows and nobody else does.
   */
  private async finishWithoutLease(over: OperationRecord): Promise<boolean> {
    const seen = await this.deps.coordination.state.read();
    if (seen?.epoch !== over.epoch || seen.result !== undefined) return false;
    return (await this.deps.coordination.state.settle(seen, over)) === 'written';
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
