import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import type { AuditBody } from '../../src/shared/policy-api';
import { packSamplePlugin, temporaryDirectory, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { backUp, dumpNow, folderOf, metadataOf, writeBackup } from './backup-files';
import { enableAll, inPhase, pings, pluginAction } from './commands';
import { holdPluginWork, waitersOf } from './holds';
import { restoreUnderWrites } from './restoring';
import {
  ended,
  epochNow,
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  tellStoryOnFailure,
} from './support';
import { titlesIn } from './writers';

const TABLE = 'restoredNotes';
const SAMPLE = { name: 'sample-notes', version: '1.0.0', text: 'notes', collection: TABLE };

/** Its files are there, and it is enabled nowhere but in a dump. */
const BAD = { name: 'sample-bad', version: '1.0.0', text: 'bad', failAt: 'load' } as const;

const ENV = {
  CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'pm.update,pm.disable',
  // Short, but longer than a busy machine of two cores lets a process that loads its app stand still.
  CLUSTER_MAINTENANCE_LEASE_TTL_MS: '9000',
  CLUSTER_MAINTENANCE_LEASE_RENEW_MS: '2000',
  CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: '6000',
  CLUSTER_MAINTENANCE_COMMAND_TIMEOUT_MS: '2000',
  CLUSTER_MAINTENANCE_NODE_TTL_MS: '8000',
};

describe('a restore, in a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let backup: string;

  beforeAll(async () => {
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 3, samples: [SAMPLE, BAD], env: ENV }));
    await enableAll({ cluster, api }, ['backups', SAMPLE.name]);
    await write('before the backup');
    backup = await backUp(cluster, api, cluster.node(0));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('on one node under writes to all: what was acknowledged after the drain is stored, and all serve the restored data', async () => {
    const restoring = {
      cluster,
      api,
      backup,
      table: TABLE,
      titles: () => titlesIn(cluster, TABLE),
      database: 'PostgreSQL',
    };
    expect(await restoreUnderWrites(restoring)).toMatchObject({ leader: { name: nameOf(1) } });
    await wholeEverywhere();
  });

  it('stands in the audit with its end, which came while the tables were being replaced', async () => {
    const path = 'clusterMaintenance:audit?action=backups:restore';
    const attempt = await eventually(cluster, 'The audit does not tell how it ended', MINUTE, async () => {
      const { body } = await api.get<{ data: AuditBody }>(path);
      return body.data.entries.find(({ result }) => result !== undefined);
    });
    const { body } = await api.get<{ data: HistoryBody }>('clusterMaintenance:history?limit=1');
    expect(attempt).toMatchObject({ subject: backup, result: '200', operationId: body.data.operations[0]?.id });
  });

  it('whose backup names a plugin that is not here is refused before any node stops', async () => {
    const before = await epochNow(cluster, api);
    const metadata = await metadataOf(cluster, backup);
    const gone = { name: 'sample-gone', version: '3.2.1', packageName: 'sample-gone' };
    const plugins = [...metadata.plugins, gone];
    await writeBackup(folderOf(cluster), 'gone.nbdata', { ...metadata, plugins }, await dumpNow(cluster));
    const answer = await api.at(cluster.node(2).url).post('backups:restore', { name: 'gone.nbdata' });
    const message = 'This backup cannot be restored here: plugins are missing here: sample-gone 3.2.1.';
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'MAINTENANCE_INVALID_REQUEST', message }] } });
    expect(await epochNow(cluster, api)).toBe(before);
  });

  it('of a dump that is broken half-way ends with the data of before', async () => {
    await write('before the broken one');
    const metadata = await metadataOf(cluster, backup);
    const whole = await dumpNow(cluster);
    const file = await writeBackup(
      temporaryDirectory('broken').path,
      'broken.nbdata',
      metadata,
      whole.subarray(0, Math.floor(whole.length * 0.6)),
    );
    const record = await restored(() => api.at(cluster.node(2).url).upload('backups:upload', file));
    expect(record).toMatchObject({ result: 'failed', subject: 'broken.nbdata' });
    expect(record.reason).toMatch(/The data of before are back\./);
    expect(await titlesIn(cluster, TABLE)).toContain('before the broken one');
    await wholeEverywhere();
  });

  it('whose upgrade fails ends with the data of before', async () => {
    const { postgres, database } = cluster;
    const columns = '"createdAt", "updatedAt", "name", "packageName", "version", "enabled", "installed"';
    const values = `now(), now(), '${BAD.name}', '${BAD.name}', '${BAD.version}', true, true`;
    await postgres.query(database, `INSERT INTO "applicationPlugins" (${columns}) VALUES (${values})`);
    const dump = await dumpNow(cluster);
    await postgres.query(database, `DELETE FROM "applicationPlugins" WHERE name = '${BAD.name}'`);
    await write('before the failing upgrade');
    const { path } = temporaryDirectory('bad');
    const file = await writeBackup(path, 'bad.nbdata', await metadataOf(cluster, backup), dump);
    const record = await restored(() => api.at(cluster.node(1).url).upload('backups:upload', file));
    expect(record).toMatchObject({ result: 'failed', subject: 'bad.nbdata' });
    expect(record.reason).toMatch(/^The upgrade after it failed: .*sample-bad.* The data of before are back\.$/);
    expect(await titlesIn(cluster, TABLE)).toContain('before the failing upgrade');
    await wholeEverywhere();
  });

  it('of a dump that was taken during maintenance leaves no trace of that', async () => {
    const entering = { scope: 'writes', reason: 'a dump is taken', expiresInSeconds: 600 };
    const entered = await api.post<{ data: { operation: OperationRecord } }>('clusterMaintenance:enter', entering);
    const { id } = entered.body.data.operation;
    const file = await writeBackup(
      temporaryDirectory('during').path,
      'during.nbdata',
      await metadataOf(cluster, backup),
      await dumpNow(cluster),
    );
    expect((await api.post('clusterMaintenance:exit', { operationId: id })).status).toBe(200);
    await serving(cluster);
    await write('after the maintenance');
    const record = await restored(() => api.at(cluster.node(0).url).upload('backup:restoreUpload', file));
    expect(record).toMatchObject({ result: 'done' });
    expect(await titlesIn(cluster, TABLE)).not.toContain('after the maintenance');
    const { body } = await api.get<{ data: HistoryBody }>('clusterMaintenance:history?limit=100');
    const told = body.data.operations;
    expect(told[0]).toMatchObject({ id: record.id, result: 'done' });
    expect(told.find((operation) => operation.id === id)).toMatchObject({ phase: 'idle', result: 'done' });
    expect(told.filter(({ result }) => result === undefined)).toEqual([]);
    await wholeEverywhere();
  });

  it('by the command, in a process of its own, runs the upgrade and lets every node load what came', async () => {
    await write('gone with the command');
    const before = await epochNow(cluster, api);
    const { code, output } = await cluster.runCli(['restore', join(folderOf(cluster), backup)]);
    expect(output).toMatch(/done/);
    expect(code).toBe(0);
    expect(await ended(cluster, api, before)).toMatchObject({ kind: 'restore', requestedBy: 'CLI', result: 'done' });
    await serving(cluster);
    expect(await titlesIn(cluster, TABLE)).not.toContain('gone with the command');
    await wholeEverywhere();
  });

  it('back to before a plugin update brings the old files, rows and data to every node', async () => {
    const archive = packSamplePlugin({ ...SAMPLE, version: '2.0.0', text: 'notes of 2' });
    const before = await epochNow(cluster, api);
    const address = `pm:update?filterByTk=${SAMPLE.name}`;
    expect((await api.upload(address, archive, { packageName: SAMPLE.name })).status).toBe(200);
    const update = await ended(cluster, api, before);
    await serving(cluster);
    expect(update).toMatchObject({ kind: 'pm.update', result: 'done', backup: { file: expect.any(String) as string } });
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill('notes of 2'));
    await write('after the update');

    const answer = await api.at(cluster.node(1).url).post('clusterMaintenance:rollBack', { operationId: update.id });
    expect(answer.status).toBe(200);
    const record = await ended(cluster, api, update.epoch, cluster.node(1));
    await serving(cluster);
    expect(record).toMatchObject({ kind: 'roll-back', result: 'done', requestedBy: 'Super Admin' });
    expect(await titlesIn(cluster, TABLE)).not.toContain('after the update');
    const sql = 'SELECT version, enabled FROM "applicationPlugins" WHERE name = $1';
    const rows = await cluster.postgres.query(cluster.database, sql, [SAMPLE.name]);
    expect(rows).toEqual([{ version: '1.0.0', enabled: true }]);
    await wholeEverywhere();
  });

  it('is the way out of an operation whose leader was killed at its work', async () => {
    const leader = cluster.node(2);
    const hold = await holdPluginWork(cluster);
    const asking = pluginAction(api, 'disable', SAMPLE.name, leader).catch(() => undefined);
    const { id } = await inPhase(cluster, api, cluster.node(0), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    leader.kill('SIGKILL');
    await leader.exited;
    await hold.release();
    await asking;
    const held = await inPhase(cluster, api, cluster.node(0), 'held');
    const refused = await api.at(cluster.node(0).url).post('clusterMaintenance:rollBack', { operationId: 'none' });
    expect(refused.status).toBe(409);
    const body = { operationId: id, resolution: 'roll-back' };
    expect((await api.at(cluster.node(0).url).post('clusterMaintenance:resolve', body)).status).toBe(200);
    const record = await ended(cluster, api, held.epoch);
    expect(record).toMatchObject({ kind: 'roll-back', subject: `pm.disable ${SAMPLE.name}`, result: 'done' });
    await leader.restart();
    await serving(cluster);
    await wholeEverywhere();
  });

  it('from a shell goes back, too, with no node to ask', async () => {
    const before = await epochNow(cluster, api);
    await pluginAction(api, 'disable', SAMPLE.name, cluster.node(0));
    const disabling = await ended(cluster, api, before);
    await serving(cluster);
    expect(await pings(cluster, SAMPLE.name)).toEqual([404, 404, 404]);
    const { code, output } = await cluster.runCli(['maintenance', 'roll-back', disabling.id, '--json']);
    expect(code, output).toBe(0);
    expect(await ended(cluster, api, disabling.epoch)).toMatchObject({ kind: 'roll-back', result: 'done' });
    await serving(cluster);
    await wholeEverywhere();
  });

  async function write(title: string): Promise<void> {
    expect((await api.post(`${TABLE}:create`, { title })).status).toBe(200);
  }

  async function restored(act: () => Promise<{ status: number; body: unknown }>): Promise<OperationRecord> {
    const before = await epochNow(cluster, api);
    expect(await act()).toMatchObject({ status: 200, body: { data: { status: 'ok' } } });
    const record = await ended(cluster, api, before);
    await serving(cluster);
    return record;
  }

  /** The same data on all nodes, the tables with their keys, every node known to the database. */
  async function wholeEverywhere(): Promise<void> {
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill('notes'));
    const counts = await Promise.all(cluster.nodes.map(countOn));
    expect(counts).toEqual(Array(3).fill((await titlesIn(cluster, TABLE)).length));
    const { postgres, database } = cluster;
    const keys = await postgres.query(
      database,
      `SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = 'users'::regclass`,
    );
    expect(keys).toHaveLength(1);
    const nodes = await postgres.query<{ name: string }>(database, 'SELECT name FROM cluster_maintenance_nodes');
    const ports = nodes.map(({ name }) => Number(name.split(':').at(-1)));
    expect(ports.sort()).toEqual(cluster.nodes.map(({ port }) => port).sort());
  }

  async function countOn({ url }: ClusterNode): Promise<number> {
    const { body } = await api.at(url).get<{ meta?: { count?: number } }>(`${TABLE}:list?pageSize=1`);
    return body.meta?.count ?? -1;
  }

  /** As the node calls itself. */
  function nameOf(index: number): unknown {
    return expect.stringMatching(new RegExp(`:${cluster.node(index).port}$`));
  }
});
