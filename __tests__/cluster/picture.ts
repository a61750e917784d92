import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../tools/cluster';

/** What an app is made of, by name: each table with its rows, the structure of all, and the files of plugins. */
export type Picture = Readonly<Record<string, string>>;

/** Written by signing in; and by every upgrade, which notes there what it has done, and the version in a new row. */
const LIVELY = ['issuedTokens', 'migrations', 'applicationVersion'];
/** What tells of operations, which goes on through each of them. */
const OWN = /^cluster_maintenance_/;

/** To be compared before and after: database content and structure, rows of the plugin manager, plugin files. */
export async function pictureOf(cluster: Cluster): Promise<Picture> {
  const tables = (await tableNames(cluster)).filter((name) => !LIVELY.includes(name) && !OWN.test(name));
  const rows = await cluster.postgres.query<{ name: string; content: string }>(
    cluster.database,
    tables.map(contentOf).join(' UNION ALL '),
  );
  const content = rows.map(({ name, content: text }): [string, string] => [`table ${name}`, text]);
  const [version] = await cluster.postgres.query<{ value: string }>(
    cluster.database,
    'SELECT value FROM "applicationVersion"',
  );
  const told = { ...Object.fromEntries(content), version: version?.value ?? '' };
  return { ...told, structure: await structureOf(cluster), ...filesOf(cluster) };
}

async function tableNames({ postgres, database }: Cluster): Promise<string[]> {
  const sql = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`;
  return (await postgres.query<{ tablename: string }>(database, sql)).map(({ tablename }) => tablename);
}

/** Every start writes the rows of some tables anew, as they are. */
function contentOf(table: string): string {
  const row = `(to_jsonb(t) - 'updatedAt')::text`;
  const all = `count(*) || ' rows, ' || md5(coalesce(string_agg(${row}, ',' ORDER BY ${row}), ''))`;
  return `SELECT '${table}' AS name, ${all} AS content FROM "${table}" t`;
}

async function structureOf({ postgres, database }: Cluster): Promise<string> {
  const sql = `SELECT md5(string_agg(line, ';' ORDER BY line)) AS structure FROM (
      SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
        FROM information_schema.columns WHERE table_schema = 'public'
      UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
      UNION ALL SELECT tablename || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    ) AS lines`;
  return (await postgres.query<{ structure: string }>(database, sql))[0]?.structure ?? '';
}

/** The packages in the plugin storage with their content, and where the host finds them. */
function filesOf({ slot }: Cluster): Picture {
  const packages = readdirSync(slot.plugins).filter((name) => !name.startsWith('.'));
  return Object.fromEntries(
    packages.map((name) => {
      const link = join(slot.directory, 'node_modules', name);
      const target = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : 'no link';
      return [`files ${name}`, `${target} ${digestOf(join(slot.plugins, name))}`];
    }),
  );
}

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const file of files) hash.update(file.slice(folder.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
