import { expect } from 'vitest';
import type { OperationBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import type { Api, Cluster } from '../../tools/cluster';
import { ended, epochNow, eventually, MINUTE, serving } from './support';
import { sortWrites, writers } from './writers';

export async function journalOf(api: Api, { id }: OperationRecord): Promise<OperationBody['journal']> {
  const { body } = await api.get<{ data: OperationBody }>(`clusterMaintenance:get?filterByTk=${id}`);
  return body.data.journal;
}

export interface Restoring {
  readonly cluster: Cluster;
  readonly api: Api;
  /** Name of its file; it holds a row "before the backup". */
  readonly backup: string;
  /** Collection that is written to. */
  readonly table: string;
  readonly titles: () => Promise<string[]>;
  /** For people. */
  readonly database: string;
}

/**
 * Restores on the second node while every node is written to: what was acknowledged before the first change is replaced by
 * the backup, what was acknowledged after it is stored, and what was refused is not.
 */
export async function restoreUnderWrites(restoring: Restoring): Promise<OperationRecord> {
  const { cluster, api, backup, table, titles, database } = restoring;
  const before = await epochNow(cluster, api);
  const load = writers(cluster, api, table, 'load');
  await eventually(cluster, 'Nothing was written', MINUTE, () => load.writes.length > 30);
  const answer = await api.at(cluster.node(1).url).post('backups:restore', { name: backup });
  expect(answer).toMatchObject({ status: 200, body: { data: { status: 'ok' } } });
  const record = await ended(cluster, api, before, cluster.node(2));
  await serving(cluster);
  const count = load.writes.length;
  await eventually(cluster, 'Nothing is written any more', MINUTE, () => load.writes.length > count + 30);
  const writes = await load.stop();

  expect(record).toMatchObject({ kind: 'restore', subject: backup, result: 'done' });
  const firstChange = (await journalOf(api, record)).find(({ event }) => event === 'work.first-change')?.at;
  if (firstChange === undefined) throw new Error('The journal does not tell of the first change.');
  const stored = new Set(await titles());
  expect(stored.has('before the backup')).toBe(true);
  const { early, late, refused } = sortWrites(writes, firstChange, database);
  expect(early.filter(({ title }) => stored.has(title))).toEqual([]);
  expect(late.filter(({ title }) => !stored.has(title))).toEqual([]);
  expect(refused.filter(({ title }) => stored.has(title))).toEqual([]);
  expect(late.length).toBeGreaterThan(30);
  return record;
}
