import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { isOver } from '../core/node-machine';
import type { Timings } from '../core/settings';
import type { Coordination, Log } from '../ports';

export interface HeartbeatOptions {
  readonly coordination: Coordination;
  readonly timings: Timings;
  readonly clock: Clock;
  readonly log: Log;
  /** Reports this node and looks; `problem`: the store is silent, and the database answered instead. */
  readonly look: (thorough: boolean) => Promise<Sight>;
  /**
   * The record after each report, and when it was asked for, by the monotonic clock: a process that stood still gets old
   * answers. Must not block: long work goes on beside the heartbeat.
   */
  readonly onRecord: (record: OperationRecord | undefined, askedAt: number) => void;
  /** Nobody answered, or nobody has yet: also told once a tick, because a look may hang. */
  readonly onSilence: () => void;
}

export interface Sight {
  readonly record: OperationRecord | undefined;
  readonly problem?: string;
}

/**
 * Reports this node and reads the record, again and again: once a tick when idle, faster while an operation runs,
 * at once when a hint comes or when the node itself has something to say.
 */
export class Heartbeat {
  private readonly stopping = new AbortController();
  private nap = new AbortController();
  private running: Promise<unknown> | undefined;
  private inFlight: Promise<OperationRecord | undefined> | undefined;
  private problem: string | undefined;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  start(): void {
    if (this.running) return;
    this.unsubscribe = this.options.coordination.bus.onHint(() => this.wake());
    this.running = Promise.all([this.run(), this.watch()]);
  }

  /** Cuts the present pause short. */
  wake(): void {
    this.nap.abort();
  }

  /** Reports now and returns what is seen; `thorough` as in `Lookout.look`. Rejects when nobody answers. */
  async beat(thorough = false): Promise<OperationRecord | undefined> {
    // A report under way may carry the state from before the change that the caller wants to tell.
    await this.inFlight?.catch(() => undefined);
    this.inFlight = this.send(thorough);
    return this.inFlight;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.nap.abort();
    this.unsubscribe?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, timings } = this.options;
    while (!this.stopping.signal.aborted) {
      let record: OperationRecord | undefined;
      try {
        record = await this.beat();
      } catch (error) {
        this.failed(sentence(error));
        this.options.onSilence();
      }
      const busy = record !== undefined && !isOver(record);
      await clock.sleep(busy ? timings.busyTick : timings.tick, this.nap.signal);
      this.nap = new AbortController();
    }
  }

  private async watch(): Promise<void> {
    const { clock, timings, onSilence } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await clock.sleep(timings.tick, signal);
      if (!signal.aborted) onSilence();
    }
  }

  private async send(thorough: boolean): Promise<OperationRecord | undefined> {
    const askedAt = this.options.clock.monotonic();
    const { record, problem } = await this.options.look(thorough);
    if (problem === undefined) this.recovered();
    else this.failed(problem);
    this.options.onRecord(record, askedAt);
    return record;
  }

  /** Said once per problem, not once per report. */
  private failed(why: string): void {
    const problem = this.options.coordination.problem() ?? why;
    if (problem === this.problem) return;
    this.problem = problem;
    this.options.log.warn(`Coordination is offline: ${problem} Risky actions are refused; users are served.`);
  }

  private recovered(): void {
    if (this.problem === undefined) return;
    this.problem = undefined;
    this.options.log.info('Coordination is online again.');
  }
}
