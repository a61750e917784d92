import { digest, errorCode, insertOf, literal, type Dialect, type TableDefinition } from './dialect';
import type { SqlDatabase } from './sql';

const CODES = {
  victim: '40P01',
  missing: { '42P01': 'table', '3F000': 'table', '42703': 'column', '42P10': 'key' } as const,
  /** Table, schema, column; and what two sessions get that make the same table in the same moment. */
  duplicate: ['42P07', '42P06', '42701', '42710', '23505'],
  notAllowed: '42501',
} as const;

/** How often is looked whether connections that were told to end have ended; each look is a statement. */
const EVICT_LOOKS = 200;

/** How all connections of one process are called, so that they can be found. */
const PROCESS_MARK = 'nocobase ';
/** PostgreSQL cuts longer names off. */
const LONGEST_NAME = 63;

/** A name for the connections of a process; the operator's own name for them stays in front. */
export function connectionName(bootId: string, given = ''): string {
  const mark = `${PROCESS_MARK}${bootId}`;
  return `${given.slice(0, LONGEST_NAME - mark.length - 1)} ${mark}`.trim();
}

const OWN_DATABASE = '(SELECT oid FROM pg_database WHERE datname = current_database())';

/** All advisory locks of this database with a number of 64 bits as their name. Looking at them takes none of them. */
const LOCKS = `(SELECT pid, CAST((CAST(classid AS BIGINT) << 32) | CAST(objid AS BIGINT) AS TEXT) AS name
  FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = ${OWN_DATABASE}) AS locks`;

/**
 * Limits that an administrator may have set on transactions would end a lock in the middle of an operation. Servers that
 * do not know a limit say NULL for it. Keep-alive times stay as they are: the lock of a machine that is cut off must not
 * die before the other connections of that machine do.
 */
const UNLIMITED = `SELECT set_config(name, '0', true)
  FROM (VALUES ('idle_in_transaction_session_timeout'), ('transaction_timeout')) AS limits (name)
  WHERE current_setting(name, true) IS NOT NULL`;

/** The transaction that wrote a row, and its database: loading a dump changes at least one of them. */
const markOf = (xid: string) => `CAST(${xid} AS TEXT) || ':' || CAST(${OWN_DATABASE} AS TEXT)`;

