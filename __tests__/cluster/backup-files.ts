import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { lookIntoBackup, type BackupMetadata } from '../../src/server/app/backups/backup-file';
import { temporaryDirectory, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { archiveOf } from '../app/backups/archive';
import { eventually, MINUTE } from './support';

const run = promisify(execFile);

/** Where all nodes of the cluster keep their backups. */
export function folderOf(cluster: Cluster): string {
  return join(cluster.slot.storage, 'backups', 'main');
}

/** A backup by the host's own plugin, to its end; gives the name of its file. */
export async function backUp(cluster: Cluster, api: Api, node: ClusterNode): Promise<string> {
  const own = api.at(node.url);
  const { status, body } = await own.post<{ data?: { name?: string } }>('backups:create');
  expect(status).toBe(200);
  const name = body.data?.name ?? '';
  await eventually(cluster, `The backup ${name} did not end`, MINUTE, async () => {
    const address = `backups:taskStatus?names[]=${encodeURIComponent(name)}`;
    const answer = await own.get<{ data?: Record<string, { inProgress?: boolean }> }>(address);
    return answer.body.data?.[name]?.inProgress === false;
  });
  return name;
}

export async function metadataOf(cluster: Cluster, name: string): Promise<BackupMetadata> {
  const sight = await lookIntoBackup(join(folderOf(cluster), name));
  if (!sight.readable) throw new Error(sight.why);
  return sight.metadata;
}

/** The database as it is now, in the format of the host's dumps. */
export async function dumpNow({ postgres, database }: Cluster): Promise<Buffer> {
  const file = join(temporaryDirectory('dump').path, 'data');
  const login = ['-h', '127.0.0.1', '-p', String(postgres.port), '-U', postgres.user];
  const env = { ...process.env, PGPASSWORD: postgres.password };
  await run('pg_dump', [...login, '-F', 'c', '-b', '--quote-all-identifiers', '-f', file, database], { env });
  return readFile(file);
}

/** Puts a backup that was made by hand among those of the host, or beside them for an upload. */
export async function writeBackup(folder: string, name: string, metadata: object, data: Buffer): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await writeFile(file, archiveOf({ '_metadata.json': JSON.stringify(metadata), data }));
  return file;
}
