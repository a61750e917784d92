import type { Fingerprint, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Timings } from '../core/settings';
import type { AppLifecycle, Guard, GuardHold, GuardOutcome } from '../ports';
import type { Journal } from './journal';

export interface GuardKeeperDeps {
  readonly guard: Guard;
  readonly app: AppLifecycle;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly timings: Pick<Timings, 'guardDeadline' | 'leaseGiveUp'>;
}

/** Pause between attempts to enter the guard again, in milliseconds. */
const AGAIN = 200;

/**
 * The leader's presence in the guard. When its connection is lost in the middle of the work, the lock is taken again
 * with the same epoch; if that fails, another may be inside, and the work is fenced off from the database.
 */
export class GuardKeeper {
  private hold: GuardHold | undefined;
  private left = false;
  private why: string | undefined;
  private retaking: Promise<void> = Promise.resolve();

  constructor(
    private readonly operation: Pick<OperationRecord, 'id' | 'epoch'>,
    private readonly deps: GuardKeeperDeps,
  ) {}

  /** Why the work was fenced off; undefined while the guard stands. */
  get broken(): string | undefined {
    return this.why;
  }

  async enter(): Promise<GuardOutcome['outcome']> {
    const { guard, journal, timings } = this.deps;
    const outcome = await guard.enter(this.operation.epoch, timings.guardDeadline);
    if (outcome.outcome === 'entered') {
      this.keep(outcome.hold);
      journal.note(this.operation, 'guard.entered', `Epoch ${this.operation.epoch} stands in the database.`);
    } else {
      const why = outcome.outcome === 'stale' ? `The database has seen epoch ${outcome.epoch}.` : 'It is held.';
      journal.note(this.operation, 'guard.refused', why);
    }
    return outcome.outcome;
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

  private keep(hold: GuardHold): void {
    this.hold = hold;
    const onLost = () => {
      this.retaking = this.retake();
    };
    hold.lost.addEventListener('abort', onLost, { once: true });
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
    const { guard, journal, timings } = this.deps;
    const outcome = await guard.reenter(this.operation.epoch, timings.leaseGiveUp / 2);
    if (outcome.outcome !== 'entered') return outcome.outcome;
    this.keep(outcome.hold);
    journal.note(this.operation, 'guard.retaken', 'Nobody else was inside meanwhile; the work goes on.');
    return 'entered';
  }

  private async fence(why: string): Promise<void> {
    this.why = `The guard in the database was lost during the work and could not be taken again: ${why}.`;
    this.deps.journal.note(this.operation, 'guard.broken', this.why);
    await this.deps.app.fence(this.why);
  }
}