export const postgres: Dialect = {
  lockName: (text) => digest(text).readBigInt64BE(0).toString(),
  async tryLock(session, lock) {
    const sql = 'SELECT pg_try_advisory_xact_lock(CAST($1 AS BIGINT)) AS taken, pg_backend_pid() AS id';
    const [row] = await session.query(sql, [lock]);
    if (row?.taken !== true) return undefined;
    await session.query(UNLIMITED);
    return String(row.id);
  },
  async waitForLock(session, lock) {
    await session.query("SELECT set_config('lock_timeout', '5s', true)");
    await session.query('SELECT pg_advisory_xact_lock(CAST($1 AS BIGINT))', [lock]);
  },
  async unlock() {},
  async holder(database, lock) {
    const [row] = await database.query(`SELECT pid FROM ${LOCKS} WHERE name = $1`, [lock]);
    return row && String(row.pid);
  },
  async endConnection(database, id) {
    await end(database, 'SELECT pg_terminate_backend(CAST($1 AS INTEGER))', id);
  },
  async endProcess(database, id) {
    // But for the one that asks: a process may take leadership away from itself.
    await end(
      database,
      `SELECT pg_terminate_backend(other.pid) FROM pg_stat_activity AS one JOIN pg_stat_activity AS other
         ON other.pid = one.pid OR (other.application_name = one.application_name
           AND other.datname = one.datname AND one.application_name LIKE '%${PROCESS_MARK}%')
       WHERE one.pid = CAST($1 AS INTEGER) AND other.pid <> pg_backend_pid()`,
      id,
    );
  },
  async evict(database, bootId) {
    const those = `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND application_name LIKE $1`;
    const name = `%${PROCESS_MARK}${bootId}`;
    for (let attempt = 0; attempt < EVICT_LOOKS; attempt += 1) {
      const left = await database.query(`SELECT pid ${those}`, [name]);
      if (left.length === 0) return;
      await end(database, `SELECT pg_terminate_backend(pid) ${those}`, name);
    }
    throw new Error('The database has not ended the connections of a process that is gone.');
  },
  isTaken: (column) => `${column} IN (SELECT name FROM ${LOCKS})`,

  quote: (database, table) => (database.schema ? `"${database.schema}"."${table}"` : `"${table}"`),
  async creation(database, tables) {
    const keyless = await tablesWithoutKey(database);
    const creations = tables.flatMap((table) => tableCreation(database, table, keyless.includes(table.name)));
    return [...(await schemaCreation(database)), ...creations];
  },
  missing: (error) => CODES.missing[errorCode(error) as keyof typeof CODES.missing],
  isThereAlready: (error) => CODES.duplicate.some((code) => code === errorCode(error)),
  isVictim: (error) => errorCode(error) === CODES.victim,
  upsert(upsert) {
    const changes = upsert.update.map((column) => `${column} = EXCLUDED.${column}`).join(', ');
    const { unless, newest } = upsert;
    const when = [unless && `NOT stored.${unless}`, newest && `stored.${newest} <= EXCLUDED.${newest}`].filter(Boolean);
    const where = when.length > 0 ? ` WHERE ${when.join(' AND ')}` : '';
    return `${insertOf(upsert, ' AS stored')} ON CONFLICT (${upsert.key}) DO UPDATE SET ${changes}${where}`;
  },
  keepExisting: () => 'ON CONFLICT DO NOTHING',

  now: 'clock_timestamp()',
  nowMs: 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)',
  age: (column) => `EXTRACT(EPOCH FROM clock_timestamp() - ${column}) * 1000`,
  mark: () => markOf('(txid_current() % 4294967296)'),
  isGenuine: () => `mark = ${markOf('xmin')}`,

  async tables(database) {
    const schema = database.schema ? literal(database.schema) : 'current_schema()';
    const rows = await database.query(
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p')
         AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ${schema})
         AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE deptype = 'e'
           AND classid = CAST('pg_class' AS REGCLASS) AND objid = pg_class.oid)
       ORDER BY relname`,
    );
    return rows.map(({ name }) => String(name));
  },
  async dropTables(database, tables) {
    const names = tables.map((table) => this.quote(database, table)).join(', ');
    await database.query(`DROP TABLE IF EXISTS ${names} CASCADE`);
  },
};

async function end(database: SqlDatabase, sql: string, id: string): Promise<void> {
  await database.query(sql, [id]).catch((error: unknown) => {
    if (errorCode(error) !== CODES.notAllowed) throw error;
    const why = 'The database user may not end that connection: it belongs to another user';
    throw new Error(`${why}, and ending it needs the role pg_signal_backend.`, { cause: error });
  });
}

/** Only where it is missing: `CREATE SCHEMA IF NOT EXISTS` needs a right of its own, also when there is nothing to do. */
async function schemaCreation({ schema, query }: SqlDatabase): Promise<readonly string[]> {
  if (!schema) return [];
  const found = await query('SELECT 1 AS found FROM pg_namespace WHERE nspname = $1', [schema]);
  return found.length > 0 ? [] : [`CREATE SCHEMA "${schema}"`];
}

/** A dump brings keys after all rows: one that was loaded in part leaves tables that have none. */
async function tablesWithoutKey({ schema, query }: SqlDatabase): Promise<readonly string[]> {
  const rows = await query(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r'
       AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ${schema ? literal(schema) : 'current_schema()'})
       AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')`,
  );
  return rows.map(({ name }) => String(name));
}

function tableCreation(
  database: SqlDatabase,
  { name, columns, added = [], key, index }: TableDefinition,
  lacksKey: boolean,
): string[] {
  const table = postgres.quote(database, name);
  const typed = (column: string) => column.replace('{time}', 'TIMESTAMPTZ').replace('{text}', 'TEXT');
  const all = [...columns, ...added].map(typed);
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (${all.join(', ')}, PRIMARY KEY (${key}))`,
    ...added.map((column) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${typed(column)}`),
    ...(lacksKey ? [`ALTER TABLE ${table} ADD PRIMARY KEY (${key})`] : []),
    ...(index ? [`CREATE INDEX IF NOT EXISTS "${name}_${index}" ON ${table} (${index})`] : []),
  ];
}
