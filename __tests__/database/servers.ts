import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startMariadb, type MariadbServer } from '../../tools/cluster/mariadb';
import { temporaryDirectory } from '../../tools/cluster/paths';
import { startPgbouncer, type PgbouncerServer } from '../../tools/cluster/pgbouncer';
import { startPostgres, type PostgresServer } from '../../tools/cluster/postgres';
import { until } from '../../tools/cluster/processes';
import type { TestServer } from './support';

const run = promisify(execFile);

export async function postgresServer(): Promise<TestServer & { readonly postgres: PostgresServer }> {
  return postgresTests(await startPostgres());
}

/** The app connects through the pooler, the tests themselves do not. */
export async function pgbouncerServer(
  poolSize: number,
): Promise<TestServer & { readonly postgres: PostgresServer; readonly pgbouncer: PgbouncerServer }> {
  const postgres = await startPostgres();
  const pgbouncer = await startPgbouncer(postgres, { poolSize });
  const { host, port } = pgbouncer;
  return {
    ...postgresTests(postgres),
    pgbouncer,
    host,
    port,
    async stop() {
      await pgbouncer.stop();
      await postgres.stop();
    },
  };
}

function postgresTests(postgres: PostgresServer): TestServer & { readonly postgres: PostgresServer } {
  const { host, port, user, password } = postgres;
  return {
    postgres,
    dialect: 'postgres',
    ...{ host, port, user, password },
    createDatabase: (name) => postgres.createDatabase(name),
    query: (database, sql) => postgres.query(database, sql),
    endHolder: (database, lock) =>
      postgres.query(
        database,
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
           AND (classid::bigint << 32 | objid::bigint) = $1`,
        [lock],
      ),
    before: (column, ms) => `${column} - INTERVAL '${ms} milliseconds'`,
    dump: (database) => dumpPostgres(postgres, database),
    async tables(database) {
      const rows = await postgres.query(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
      return rows.map(({ tablename }) => String(tablename));
    },
    dropTable: (database, table) => postgres.query(database, `DROP TABLE "${table}" CASCADE`),
    stop: () => postgres.stop(),
  };
}

/** As NocoBase's own backups do it. */
async function dumpPostgres({ host, port, user }: PostgresServer, database: string): Promise<() => Promise<unknown>> {
  const { path } = temporaryDirectory('dump');
  const file = join(path, 'dump');
  const login = ['-h', host, '-p', String(port), '-U', user, '-d', database];
  await run('pg_dump', [...login, '-Fc', '-f', file]);
  return () => run('pg_restore', [...login, '--clean', '--if-exists', file]);
}

export async function mariadbServer(): Promise<TestServer & { readonly mariadb: MariadbServer }> {
  const mariadb = await startMariadb();
  const { host, port, user, password } = mariadb;
  return {
    mariadb,
    dialect: 'mysql',
    ...{ host, port, user, password },
    createDatabase: (name) => mariadb.createDatabase(name),
    query: (database, sql) => mariadb.query(database, sql),
    async endHolder(database, lock) {
      const [row] = await mariadb.query(database, `SELECT IS_USED_LOCK('${lock}') AS id`);
      await mariadb.query(database, `KILL ${String(row?.id)}`);
    },
    before: (column, ms) => `${column} - INTERVAL ${ms * 1000} MICROSECOND`,
    dump: (database) => dumpMariadb(mariadb, database),
    async tables(database) {
      const rows = await mariadb.query(database, 'SHOW TABLES');
      return rows.map((row) => String(Object.values(row)[0]));
    },
    dropTable: (database, table) => mariadb.query(database, `DROP TABLE \`${table}\``),
    stop: () => mariadb.stop(),
  };
}

async function dumpMariadb(mariadb: MariadbServer, database: string): Promise<() => Promise<unknown>> {
  const { path } = temporaryDirectory('dump');
  const file = join(path, 'dump.sql');
  const { host, port, user, password } = mariadb;
  const login = ['--no-defaults', '-h', host, '-P', String(port), '-u', user, `-p${password}`, database];
  await run('mariadb-dump', [...login, `--result-file=${file}`]);
  const made = await youngestTable(mariadb, database);
  return async () => {
    await until(
      async () => (await clockOf(mariadb, database)) > made,
      5_000,
      () => 'The clock of the database stands still.',
    );
    await run('mariadb', [...login, '-e', `source ${file}`]);
  };
}

/**
 * When the youngest table was made, in whole seconds: these tell a table from the one of a dump, and no dump is loaded in the
 * second in which its tables were made.
 */
async function youngestTable(mariadb: MariadbServer, database: string): Promise<number> {
  const [row] = await mariadb.query(
    database,
    `SELECT MAX(UNIX_TIMESTAMP(CREATE_TIME)) AS made FROM information_schema.tables WHERE table_schema = DATABASE()`,
  );
  return Number(row?.made ?? 0);
}

async function clockOf(mariadb: MariadbServer, database: string): Promise<number> {
  const [row] = await mariadb.query(database, 'SELECT UNIX_TIMESTAMP() AS now');
  return Number(row?.now);
}
