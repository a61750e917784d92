import type { NodePhase, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { isOver, type NodeDecision } from '../core/node-machine';
import type { Log } from '../ports';

/** What a follower may do; each act is complete when its promise is settled. */
export interface NodeActs {
  readonly phase: () => NodePhase;
  /** What the node machine says to a sight of the record. */
  readonly decide: (record: OperationRecord | undefined) => NodeDecision;
  readonly drain: (record: OperationRecord, signal: AbortSignal) => Promise<void>;
  readonly resume: (record: OperationRecord | undefined) => Promise<void>;
  readonly reload: (record: OperationRecord | undefined) => Promise<void>;
  /** Stops by itself, because nobody could tell it to. */
  readonly drainBlind: (signal: AbortSignal) => Promise<void>;
  /** Tells the others at once. */
  readonly report: () => void;
}

export interface FollowerOptions {
  readonly acts: NodeActs;
  readonly clock: Clock;
  readonly log: Log;
  readonly name: string;
  /** Without a sight for so long a node must stop by itself, in milliseconds. */
  readonly patience: number;
}

interface Acting {
  readonly decision: NodeDecision;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** Follows the record: one act at a time; a drain that is no longer wanted is cut short. */
export class Follower {
  private acting: Acting | undefined;
  /** When the record, or that there is none, was asked for that was seen last; by the monotonic clock. */
  private lastSight: number;

  constructor(private readonly options: FollowerOptions) {
    this.lastSight = options.clock.monotonic();
  }

  /** To be told of every sight of the record, and when it was asked for. */
  async follow(record: OperationRecord | undefined, askedAt: number): Promise<void> {
    const { acts } = this.options;
    this.lastSight = Math.max(this.lastSight, askedAt);
    const decision = acts.decide(record);
    if (this.acting) {
      const goesBack = decision === 'resume' || decision === 'reload';
      if (this.acting.decision === 'drain' && goesBack) this.acting.abort.abort();
      return;
    }
    if (decision === 'drain' && record) await this.perform('drain', (signal) => acts.drain(record, signal));
    else if (decision === 'resume') await this.perform('resume', () => acts.resume(record));
    else if (decision === 'reload') await this.perform('reload', () => acts.reload(record));
  }

  /** Neither store nor database answered. Not for long: who cannot be told to stop must stop by itself (rule R3). */
  async onSilence(): Promise<void> {
    const { acts } = this.options;
    if (acts.phase() !== 'serving' || this.acting || this.seesEnough) return;
    await this.perform('drain', (signal) => acts.drainBlind(signal));
  }

  /** Whether the last sight is recent enough to rely on it. */
  get seesEnough(): boolean {
    const { clock, patience } = this.options;
    return clock.monotonic() - this.lastSight < patience;
  }

  /** Cuts the present act short, where it can be, and waits for its end: a reload cannot be stopped half-way. */
  async stop(patience: AbortSignal): Promise<void> {
    const { acting } = this;
    acting?.abort.abort();
    const late = new Promise<void>((resolve) => patience.addEventListener('abort', () => resolve(), { once: true }));
    if (acting) await Promise.race([acting.ended, late]);
  }

  private async perform(decision: NodeDecision, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { acts, log, name } = this.options;
    const abort = new AbortController();
    let end: () => void = () => {};
    this.acting = { decision, abort, ended: new Promise((resolve) => (end = resolve)) };
    const before = acts.phase();
    try {
      await act(abort.signal);
    } catch (error) {
      log.error(`Could not ${decision}: ${sentence(error)}`, { node: name });
    } finally {
      this.acting = undefined;
      end();
    }
    // Only news are told at once: an act that could do nothing yet is tried again with the next report.
    if (acts.phase() !== before && acts.phase() !== 'stopping') acts.report();
  }
}

/** Things that a sight of the record asks for once per operation. */
export class OncePerOperation {
  private kept = '';
  private retried = '';

  constructor(
    private readonly bootId: string,
    private readonly keepLines: (operationId: string) => void,
    private readonly retry: (record: OperationRecord) => void,
  ) {}

  observe(record: OperationRecord | undefined, phase: NodePhase): void {
    if (!record) return;
    if (isOver(record) && (phase === 'serving' || phase === 'failed') && this.kept !== record.id) {
      this.kept = record.id;
      this.keepLines(record.id);
    }
    const asking = `${record.id} ${record.revision}`;
    if (record.phase !== 'held' || record.retryOn !== this.bootId || this.retried === asking) return;
    // Asked once more it is done once more: what was in the way the first time may be gone.
    this.retried = asking;
    this.retry(record);
  }
}
