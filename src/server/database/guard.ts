import type { Fingerprint } from '../../shared/domain';
import { systemClock, type Clock } from '../core/clock';
import type { AppliedState, Guard, GuardHold, GuardOutcome } from '../ports';
import type { Dialect } from './dialect';
import { dialectOf } from './dialects';
import { Epochs } from './epochs';
import { isReplacedHere } from './kept-rows';
import { DatabaseLock, type HeldLock } from './lock';
import type { SqlDatabase } from './sql';
import { StateRow } from './state-row';
import { OwnTables } from './tables';

/**
 * The guard on PostgreSQL and MySQL/MariaDB. The lock lives in a session of its own that does nothing else; the epoch is
 * committed beside it, so that a crash cannot take it back.
 */
export class DatabaseGuard implements Guard {
  private readonly lock: DatabaseLock;
  private readonly tables: OwnTables;
  private readonly replacing: DatabaseLock;
  private readonly state: StateRow;
  private readonly epochs: Epochs;

  constructor(
    private readonly database: SqlDatabase,
    private readonly dialect: Dialect,
    namespace: string,
    clock: Clock,
  ) {
    this.lock = new DatabaseLock(database, dialect, clock, dialect.lockName(`cluster-maintenance:${namespace}`));
    this.tables = new OwnTables(database, dialect);
    this.replacing = new DatabaseLock(database, dialect, clock, this.tables.replacing);
    this.state = new StateRow(this.tables);
    this.epochs = new Epochs(this.tables, clock);
  }

  allocate(above = 0): Promise<number> {
    return this.epochs.next(above);
  }

  enter(epoch: number, deadline: number): Promise<GuardOutcome> {
    return this.inside(epoch, deadline, async () => {
      await this.endReplacing();
      const before = await this.state.raise(epoch);
      return before < epoch ? undefined : before;
    });
  }

  reenter(epoch: number, deadline: number): Promise<GuardOutcome> {
    return this.inside(epoch, deadline, async () => {
      // The row is kept in memory meanwhile, and what stands there may be that of the dump.
      if (isReplacedHere(this.database)) return undefined;
      const stored = (await this.state.read())?.epoch;
      // The work itself may have dropped the row together with all tables.
      if (stored === undefined) await this.state.raise(epoch);
      return stored === undefined || stored === epoch ? undefined : stored;
    });
  }

  async retire(epoch: number): Promise<void> {
    await this.endReplacing();
    await this.state.raise(epoch + 1);
  }

  isHeld(): Promise<boolean> {
    return this.lock.isTaken();
  }

  async breakHold(): Promise<boolean> {
    if (!(await this.lock.isTaken())) return false;
    const isCut = await this.endReplacing();
    // First: who loses the lock enters again with its epoch, unless the row says that a later one has been inside.
    await this.state.raise((await this.applied()).epoch + 1);
    return (await this.lock.break()) || isCut;
  }

  async applied(): Promise<AppliedState> {
    const stored = await this.state.read();
    return {
      epoch: stored?.epoch ?? 0,
      fingerprint: stored?.fingerprint,
      installing: stored?.installing !== undefined,
    };
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /**
   * To be called when whoever replaces the tables has no right to it (any more): the guard is ours, or nobody's, or is being
   * taken away. Otherwise nothing could be written until that process ends.
   */
  private endReplacing(): Promise<boolean> {
    return this.replacing.break();
  }

  /** `refusal` is asked under the lock: the epoch that has been inside, if it means that this one may not be. */
  private async inside(
    epoch: number,
    deadline: number,
    refusal: () => Promise<number | undefined>,
  ): Promise<GuardOutcome> {
    const lock = await this.lock.take(deadline);
    if (!lock) return { outcome: 'busy' };
    try {
      const stored = await refusal();
      lock.lost.throwIfAborted();
      if (stored === undefined) return { outcome: 'entered', hold: this.hold(lock, epoch) };
      await lock.release();
      return { outcome: 'stale', epoch: stored };
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private hold(lock: HeldLock, epoch: number): GuardHold {
    let left: Promise<void> | undefined;
    const leave = async (applied?: Fingerprint) => {
      try {
        if (applied && (await this.isMine(lock, epoch))) await this.store(epoch, applied);
      } finally {
        await lock.release();
      }
    };
    return {
      lost: lock.lost,
      verify: () => lock.verify(),
      prepareInstall: () => this.prepareInstall(lock, epoch),
      leave: (applied) => (left ??= leave(applied)),
    };
  }

  /** Without the lock only while nobody else has been inside since. */
  private async isMine(lock: HeldLock, epoch: number): Promise<boolean> {
    return !lock.lost.aborted || (await this.state.read())?.epoch === epoch;
  }

  /** The command may have dropped every table (`db:clean`, `install --force`): the row is made anew then. */
  private async store(epoch: number, applied: Fingerprint): Promise<void> {
    await this.state.raise(epoch);
    await this.state.store(applied);
  }

  /** Interrupted at any point, it is simply done again: what is remembered is never more than was there before. */
  private async prepareInstall(lock: HeldLock, epoch: number): Promise<readonly string[]> {
    const before = (await this.state.read())?.installing;
    const present = (await this.dialect.tables(this.database)).filter((name) => this.isOfTheApp(name));
    const unfinished = before ? present.filter((name) => !before.includes(name)) : [];
    lock.lost.throwIfAborted();
    if (unfinished.length > 0) await this.dialect.dropTables(this.database, unfinished);
    await this.state.raise(epoch);
    await this.state.rememberInstall(present.filter((name) => !unfinished.includes(name)));
    return unfinished;
  }

  private isOfTheApp(name: string): boolean {
    return name.startsWith(this.database.tablePrefix) && !this.tables.isOwn(name);
  }
}

export function createGuard(database: SqlDatabase, namespace: string, clock: Clock = systemClock): Guard | undefined {
  const dialect = dialectOf(database.dialect);
  return dialect && new DatabaseGuard(database, dialect, namespace, clock);
}
