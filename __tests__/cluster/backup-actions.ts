import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Api, Cluster, ClusterNode } from '../../tools/cluster';
import type { HistoryBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import { eventually, MINUTE } from './support';

interface Task {
  readonly inProgress: boolean;
  readonly message?: string;
}

interface Listed {
  readonly name: string;
  readonly inProgress: boolean;
}

export function createBackup(api: Api, node: ClusterNode): Promise<Answer<{ data?: { name?: string } }>> {
  return api.at(node.url).post('backups:create', {});
}

/** Begins one or fails the test; gives the name of the file. */
export async function beginBackup(api: Api, node: ClusterNode): Promise<string> {
  const { status, body } = await createBackup(api, node);
  if (status === 200 && body.data?.name) return body.data.name;
  throw new Error(`backups:create was answered with ${status}: ${JSON.stringify(body).slice(0, 300)}`);
}

/** What this node says of that backup. */
export async function taskOf(api: Api, node: ClusterNode, file: string): Promise<Task | undefined> {
  const path = `backups:taskStatus?names[]=${encodeURIComponent(file)}`;
  return (await api.at(node.url).get<{ data?: Record<string, Task> }>(path)).body.data?.[file];
}

/** The backups that this node lists. */
export async function listed(api: Api, node: ClusterNode): Promise<readonly Listed[]> {
  return (await api.at(node.url).get<{ data?: Listed[] }>('backups:list')).body.data ?? [];
}

export function untilOver(cluster: Cluster, api: Api, node: ClusterNode, file: string): Promise<Task> {
  return eventually(cluster, `${file} does not end`, MINUTE, async () => {
    const task = await taskOf(api, node, file);
    return task?.inProgress === false && task;
  });
}

/** What the host keeps, and what it works on, by name. */
export function filesOf({ slot }: Cluster): { readonly kept: readonly string[]; readonly work: readonly string[] } {
  const read = (path: string) => (existsSync(path) ? readdirSync(path).sort() : []);
  return {
    kept: read(join(slot.storage, 'backups', 'main')),
    work: read(join(slot.storage, 'tmp', 'backups', 'main')),
  };
}

/** Changes the settings of the host's backups; only the node that is asked sets its timer anew. */
export async function setBackups(api: Api, node: ClusterNode, values: object): Promise<void> {
  const { status, body } = await api.at(node.url).post('backupSettings:update?filterByTk=1', values);
  if (status !== 200) throw new Error(`backupSettings:update was answered with ${status}: ${JSON.stringify(body)}`);
}

/**
 * A cron expression with seconds whose time comes once, so soon at the earliest, and not in this minute: a backup that was made
 * in the minute of a schedule counts as that of the schedule.
 */
export function scheduleIn(seconds: number): string {
  const soon = Date.now() + seconds * 1000;
  const minute = (time: number) => Math.floor(time / 60_000);
  const at = new Date(minute(soon) > minute(Date.now()) ? soon : (minute(soon) + 1) * 60_000);
  return `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
}

export async function backupsSince(api: Api, epoch: number): Promise<readonly OperationRecord[]> {
  const { body } = await api.get<{ data?: HistoryBody }>('clusterMaintenance:history');
  return (body.data?.operations ?? []).filter((record) => record.kind === 'backup' && record.epoch > epoch);
}

interface Metadata {
  readonly plugins: readonly object[];
  readonly database: object;
}

/** What the host writes beside a backup. */
export function metadataOf({ slot }: Cluster, file: string): Metadata {
  const name = file.replace(/\.nbdata$/, '_metadata.json');
  return JSON.parse(readFileSync(join(slot.storage, 'backups', 'main', name), 'utf8')) as Metadata;
}
