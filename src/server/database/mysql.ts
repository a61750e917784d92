import { digest, errorCode, insertOf, literal, type Dialect, type TableDefinition } from './dialect';
import type { SqlDatabase, SqlSession } from './sql';

const CODES = {
  victim: 'ER_LOCK_DEADLOCK',
  missing: { ER_NO_SUCH_TABLE: 'table', ER_BAD_FIELD_ERROR: 'column' } as const,
  duplicate: ['ER_TABLE_EXISTS_ERROR', 'ER_DUP_FIELDNAME', 'ER_DUP_KEYNAME'],
  gone: 'ER_NO_SUCH_THREAD',
  notAllowed: ['ER_KILL_DENIED_ERROR', 'ER_SPECIFIC_ACCESS_DENIED_ERROR'],
} as const;

/** The longest that every server takes: the lock of a process that is frozen must not die before its other connections. */
const LONGEST_WAIT = 2_147_483;

/** MySQL and MariaDB. */
export const mysql: Dialect = {
  // At most 64 characters.
  lockName: (text) => `cluster-maintenance:${digest(text).toString('hex', 0, 16)}`,
  async tryLock(session, lock) {
    const [row] = await session.query('SELECT GET_LOCK($1, 0) AS taken, CONNECTION_ID() AS id', [lock]);
    if (Number(row?.taken) !== 1) return undefined;
    // The lock belongs to the connection; an open transaction would only be one more thing with a time limit.
    await session.query('COMMIT');
    await session.query(`SET SESSION wait_timeout = ${LONGEST_WAIT}`);
    return String(row?.id);
  },
  async waitForLock(session, lock) {
    const [row] = await session.query('SELECT GET_LOCK($1, 5) AS taken', [lock]);
    if (Number(row?.taken) !== 1) throw new Error('The lock was not free in time.');
  },
  async unlock(session, lock) {
    await session.query('SELECT RELEASE_LOCK($1) AS freed', [lock]);
  },
  async holder(database, lock) {
    const [row] = await database.query('SELECT IS_USED_LOCK($1) AS id', [lock]);
    return row?.id == null ? undefined : String(row.id);
  },
  async endConnection(database, id) {
    await database.query(`KILL ${Number(id)}`).catch((error: unknown) => {
      const code = errorCode(error);
      if (code === CODES.gone) return;
      if (!CODES.notAllowed.some((denied) => denied === code)) throw error;
      const why = 'The database user may not end that connection: it belongs to another user';
      throw new Error(`${why}, and ending it needs CONNECTION ADMIN (MySQL: CONNECTION_ADMIN).`, { cause: error });
    });
  },
  // Connections say nothing of their process here: whoever takes leadership away has to end it, too.
  endProcess: (database, id) => mysql.endConnection(database, id),
  evict: async () => {},
  isTaken: (column) => `IS_FREE_LOCK(${column}) = 0`,

  quote: (_database, table) => `\`${table}\``,
  async creation(database, tables) {
    const statements = await Promise.all(tables.map((table) => tableCreation(database, table)));
    return statements.flat();
  },
  missing: (error) => CODES.missing[errorCode(error) as keyof typeof CODES.missing],
  isThereAlready: (error) => CODES.duplicate.some((code) => code === errorCode(error)),
  isVictim: (error) => errorCode(error) === CODES.victim,
  upsert(upsert) {
    // Assignments are made one after the other, and see what those before them did.
    const { unless, newest } = upsert;
    const stays = [unless, newest && `${newest} > VALUES(${newest})`].filter(Boolean).join(' OR ');
    const next = (column: string) => (stays ? `IF(${stays}, ${column}, VALUES(${column}))` : `VALUES(${column})`);
    const changes = upsert.update.map((column) => `${column} = ${next(column)}`).join(', ');
    return `${insertOf(upsert)} ON DUPLICATE KEY UPDATE ${changes}`;
  },
  keepExisting: (column) => `ON DUPLICATE KEY UPDATE ${column} = ${column}`,

  // Without a time zone, because sessions may have different ones.
  now: 'UTC_TIMESTAMP(3)',
  nowMs: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000",
  age: (column) => `TIMESTAMPDIFF(MICROSECOND, ${column}, UTC_TIMESTAMP(3)) / 1000`,
  mark: markOf,
  // As bytes: an older table may have another character set than this one.
  isGenuine: (table) => `CAST(mark AS BINARY) = CAST(${markOf(table)} AS BINARY)`,

  async tables(database) {
    const rows = await database.query(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
    );
    return rows.map(({ name }) => String(name));
  },
  async dropTables(database, tables) {
    const names = tables.map((table) => this.quote(database, table)).join(', ');
    const session = await database.begin();
    try {
      await session.query('SET SESSION foreign_key_checks = 0');
      await session.query(`DROP TABLE IF EXISTS ${names}`);
    } finally {
      await switchChecksOn(session);
    }
  },
};

/** The connection is used again by others; one that is gone needs nothing. */
async function switchChecksOn(session: SqlSession): Promise<void> {
  await session.query('SET SESSION foreign_key_checks = 1').catch(() => undefined);
  await session.end();
}

/** Rows know nothing of where they are from here; a table that was loaded from a dump was made at another time. */
function markOf(table: string): string {
  return `(SELECT CONCAT(MD5(DATABASE()), '@', UNIX_TIMESTAMP(CREATE_TIME)) FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name = ${literal(table)})`;
}

async function tableCreation(database: SqlDatabase, definition: TableDefinition): Promise<string[]> {
  const { name, columns, added = [], key, index } = definition;
  const table = mysql.quote(database, name);
  const typed = (column: string) =>
    column.replace('{time}', 'DATETIME(3)').replace('{text}', 'MEDIUMTEXT CHARACTER SET utf8mb4');
  const parts = [...[...columns, ...added].map(typed), `PRIMARY KEY (${key})`, ...(index ? [`KEY (${index})`] : [])];
  const rows = await database.query(
    'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = $1',
    [name],
  );
  const there = rows.map((row) => String(row.name));
  const missing = there.length === 0 ? [] : added.filter((column) => !there.includes(column.split(' ', 1)[0] ?? ''));
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (${parts.join(', ')}) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    ...missing.map((column) => `ALTER TABLE ${table} ADD COLUMN ${typed(column)}`),
  ];
}
