import type { Fingerprint, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Timings } from '../core/settings';
import type { Guard, GuardHold, GuardOutcome } from '../ports';
import type { Journal } from './journal';

export interface GuardKeeperDeps {
  readonly guard: Guard;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly timings: Pick<Timings, 'guardDeadline' | 'leaseGiveUp'>;
  /** While the lease is held nobody takes the place in the guard away. */
  readonly lease: { readonly isValid: boolean };
  /** Cuts the app off from the database. */
  readonly fence: (reason: string) => Promise<void>;
}

/** Pause between attempts to enter the guard again, in milliseconds. */
const AGAIN = 200;
/** Without the lease, the place in the guard is asked for again after so long, in milliseconds. */
const SURE_FOR = 1_000;

/**
 * The leader's presence in the guard. When its connection is lost in the middle of the work, the lock is taken again
 * with the same epoch; if that fails, another may be inside, and the work is fenced off from the database.
 */
export class GuardKeeper {
  private hold: GuardHold | undefined;
  private left = false;
  private why: string | undefined;
  private readonly losing = new AbortController();
  private retaking: Promise<void> = Promise.resolve();
  /** When the place was last known to be held, by the monotonic clock. */
  private sureAt = 0;
  private makingSure: Promise<void> | undefined;

  constructor(
    private readonly operation: Pick<OperationRecord, 'id' | 'epoch'>,
    private readonly deps: GuardKeeperDeps,
  ) {}

  /** Why the work was fenced off; undefined while the guard stands. */
  get broken(): string | undefined {
    return this.why;
  }

  /** Aborts when the work is fenced off: another may be inside. */
  get lost(): AbortSignal {
    return this.losing.signal;
  }

  /** `left`: the operation was aborted while this waited. */
  async enter(): Promise<GuardOutcome['outcome'] | 'left'> {
    const { guard, journal, clock, timings } = this.deps;
    const askedAt = clock.monotonic();
    const outcome = await guard.enter(this.operation.epoch, timings.guardDeadline);
    if (this.left && outcome.outcome === 'entered') {
      await outcome.hold.leave();
      return 'left';
    }
    if (outcome.outcome === 'entered') {
      this.keep(outcome.hold, askedAt);
      journal.note(this.operation, 'guard.entered', `Epoch ${this.operation.epoch} stands in the database.`);
    } else {
      const why = outcome.outcome === 'stale' ? `The database has seen epoch ${outcome.epoch}.` : 'It is held.';
      journal.note(this.operation, 'guard.refused', why);
    }
    return outcome.outcome;
  }

  /**
   * To be asked before the work uses the database: it waits while the place in the guard is uncertain. A process that
   * stood still is asked before it has noticed that it lost anything.
   */
  hindrance(): Promise<void> | undefined {
    if (this.left || this.sureAt === 0 || this.isSure) return undefined;
    this.makingSure ??= this.makeSure().finally(() => (this.makingSure = undefined));
    return this.makingSure;
  }

  private get isSure(): boolean {
    if (!this.hold) return false;
    return this.deps.lease.isValid || this.deps.clock.monotonic() - this.sureAt < SURE_FOR;
  }

  /** Rejects with one sentence when the work must not go on. */
  private async makeSure(): Promise<void> {
    while (!this.left) {
      await this.retaking;
      if (this.why !== undefined) throw new Error(this.why);
      const { hold } = this;
      // An answer may be old: this process may have stood still before it could read it.
      if (hold && (await this.isHeld(hold)) && this.isSure) return;
    }
  }

  /** False: it was lost, and is being taken again. Rejects when the database does not say. */
  private async isHeld(hold: GuardHold): Promise<boolean> {
    const askedAt = this.deps.clock.monotonic();
    try {
      await hold.verify();
      this.sureAt = askedAt;
    } catch (error) {
      if (!hold.lost.aborted) throw error;
    }
    return !hold.lost.aborted;
  }

  prepareInstall(): Promise<readonly string[]> {
    return this.hold?.prepareInstall() ?? Promise.reject(new Error('The guard is not held.'));
  }

  /** With `applied` the database is known to fit that; a guard that was lost for good is left as it is. */
  async leave(applied?: Fingerprint): Promise<void> {
    this.left = true;
    await this.retaking;
    if (!this.hold) return;
    await this.hold.leave(this.why === undefined ? applied : undefined);
    this.deps.journal.note(this.operation, 'guard.left', 'The database is free for the next operation.');
  }

  private keep(hold: GuardHold, askedAt: number): void {
    this.hold = hold;
    const onLost = () => {
      this.retaking = this.retake();
    };
    this.sureAt = askedAt;
    // It may have been lost on the way here.
    if (hold.lost.aborted) onLost();
    else hold.lost.addEventListener('abort', onLost, { once: true });
  }

  private async retake(): Promise<void> {
    const { clock, journal, timings } = this.deps;
    if (this.left || this.why !== undefined) return;
    this.hold = undefined;
    journal.note(this.operation, 'guard.lost', 'The database connection of the guard is gone; entering again.');
    const giveUp = clock.monotonic() + timings.leaseGiveUp;
    let problem = 'its place was not free again in time';
    while (clock.monotonic() < giveUp) {
      const outcome = await this.tryAgain().catch((error: unknown) => sentence(error));
      if (outcome === 'entered') return;
      if (outcome === 'stale') return this.fence('another operation has been inside since');
      problem = outcome === 'busy' ? problem : outcome;
      await clock.sleep(AGAIN);
    }
    await this.fence(problem);
  }

  private async tryAgain(): Promise<string> {
    const { guard, journal, clock, timings } = this.deps;
    const askedAt = clock.monotonic();
    const outcome = await guard.reenter(this.operation.epoch, timings.leaseGiveUp / 2);
    if (outcome.outcome !== 'entered') return outcome.outcome;
    this.keep(outcome.hold, askedAt);
    journal.note(this.operation, 'guard.retaken', 'Nobody else was inside meanwhile; the work goes on.');
    return 'entered';
  }

  private async fence(why: string): Promise<void> {
    this.why = `The guard in the database was lost during the work and could not be taken again: ${why}.`;
    this.deps.journal.note(this.operation, 'guard.broken', this.why);
    this.losing.abort(new Error(this.why));
    await this.deps.fence(this.why);
  }
}
