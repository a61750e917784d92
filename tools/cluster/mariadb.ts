import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { runMarker } from './cleanup';
import { temporaryDirectory } from './paths';
import { freePort } from './ports';
import { launch } from './processes';

export interface MariadbServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  createDatabase(name: string): Promise<void>;
  query(database: string | undefined, sql: string): Promise<RowDataPacket[]>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const USER = 'nocobase';

/** Starts a MariaDB of its own: own data folder, own port, gone with the run. */
export async function startMariadb(): Promise<MariadbServer> {
  const server = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld'].find((path) => existsSync(path));
  if (!server) {
    throw new Error('MariaDB is not installed: run `apt-get install mariadb-server`, or `npm test`, which does it.');
  }
  const { path, remove } = temporaryDirectory('mariadb');
  const user = unprivilegedUser();
  const data = join(path, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user) {
    chownSync(path, user.uid, user.gid);
    chownSync(data, user.uid, user.gid);
  }
  const options = { ...user, cwd: path, env: { ...process.env, ...runMarker } };
  await run('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, '--skip-test-db'], options);
  const port = await freePort();
  // The account that the tests use is made before anybody can connect.
  const initFile = join(path, 'init.sql');
  execFileSync('sh', ['-c', 'cat > "$0"', initFile], {
    input: `CREATE USER ${USER}@'%' IDENTIFIED BY '${USER}';\nGRANT ALL ON *.* TO ${USER}@'%';\n`,
  });
  const mariadb = launch({
    label: 'MariaDB',
    command: server,
    args: [
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(path, 'socket')}`,
      `--init-file=${initFile}`,
      '--innodb-flush-log-at-trx-commit=0',
    ],
    cwd: path,
    env: { ...process.env },
    logFile: join(path, 'mariadb.log'),
    endSignal: 'SIGKILL',
    user,
  });
  await mariadb.waitForLog(/ready for connections/, 60_000);
  const query = async (database: string | undefined, sql: string): Promise<RowDataPacket[]> => {
    const login = { host: '127.0.0.1', port, user: USER, password: USER, ...(database ? { database } : {}) };
    const connection = await createConnection(login);
    try {
      const [rows] = await connection.query<RowDataPacket[]>(sql);
      return rows;
    } finally {
      await connection.end();
    }
  };
  return {
    host: '127.0.0.1',
    port,
    user: USER,
    password: USER,
    query,
    createDatabase: async (name) => void (await query(undefined, `CREATE DATABASE \`${name}\``)),
    async stop() {
      await mariadb.stop('SIGKILL');
      remove();
    },
  };
}

/** MariaDB refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'mysql'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
