import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './paths';
import { freePort } from './ports';
import type { PostgresServer } from './postgres';
import { launch } from './processes';

export interface PgbouncerServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  /** Ends it as a crash does: nobody is told. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  log(): string;
}

export interface PgbouncerOptions {
  /** Connections to the server for each database. */
  readonly poolSize?: number;
}

/**
 * Starts a PgBouncer in transaction mode in front of a PostgreSQL server: a client has a connection of the server only
 * while its transaction is open.
 */
export async function startPgbouncer(
  postgres: Pick<PostgresServer, 'host' | 'port' | 'user' | 'password'>,
  { poolSize = 5 }: PgbouncerOptions = {},
): Promise<PgbouncerServer> {
  const command = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path));
  if (!command) {
    throw new Error('PgBouncer is not installed: run `apt-get install pgbouncer`, or `npm test`, which does it.');
  }
  const { path, remove } = temporaryDirectory('pgbouncer');
  const user = unprivilegedUser();
  const port = await freePort();
  const file = join(path, 'pgbouncer.ini');
  writeFileSync(file, configuration(postgres, port, poolSize));
  if (user) [path, file].forEach((name) => chownSync(name, user.uid, user.gid));
  const server = launch({
    label: 'PgBouncer',
    command,
    args: [file],
    cwd: path,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    logFile: join(path, 'pgbouncer.log'),
    endSignal: 'SIGKILL',
    user,
  });
  await server.waitForLog(/process up/, 30_000);
  return {
    host: '127.0.0.1',
    port,
    user: postgres.user,
    password: postgres.password,
    pid: server.pid,
    kill: async () => void (await server.stop('SIGKILL')),
    async stop() {
      await server.stop('SIGKILL');
      remove();
    },
    log: () => server.log(),
  };
}

/** Whoever connects is let through as the one user that the server knows. */
function configuration(
  { host, port: target, user }: Pick<PostgresServer, 'host' | 'port' | 'user'>,
  port: number,
  poolSize: number,
): string {
  return `[databases]
* = host=${host} port=${target} user=${user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`;
}

/** PgBouncer refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
