import type { Clock } from '../core/clock';
import type { HeldLock, DatabaseLock } from './lock';

/** The lock has no other takers; this is for a connection of before that the server has yet to end. */
const LOCK_DEADLINE = 5_000;
/** How long a process that ends tries to say so, in milliseconds: the others find out by themselves. */
const LEAVE_DEADLINE = 3_000;

/** The registration of this process: a row, and the lock that proves that it may still write. */
export class Presence {
  private held: HeldLock | undefined;
  private registered = false;
  private joining: Promise<void> | undefined;

  constructor(private readonly clock: Clock) {}

  /** Lock and row: nobody looks for the lock of a process that is not in the table. */
  get present(): boolean {
    return this.registered && this.locked;
  }

  join(lock: DatabaseLock, register: () => Promise<void>): Promise<void> {
    return (this.joining ??= this.enter(lock, register).finally(() => (this.joining = undefined)));
  }

  /** Never rejects. */
  async leave(withdraw: () => Promise<void>): Promise<void> {
    await this.joining?.catch(() => undefined);
    const { held } = this;
    this.held = undefined;
    this.registered = false;
    const over = new AbortController();
    const gone = withdraw()
      .catch(() => undefined)
      .then(() => held?.release());
    await Promise.race([gone, this.clock.sleep(LEAVE_DEADLINE, over.signal)]);
    over.abort();
  }

  private get locked(): boolean {
    return this.held !== undefined && !this.held.lost.aborted;
  }

  /** The lock first: a row whose lock is free would look like a process that is gone. */
  private async enter(lock: DatabaseLock, register: () => Promise<void>): Promise<void> {
    if (!this.locked) {
      this.registered = false;
      this.held = await lock.take(LOCK_DEADLINE);
    }
    if (!this.held) throw new Error('An older connection of this process still holds its lock in the database.');
    await register();
    this.registered = true;
  }
}
