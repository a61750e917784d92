import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Client, type QueryResultRow } from 'pg';
import { runMarker } from './cleanup';
import { temporaryDirectory } from './paths';
import { freePort } from './ports';
import { launch, until, type RunningProcess } from './processes';

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  /** Whether pg_dump and pg_restore are there, which NocoBase's backups need. */
  readonly dumpable: boolean;
  createDatabase(name: string, template?: string): Promise<void>;
  /** Drops it also while clients are connected. */
  dropDatabase(name: string): Promise<void>;
  query<T extends QueryResultRow>(database: string, sql: string, params?: unknown[]): Promise<T[]>;
  connect(database: string): Promise<Client>;
  /** Ends all connections and starts the server again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  log(): string;
}

const run = promisify(execFile);
const SUPERUSER = 'nocobase';

// Durability is off: the data lives as long as the run, and every test would pay for it.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  dynamic_shared_memory_type: 'mmap',
  autovacuum_naptime: '10min',
};

/** Starts a PostgreSQL of its own: own data folder, own port, gone with the run. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = findPrograms();
  const { path, remove } = temporaryDirectory('pg');
  const user = unprivilegedUser();
  const data = join(path, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user) {
    chownSync(path, user.uid, user.gid);
    chownSync(data, user.uid, user.gid);
  }
  const initdb = ['-D', data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run(join(bin, 'initdb'), initdb, { ...user, cwd: path, env: { ...serverEnv(), ...runMarker } });
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = async (): Promise<RunningProcess> => {
    const server = launch({
      label: 'PostgreSQL',
      command: join(bin, 'postgres'),
      args: ['-D', data, ...settings],
      cwd: path,
      env: serverEnv(),
      logFile: join(path, 'postgres.log'),
      // Immediate shutdown: unlike SIGKILL it gives the shared memory back.
      endSignal: 'SIGQUIT',
      user,
    });
    await server.waitForLog(/ready to accept connections/, 30_000);
    return server;
  };
  return build(port, bin, start, await start(), remove);
}

function build(
  port: number,
  bin: string,
  start: () => Promise<RunningProcess>,
  first: RunningProcess,
  remove: () => void,
): PostgresServer {
  let server = first;
  const connect = async (database: string): Promise<Client> => {
    const client = new Client({ host: '127.0.0.1', port, user: SUPERUSER, password: SUPERUSER, database });
    await client.connect();
    return client;
  };
  const query = async <T extends QueryResultRow>(database: string, sql: string, params?: unknown[]): Promise<T[]> => {
    const client = await connect(database);
    try {
      return (await client.query<T>(sql, params)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: SUPERUSER,
    get pid() {
      return server.pid;
    },
    dumpable: existsSync(join(bin, 'pg_dump')) && existsSync(join(bin, 'pg_restore')),
    connect,
    query,
    async createDatabase(name, template = 'template0') {
      await query('postgres', `CREATE DATABASE "${name}" TEMPLATE "${template}"`);
    },
    async dropDatabase(name) {
      await query('postgres', `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    },
    async restart() {
      await server.stop('SIGQUIT');
      server = await start();
    },
    async stop() {
      await server.stop('SIGQUIT');
      remove();
    },
    log: () => server.log(),
  };
}

/** Waits until nobody is connected, which a database must be before it can serve as a template. */
export async function waitForNoConnections(postgres: PostgresServer, database: string): Promise<void> {
  const sql = 'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1';
  await until(
    async () => (await postgres.query<{ n: number }>('postgres', sql, [database]))[0]?.n === 0,
    10_000,
    () => `Somebody is still connected to the database ${database}.`,
  );
}

/** Debian keeps the servers' programs out of the PATH, one folder per version. */
function findPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (!found) {
    throw new Error(
      'PostgreSQL is not installed: run `apt-get install postgresql` (or `node tools/bootstrap.mjs services`).',
    );
  }
  return found;
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}
