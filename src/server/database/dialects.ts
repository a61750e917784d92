import type { SqlDatabase, SqlSession } from './sql';

/** What differs between databases: how the lock is taken, and a few words of SQL. */
export interface GuardDialect {
  /** Waits up to `deadline` ms for the lock, which dies with the session's connection. False: still taken. */
  lock(session: SqlSession, key: LockKey, deadline: number): Promise<boolean>;
  /** Needed only where ending the transaction does not free the lock. */
  unlock(session: SqlSession, key: LockKey): Promise<void>;
  isLocked(database: SqlDatabase, key: LockKey): Promise<boolean>;
  tableExists(database: SqlDatabase, table: string): Promise<boolean>;
  createTable(database: SqlDatabase, table: string): Promise<void>;
  quote(database: SqlDatabase, table: string): string;
}

/** The same lock as a number (PostgreSQL) and as a name (MySQL, at most 64 characters). */
export interface LockKey {
  readonly number: string;
  readonly name: string;
}

const COLUMNS = 'id VARCHAR(32) PRIMARY KEY, epoch BIGINT NOT NULL, fingerprint TEXT';

/** PostgreSQL's code for "lock_timeout reached". */
const LOCK_NOT_AVAILABLE = '55P03';

const postgres: GuardDialect = {
  async lock(session, key, deadline) {
    // An administrator's limit on idle transactions would end the guard in the middle of an operation.
    await session.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await session.query(`SET LOCAL lock_timeout = ${Math.max(1, Math.round(deadline))}`);
    try {
      await session.query('SELECT pg_advisory_xact_lock(CAST($1 AS BIGINT))', [key.number]);
      return true;
    } catch (error) {
      if (sqlState(error) === LOCK_NOT_AVAILABLE) return false;
      throw error;
    }
  },
  async unlock() {},
  async isLocked(database, key) {
    // One statement is one transaction: the try-lock is gone again when it answers.
    const [row] = await database.query('SELECT pg_try_advisory_xact_lock(CAST($1 AS BIGINT)) AS free', [key.number]);
    return row?.free !== true;
  },
  async tableExists(database, table) {
    const [row] = await database.query('SELECT to_regclass($1) IS NOT NULL AS found', [this.quote(database, table)]);
    return row?.found === true;
  },
  async createTable(database, table) {
    if (database.schema) await database.query(`CREATE SCHEMA IF NOT EXISTS "${database.schema}"`);
    await database.query(`CREATE TABLE IF NOT EXISTS ${this.quote(database, table)} (${COLUMNS})`);
  },
  quote: (database, table) => (database.schema ? `"${database.schema}"."${table}"` : `"${table}"`),
};

const mysql: GuardDialect = {
  async lock(session, key, deadline) {
    const [row] = await session.query('SELECT GET_LOCK($1, $2) AS taken', [key.name, Math.ceil(deadline / 1000)]);
    return Number(row?.taken) === 1;
  },
  async unlock(session, key) {
    await session.query('SELECT RELEASE_LOCK($1) AS freed', [key.name]);
  },
  async isLocked(database, key) {
    const [row] = await database.query('SELECT IS_FREE_LOCK($1) AS free', [key.name]);
    return Number(row?.free) !== 1;
  },
  async tableExists(database, table) {
    const rows = await database.query(
      'SELECT 1 AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = $1',
      [table],
    );
    return rows.length > 0;
  },
  async createTable(database, table) {
    await database.query(`CREATE TABLE IF NOT EXISTS ${this.quote(database, table)} (${COLUMNS})`);
  },
  quote: (_database, table) => `\`${table}\``,
};

const DIALECTS: Readonly<Record<string, GuardDialect>> = { postgres, mysql, mariadb: mysql };

/** Undefined: this database has no lock that several processes could share. */
export function guardDialect(name: string): GuardDialect | undefined {
  return DIALECTS[name];
}

/** Drivers put the code on the error, Sequelize wraps that error into its own as `parent`. */
function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'parent' in error ? sqlState(error.parent) : undefined;
}
