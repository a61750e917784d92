import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCluster } from './cluster';
import { baseHostStamp, hostRoot } from './paths';
import { packedPlugin } from './plugin-files';
import { waitForNoConnections, type PostgresServer } from './postgres';

type Kind = 'none' | 'installed';

const run = promisify(execFile);
const cache = join(hostRoot, 'cache');

/**
 * Makes a database in which NocoBase is installed already, with our plugin enabled (`installed`) or without it
 * (`none`). The first call for a build of the plugin installs it with a real node (some 15 s) and keeps a dump in
 * .host/cache; later calls, in later runs as well, load that dump (a second or two).
 */
export async function createInstalledDatabase(postgres: PostgresServer, name: string, plugin: Kind): Promise<void> {
  await postgres.createDatabase(name);
  const dump = await dumpFile(plugin);
  if (existsSync(dump)) {
    await run(join(postgres.bin, 'pg_restore'), [...connection(postgres, name), '--no-owner', dump], {
      env: env(postgres),
    });
    return;
  }
  const cluster = await startCluster({ nodes: 1, database: name, postgres, plugin });
  await cluster.stopAll('SIGTERM');
  await waitForNoConnections(postgres, name);
  await keep(postgres, name, plugin, dump);
}

async function keep(postgres: PostgresServer, name: string, plugin: Kind, dump: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const draft = `${dump}.${process.pid}`;
  await run(join(postgres.bin, 'pg_dump'), [...connection(postgres, name), '-Fc', '-f', draft], { env: env(postgres) });
  const outdated = readdirSync(cache).filter((file) => file.startsWith(`${plugin}-`) && file.endsWith('.dump'));
  outdated.forEach((file) => rmSync(join(cache, file), { force: true }));
  renameSync(draft, dump);
}

/** Another host or another build of the plugin is another file. */
async function dumpFile(plugin: Kind): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(baseHostStamp));
  if (plugin === 'installed') {
    hash.update(readFileSync(await packedPlugin()));
  }
  return join(cache, `${plugin}-${hash.digest('hex').slice(0, 16)}.dump`);
}

function connection(postgres: PostgresServer, database: string): string[] {
  return ['-h', postgres.host, '-p', `${postgres.port}`, '-U', postgres.user, '-d', database];
}

function env(postgres: PostgresServer): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, PGPASSWORD: postgres.password };
}
