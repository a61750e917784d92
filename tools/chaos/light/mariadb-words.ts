import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { Client, QueryResultRow } from 'pg';
import type { PostgresServer } from '../../cluster';
import type { MariadbServer } from '../../cluster/mariadb';
import { SLOW_TABLE } from './words';

/**
 * MariaDB for those who speak PostgreSQL: the statements of this tool (and no others) in MariaDB's words. What is shown
 * is about the nodes, which speak MariaDB themselves; this is only how the tool looks at them.
 */
export function speakPostgres(mariadb: MariadbServer): PostgresServer {
  const connect = (database: string) => openClient(mariadb, database);
  const { host, port, user, password } = mariadb;
  return {
    ...{ host, port, user, password, pid: 0, dumpable: false, connect },
    async query<T extends QueryResultRow>(database: string, sql: string, params: unknown[] = []): Promise<T[]> {
      const client = await connect(database);
      try {
        return (await client.query<T>(sql, params)).rows;
      } finally {
        await client.end();
      }
    },
    createDatabase: (name) => mariadb.createDatabase(name),
    dropDatabase: async (name) => void (await mariadb.query(undefined, `DROP DATABASE IF EXISTS \`${name}\``)),
    restart: () => Promise.reject(new Error('MariaDB is not restarted here.')),
    stop: () => mariadb.stop(),
    log: () => '',
  };
}

async function openClient(mariadb: MariadbServer, database: string): Promise<Client> {
  const { host, port, user, password } = mariadb;
  const connection = await createConnection({ host, port, user, password, database });
  await connection.query("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
  const client = {
    query: async (text: string, params: readonly unknown[] = []) => ({ rows: await ask(connection, text, params) }),
    on: (event: 'error', listener: () => void) => connection.on(event, listener),
    end: () => connection.end().catch(() => connection.destroy()),
  };
  return client as unknown as Client;
}

type Row = Record<string, unknown>;

async function ask(connection: Connection, text: string, params: readonly unknown[]): Promise<Row[]> {
  if (text.includes('pg_terminate_backend')) return endConnections(connection, params[0] as string[]);
  const { sql, values } = translate(text, params);
  const [rows] = await connection.query<RowDataPacket[]>(sql, values).catch((error: { code?: string }) => {
    if (error.code === 'ER_NO_SUCH_TABLE') throw Object.assign(new Error('There is no such table.'), { code: '42P01' });
    throw error as Error;
  });
  return Array.isArray(rows) ? rows.map(readJson) : [];
}

async function endConnections(connection: Connection, names: readonly string[]): Promise<Row[]> {
  for (const name of names) await connection.query(`KILL CONNECTION USER ${name}`);
  return [];
}

/** A held table: with its rows reading goes on, without it nobody gets in at all. */
const LOCKS = { 'SHARE ROW EXCLUSIVE': 'SELECT * FROM "$1" FOR UPDATE', 'ACCESS EXCLUSIVE': 'LOCK TABLES "$1" WRITE' };
const ROW_WAITERS = "SELECT count(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
const TABLE_WAITERS = `SELECT count(*) AS n FROM information_schema.processlist
  WHERE state LIKE 'Waiting for table%lock' AND info LIKE '%${SLOW_TABLE}%'`;

function translate(text: string, params: readonly unknown[]): { sql: string; values: unknown[] } {
  const lock = /^LOCK TABLE "(\w+)" IN ([\w ]+) MODE$/.exec(text);
  if (lock) return { sql: LOCKS[lock[2] as keyof typeof LOCKS].replace('$1', lock[1] ?? ''), values: [] };
  if (text.includes('pg_locks')) return { sql: params[0] === SLOW_TABLE ? TABLE_WAITERS : ROW_WAITERS, values: [] };
  const values: unknown[] = [];
  const sql = text
    .replaceAll(/::\w+/g, '')
    .replaceAll('json_build_object', 'json_object')
    .replaceAll(/\$(\d+)/g, (_, number: string) => {
      values.push(params[Number(number) - 1]);
      return '?';
    });
  return { sql, values };
}

/** PostgreSQL's driver reads JSON, and knows what is true; a count is a number with both. */
function readJson(row: Row): Row {
  const { entry, enabled } = row;
  return {
    ...row,
    ...(typeof entry === 'string' ? { entry: JSON.parse(entry) as unknown } : {}),
    ...(typeof enabled === 'number' ? { enabled: enabled === 1 } : {}),
  };
}
