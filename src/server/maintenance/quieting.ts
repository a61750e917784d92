import type { NodePhase, NodeRef, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { mustBeQuietFor } from '../core/node-machine';
import { drainSentence } from '../core/sentences';
import type { AppLifecycle, Guard } from '../ports';
import type { Journal } from './journal';

export interface QuietingOptions {
  readonly app: AppLifecycle;
  readonly guard: Pick<Guard, 'isHeld'>;
  readonly clock: Clock;
  readonly node: NodeRef;
  /** A store that does not know the operation any more has forgotten it after so long, in milliseconds. */
  readonly patience: number;
  readonly phase: () => NodePhase;
  readonly lookout: { readonly withoutStore: boolean };
  readonly journal: Journal;
  /** Tells the others at once. */
  readonly report: () => void;
}

interface Quiet {
  readonly epoch: number;
  readonly abort: AbortController;
  readonly done: Promise<boolean>;
  reached: boolean;
  ending: boolean;
}

/** In other phases the app loads or has not begun: it becomes quiet when it is up. */
const ABLE: readonly NodePhase[] = ['serving', 'draining', 'drained', 'failed'];

/**
 * How a node stops what writes while it goes on serving what reads. Beside the node machine: whatever else becomes of this
 * node meanwhile, nothing writes until the operation is known to be over.
 */
export class Quieting {
  private quiet: Quiet | undefined;
  /** When the operation of `quiet` was last known to anybody. */
  private knownAt = 0;

  constructor(private readonly options: QuietingOptions) {}

  /** The operation for which nothing writes here any more; 0 when none. */
  get epoch(): number {
    return this.quiet?.reached ? this.quiet.epoch : 0;
  }

  /** To be told of every sight of the record. */
  observe(record: OperationRecord | undefined): void {
    const { clock, node, phase } = this.options;
    const { quiet } = this;
    const epoch = record?.epoch ?? 0;
    if (quiet && epoch >= quiet.epoch) this.knownAt = clock.monotonic();
    if (record && mustBeQuietFor(record, node)) {
      if (epoch > (quiet?.epoch ?? 0) && ABLE.includes(phase())) this.begin(record);
      return;
    }
    if (quiet && (epoch >= quiet.epoch || this.isForgotten())) void this.end(quiet);
  }

  /** The leader's own writes; false when the signal aborted first. */
  async lead(record: OperationRecord, signal: AbortSignal): Promise<boolean> {
    const { done } = this.quiet?.epoch === record.epoch ? this.quiet : this.begin(record);
    const late = new Promise<boolean>((resolve) =>
      signal.addEventListener('abort', () => resolve(false), { once: true }),
    );
    return signal.aborted ? false : Promise.race([done, late]);
  }

  /** Traffic begins, or begins again: background work with it, unless it has to be quiet. The app may be a new one. */
  async openBackground(): Promise<void> {
    const { app } = this.options;
    // What runs may take long, and reads are not to wait for it.
    if (this.quiet) void app.pauseBackground(this.quiet.abort.signal).catch(() => undefined);
    else await app.resumeBackground();
  }

  private begin(record: OperationRecord): Quiet {
    this.quiet?.abort.abort();
    this.options.app.closeWrites(drainSentence(record));
    this.knownAt = this.options.clock.monotonic();
    const abort = new AbortController();
    const done = Promise.resolve().then(() => this.stop(record, quiet));
    const quiet: Quiet = { epoch: record.epoch, abort, done, reached: false, ending: false };
    this.quiet = quiet;
    return quiet;
  }

  private async stop(record: OperationRecord, quiet: Quiet): Promise<boolean> {
    const { app, journal, report } = this.options;
    const { signal } = quiet.abort;
    const paused = app.pauseBackground(signal);
    await app.writesEnded(signal);
    await paused;
    // What the last requests left behind is waited for, too.
    if (!signal.aborted) await app.pauseBackground(signal);
    if (signal.aborted) return false;
    quiet.reached = true;
    journal.note(record, 'node.acknowledged', `Nothing writes here for epoch ${record.epoch}.`);
    report();
    return true;
  }

  /** Not while somebody is inside the guard: a store that forgot his operation may have let another one begin, and end. */
  private async end(quiet: Quiet): Promise<void> {
    const { app, guard, phase, report } = this.options;
    if (quiet.ending) return;
    quiet.ending = true;
    const inside = await guard.isHeld().catch(() => true);
    quiet.ending = false;
    if (inside || this.quiet !== quiet) return;
    quiet.abort.abort();
    this.quiet = undefined;
    app.openWrites();
    if (phase() === 'serving') await app.resumeBackground();
    report();
  }

  private isForgotten(): boolean {
    const { clock, patience, lookout } = this.options;
    return !lookout.withoutStore && clock.monotonic() - this.knownAt > patience;
  }
}
