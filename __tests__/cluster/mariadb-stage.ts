import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../../tools/cluster';
import { startMariadb, type MariadbServer } from '../../tools/cluster/mariadb';

type Row = Record<string, unknown>;

/** A MariaDB with one database for one cluster, and the tools by which the host backs it up. */
export interface MariadbStage {
  readonly database: string;
  /** For every process of the cluster. */
  readonly env: Record<string, string>;
  query(sql: string): Promise<Row[]>;
  /** Without it the host finds the `mysqldump` of MariaDB itself. */
  useTools(adapted: boolean): void;
  stop(): Promise<void>;
}

const NAME = 'app';

export async function mariadbStage(): Promise<MariadbStage> {
  const server = await startMariadb();
  await server.createDatabase(NAME);
  await server.query(undefined, `ALTER DATABASE ${NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  const tools = dumpTools();
  return {
    database: NAME,
    env: { ...envOf(server), PATH: `${tools.path}:${process.env.PATH}` },
    async query(sql) {
      const rows: unknown = await server.query(NAME, sql);
      // What changes something is answered with what it did.
      return Array.isArray(rows) ? rows.map((row: Row) => ({ ...row })) : [];
    },
    useTools: tools.use,
    async stop() {
      await server.stop();
      tools.remove();
    },
  };
}

function envOf({ host, port, user, password }: MariadbServer): Record<string, string> {
  return {
    DB_DIALECT: 'mariadb',
    DB_HOST: host,
    DB_PORT: `${port}`,
    DB_DATABASE: NAME,
    DB_USER: user,
    DB_PASSWORD: password,
  };
}

/** The host gives `mysqldump` options that only the one of MySQL knows: an operator on MariaDB needs one that drops them. */
export function dumpTools() {
  const { path, remove } = temporaryDirectory('mariadb-tools');
  const plain = join(path, 'plain');
  writeFileSync(
    join(path, 'mysqldump'),
    `#!/bin/bash
[ -e '${plain}' ] && exec mariadb-dump "$@"
options=()
for option in "$@"; do
  case "$option" in --set-gtid-purged=*|--column-statistics=*) ;; *) options+=("$option") ;; esac
done
exec mariadb-dump "\${options[@]}"
`,
  );
  chmodSync(join(path, 'mysqldump'), 0o755);
  const use = (adapted: boolean) => (adapted ? rmSync(plain, { force: true }) : writeFileSync(plain, ''));
  return { path, remove, use };
}

/** Each table of the app with a checksum of its rows, but for what every sign-in and upgrade writes; and the plugins. */
export async function contentsOf(stage: MariadbStage): Promise<Record<string, unknown>> {
  const tables = (await stage.query('SHOW TABLES')).map((row) => String(Object.values(row)[0]));
  const steady = tables.filter((name) => !name.startsWith('cluster_maintenance_') && !STARTS_WRITE.includes(name));
  const rows = await stage.query(`CHECKSUM TABLE ${steady.map((name) => `\`${name}\``).join(', ')}`);
  const plugins = await stage.query('SELECT name, version, enabled FROM applicationPlugins ORDER BY name');
  return { ...Object.fromEntries(rows.map(({ Table, Checksum }) => [String(Table), Checksum])), plugins };
}

const STARTS_WRITE = ['issuedTokens', 'migrations', 'applicationVersion', 'applicationPlugins'];

export async function titlesOf(stage: MariadbStage, table: string): Promise<string[]> {
  return (await stage.query(`SELECT title FROM \`${table}\` ORDER BY id`)).map(({ title }) => String(title));
}

/** What the host calls itself in the database. */
export async function versionIn(stage: MariadbStage): Promise<string> {
  return String((await stage.query('SELECT value FROM applicationVersion'))[0]?.value);
}
