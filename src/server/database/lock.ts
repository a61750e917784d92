import type { Clock } from '../core/clock';
import type { Dialect } from './dialect';
import type { SqlDatabase, SqlSession } from './sql';

export interface HeldLock {
  /** Aborts when the connection is gone, and the lock with it. */
  readonly lost: AbortSignal;
  /** Rejects when the connection does not answer: then the lock is lost, or about to be. */
  verify(): Promise<void>;
  /** Gives the lock back. Idempotent; never rejects. */
  release(): Promise<void>;
}

/** Pause between two attempts to take a lock, and between two looks at who holds it, in milliseconds. */
const AGAIN = 100;
/** Until when the database must have ended a connection that it was told to end. */
const END_DEADLINE = 5_000;
const PING = 'SELECT 1 AS alive';
/** Often enough that a connection which died silently is noticed, and that none ends for being idle. */
const PING_EVERY = 15_000;

/**
 * A lock in the database that lives in an open session of its own. The session does nothing else, so it holds no lock
 * on any table and keeps no old rows alive, and a pooler in transaction mode leaves it on one connection. Who waits for
 * the lock holds no connection meanwhile: there may be few of them.
 */
export class DatabaseLock {
  /** The connection that held it for us and was lost. */
  private former: string | undefined;

  constructor(
    private readonly database: SqlDatabase,
    private readonly dialect: Dialect,
    private readonly clock: Clock,
    readonly name: string,
  ) {}

  /** Undefined: somebody else had it until the deadline (in milliseconds). */
  async take(deadline: number): Promise<HeldLock | undefined> {
    const giveUp = this.clock.monotonic() + deadline;
    for (;;) {
      const held = await this.tryNow();
      if (held) return held;
      await this.endFormer();
      const rest = giveUp - this.clock.monotonic();
      if (rest <= 0) return undefined;
      await this.clock.sleep(Math.min(AGAIN, rest));
    }
  }

  async isTaken(): Promise<boolean> {
    return (await this.holder()) !== undefined;
  }

  /** Ends the connections of whoever holds the lock, and waits until it is gone; false when nobody held it. */
  async break(): Promise<boolean> {
    const holder = await this.holder();
    if (holder === undefined) return false;
    await this.dialect.endProcess(this.database, holder);
    const giveUp = this.clock.monotonic() + END_DEADLINE;
    while ((await this.holder()) === holder) {
      if (this.clock.monotonic() >= giveUp)
        throw new Error('The database has not ended the connection as it was told.');
      await this.clock.sleep(AGAIN);
    }
    return true;
  }

  private async tryNow(): Promise<HeldLock | undefined> {
    const session = await this.database.begin();
    try {
      const id = await this.dialect.tryLock(session, this.name);
      session.lost.throwIfAborted();
      if (id !== undefined) return this.hold(session, id);
    } catch (error) {
      await session.end();
      throw error;
    }
    await session.end();
    return undefined;
  }

  private hold(session: SqlSession, id: string): HeldLock {
    const over = new AbortController();
    const end = async () => {
      over.abort();
      // A lock that cannot be given back was lost with its connection.
      if (!session.lost.aborted) await this.dialect.unlock(session, this.name).catch(() => undefined);
      await session.end();
    };
    let ended: Promise<void> | undefined;
    const release = () => (ended ??= end());
    const onLost = () => {
      this.former = id;
      void release();
    };
    session.lost.addEventListener('abort', onLost, { once: true });
    void this.ping(session, over.signal);
    const verify = async () => {
      await session.query(PING);
      over.signal.throwIfAborted();
    };
    return { lost: session.lost, verify, release };
  }

  private async ping(session: SqlSession, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.clock.sleep(PING_EVERY, over);
      // A connection that is dead shows in `lost`.
      if (!over.aborted) await session.query(PING).catch(() => undefined);
    }
  }

  /** The network was cut and is back: the server has not heard yet that our own connection of before is dead. */
  private async endFormer(): Promise<void> {
    if (this.former === undefined || (await this.holder()) !== this.former) return;
    await this.dialect.endConnection(this.database, this.former);
  }

  private holder(): Promise<string | undefined> {
    return this.dialect.holder(this.database, this.name);
  }
}
