import { createHash } from 'node:crypto';
import type { Fingerprint } from '../../shared/domain';
import type { AppliedState, Guard, GuardHold, GuardOutcome } from '../ports';
import { guardDialect, type GuardDialect, type LockKey } from './dialects';
import type { SqlDatabase, SqlSession } from './sql';

const TABLE = 'cluster_maintenance_state';
const ROW = 'operation';

/**
 * The guard on PostgreSQL and MySQL/MariaDB. The lock lives in an open transaction of its own that does nothing
 * else, so it holds no lock on any table and works behind a pooler in transaction mode; the epoch is committed
 * beside it, so that a crash cannot take it back.
 */
export class DatabaseGuard implements Guard {
  private readonly key: LockKey;
  private readonly table: string;

  constructor(
    private readonly database: SqlDatabase,
    private readonly dialect: GuardDialect,
    namespace: string,
  ) {
    this.key = lockKey(namespace);
    this.table = `${database.tablePrefix}${TABLE}`;
  }

  async enter(epoch: number, deadline: number): Promise<GuardOutcome> {
    const session = await this.database.begin();
    try {
      if (!(await this.dialect.lock(session, this.key, deadline))) {
        await session.end();
        return { outcome: 'busy' };
      }
      const before = await this.raise(epoch);
      if (before < epoch) return { outcome: 'entered', hold: this.hold(session, epoch) };
      await this.release(session);
      return { outcome: 'stale', epoch: before };
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  isHeld(): Promise<boolean> {
    return this.dialect.isLocked(this.database, this.key);
  }

  async applied(): Promise<AppliedState> {
    if (!(await this.dialect.tableExists(this.database, this.table))) return { epoch: 0, fingerprint: undefined };
    const [row] = await this.database.query(`SELECT epoch, fingerprint FROM ${this.quoted()} WHERE id = $1`, [ROW]);
    return { epoch: Number(row?.epoch ?? 0), fingerprint: parseFingerprint(row?.fingerprint) };
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /**
   * Stores the epoch if it is higher; returns the one that was stored before. Under the lock nobody else writes
   * the row, so looking first and writing then is one step.
   */
  private async raise(epoch: number): Promise<number> {
    if (!(await this.dialect.tableExists(this.database, this.table))) {
      await this.dialect.createTable(this.database, this.table);
    }
    const [row] = await this.database.query(`SELECT epoch FROM ${this.quoted()} WHERE id = $1`, [ROW]);
    if (!row) {
      await this.database.query(`INSERT INTO ${this.quoted()} (id, epoch) VALUES ($1, $2)`, [ROW, epoch]);
      return 0;
    }
    const before = Number(row.epoch);
    if (before < epoch) {
      await this.database.query(`UPDATE ${this.quoted()} SET epoch = $1 WHERE id = $2`, [epoch, ROW]);
    }
    return before;
  }

  private hold(session: SqlSession, epoch: number): GuardHold {
    let left: Promise<void> | undefined;
    const leave = async (applied?: Fingerprint) => {
      try {
        if (applied) await this.store(epoch, applied);
      } finally {
        await this.release(session);
      }
    };
    return { lost: session.lost, leave: (applied) => (left ??= leave(applied)) };
  }

  /** The command may have dropped every table (`db:clean`, `install --force`): the row is made anew then. */
  private async store(epoch: number, applied: Fingerprint): Promise<void> {
    await this.raise(epoch);
    const text = JSON.stringify(applied);
    await this.database.query(`UPDATE ${this.quoted()} SET fingerprint = $1 WHERE id = $2`, [text, ROW]);
  }

  private async release(session: SqlSession): Promise<void> {
    // A lock that cannot be given back was lost with its connection.
    await this.dialect.unlock(session, this.key).catch(() => undefined);
    await session.end();
  }

  private quoted(): string {
    return this.dialect.quote(this.database, this.table);
  }
}

function lockKey(namespace: string): LockKey {
  const hash = createHash('sha256').update(`cluster-maintenance:${namespace}`).digest();
  return { number: hash.readBigInt64BE(0).toString(), name: `cluster-maintenance:${hash.toString('hex', 0, 16)}` };
}

function parseFingerprint(text: unknown): Fingerprint | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFingerprint(value) ? value : undefined;
  } catch {
    // An unreadable fingerprint means "unknown": the next start passes the door as if the database needed a change.
    return undefined;
  }
}

function isFingerprint(value: unknown): value is Fingerprint {
  if (typeof value !== 'object' || value === null) return false;
  return 'digest' in value && typeof value.digest === 'string' && 'core' in value && 'plugins' in value;
}

export function createGuard(database: SqlDatabase, namespace: string): Guard | undefined {
  const dialect = guardDialect(database.dialect);
  return dialect && new DatabaseGuard(database, dialect, namespace);
}
