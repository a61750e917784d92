import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { temporaryDirectory, type Answer, type Api, type Cluster } from '../../tools/cluster';
import { archiveOf } from '../app/backups/archive';
import { backUp, dumpNow, metadataOf } from './backup-files';
import { enableAll, inPhase, pings } from './commands';
import { pictureOf, type Picture } from './picture';
import { dumpTool, FULL_DISK, type DumpTool } from './slow-tools';
import { aDumpThatStops, type StoppingDump } from './stopping-dump';
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

const TABLE = 'keptNotes';
const SAMPLE = { name: 'sample-kept', version: '1.0.0', text: 'kept', collection: TABLE };
/** Its files are there, and it is enabled nowhere but in a dump. */
const BAD = { name: 'sample-bad', version: '1.0.0', text: 'bad', failAt: 'load' } as const;

const ENV = { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'restore' };

describe('a restore that fails leaves the database, the rows of plugins and their files as they were', () => {
  let cluster: Cluster;
  let api: Api;
  let tool: DumpTool;
  let metadata: object;
  let before: Picture;
  let stopping: StoppingDump | undefined;

  beforeAll(async () => {
    tool = dumpTool();
    const env = { ...ENV, ...tool.env };
    ({ cluster, api } = await servingCluster({
      database: await installedDatabase(),
      nodes: 3,
      samples: [SAMPLE, BAD],
      env,
    }));
    await enableAll({ cluster, api }, ['backups', SAMPLE.name]);
    metadata = await metadataOf(cluster, await backUp(cluster, api, cluster.node(0)));
  });
  beforeEach(async () => {
    tellStoryOnFailure(() => cluster);
    expect((await api.post(`${TABLE}:create`, { title: `note of ${Date.now()}` })).status).toBe(200);
    before = await pictureOf(cluster);
  });
  afterEach(async () => {
    tool.fail(false);
    await stopping?.release();
  });
  afterAll(async () => {
    tool?.remove();
    await cluster?.stopAll();
  });

  it('at the file: what is no archive, or half of one, is refused before any node stops', async () => {
    const epoch = await epochNow(cluster, api);
    const whole = archiveOf({ '_metadata.json': JSON.stringify(metadata), data: await dumpNow(cluster) });
    const none = await upload('none.nbdata', Buffer.from('no archive at all'));
    const half = await upload('half.nbdata', whole.subarray(0, whole.length / 2));
    expect([none.status, half.status]).toEqual([400, 400]);
    expect(JSON.stringify(none.body)).toContain('This backup cannot be restored: ');
    expect(JSON.stringify(half.body)).toContain('The archive is broken, or was cut off.');
    expect(await epochNow(cluster, api)).toBe(epoch);
    await expectAsBefore();
  });

  it('at unpacking: an archive whose dump is broken inside', async () => {
    const whole = archiveOf({ '_metadata.json': JSON.stringify(metadata), data: await dumpNow(cluster) });
    // The list at its end is good, so it looks like a backup.
    whole.fill(0xff, 2_000, 60_000);
    const record = await failed(async () => expect((await upload('broken.nbdata', whole)).status).not.toBe(200));
    expect(record).toMatchObject({ kind: 'restore', result: 'failed', backup: { file: expect.any(String) as string } });
    expect(record.reason).toMatch(/^Nothing was changed: /);
    await expectAsBefore();
  });

  it('at the backup before it', async () => {
    tool.fail(true);
    const record = await failed(async () => expect((await uploadDump()).status).toBe(409));
    expect(record).toMatchObject({ kind: 'restore', result: 'aborted', changed: false });
    expect(record.reason).toContain(FULL_DISK);
    await expectAsBefore();
  });

  it("at the host's own dump of the old data", async () => {
    tool.failAfter(1);
    const record = await failed(uploadDump);
    expect(record).toMatchObject({ kind: 'restore', result: 'failed' });
    expect(record.reason).toContain(FULL_DISK);
    await expectAsBefore();
  });

  it('in the middle of the load', async () => {
    const dump = await dumpNow(cluster);
    const record = await failed(() => uploadDump(dump.subarray(0, Math.floor(dump.length * 0.6))));
    expect(record).toMatchObject({ kind: 'restore', result: 'failed' });
    expect(record.reason).toMatch(/The data of before are back\./);
    await expectAsBefore();
  });

  it('in the upgrade after the load', async () => {
    const { postgres, database } = cluster;
    const columns = '"createdAt", "updatedAt", "name", "packageName", "version", "enabled", "installed"';
    const values = `now(), now(), '${BAD.name}', '${BAD.name}', '${BAD.version}', true, true`;
    await postgres.query(database, `INSERT INTO "applicationPlugins" (${columns}) VALUES (${values})`);
    const dump = await dumpNow(cluster);
    await postgres.query(database, `DELETE FROM "applicationPlugins" WHERE name = '${BAD.name}'`);
    const record = await failed(() => uploadDump(dump));
    expect(record).toMatchObject({ kind: 'restore', result: 'failed' });
    expect(record.reason).toMatch(/^The upgrade after it failed: .*The data of before are back\.$/);
    await expectAsBefore();
  });

  it('by the end of its process in the middle of the load: it is held, and goes back to the backup of before', async () => {
    stopping = await aDumpThatStops(cluster);
    const [witness, leader] = [cluster.node(0), cluster.node(2)];
    const epoch = await epochNow(cluster, api);
    void upload('stopping.nbdata', archiveOf({ '_metadata.json': JSON.stringify(metadata), data: stopping.dump }));
    await eventually(cluster, 'The load does not stand still', MINUTE, () => stopping?.isReached());
    // The process alone, as the kernel ends it when memory is short: its tools go on without it.
    process.kill(leader.pid, 'SIGKILL');
    await leader.exited;
    const held = await inPhase(cluster, api, witness, 'held');
    expect(held).toMatchObject({ kind: 'restore', changed: true });
    expect(held.epoch).toBeGreaterThan(epoch);
    await eventually(cluster, 'What the process has left goes on', MINUTE, async () => !(await stopping?.isReached()));
    expect(await Promise.all([witness.ready(), cluster.node(1).ready()])).toEqual([503, 503]);

    const body = { operationId: held.id, resolution: 'roll-back' };
    const resolved = await api.at(witness.url).post('clusterMaintenance:resolve', body);
    expect(resolved.status, JSON.stringify(resolved.body)).toBe(200);
    const record = await ended(cluster, api, held.epoch);
    expect(record).toMatchObject({ kind: 'roll-back', result: 'done', backup: held.backup });
    await leader.restart();
    await serving(cluster);
    await stopping.forget();
    await expectAsBefore();
  });

  function uploadDump(dump?: Buffer): Promise<Answer> {
    const pack = (data: Buffer) => archiveOf({ '_metadata.json': JSON.stringify(metadata), data });
    return (dump ? Promise.resolve(dump) : dumpNow(cluster)).then((data) => upload('other.nbdata', pack(data)));
  }

  async function upload(name: string, content: Buffer): Promise<Answer> {
    const file = join(temporaryDirectory('upload').path, name);
    await writeFile(file, content);
    return api.at(cluster.node(2).url).upload('backups:upload', file);
  }

  async function failed(act: () => Promise<unknown>): Promise<OperationRecord> {
    const epoch = await epochNow(cluster, api);
    await act();
    const record = await ended(cluster, api, epoch);
    await serving(cluster);
    return record;
  }

  async function expectAsBefore(): Promise<void> {
    expect(await pictureOf(cluster)).toEqual(before);
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill(SAMPLE.text));
    const lists = cluster.nodes.map(({ url }) => api.at(url).get<{ meta?: { count?: number } }>(`${TABLE}:list`));
    const counts = (await Promise.all(lists)).map(({ body }) => body.meta?.count);
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeGreaterThan(0);
  }
});
