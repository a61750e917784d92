import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import {
  packSamplePlugin,
  temporaryDirectory,
  type Answer,
  type Api,
  type Cluster,
  type SamplePlugin,
} from '../../tools/cluster';
import { enableAll, inPhase, pings } from './commands';
import { holdStandstill, isAtStandstill, STANDSTILL } from './holds';
import { pictureOf, type Picture } from './picture';
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

const TABLE = 'updatedNotes';
const SAMPLE = { name: 'sample-updated', version: '1.0.0', text: 'version one', collection: TABLE };

const ENV = { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'pm.update' };

/** What a careless migration has done when it fails. */
const HALF = `await this.db.sequelize.query('UPDATE "${TABLE}" SET title = \\'half\\' WHERE id % 2 = 0');`;

describe('a plugin update that fails leaves the database, the rows of plugins and their files as they were', () => {
  let cluster: Cluster;
  let api: Api;
  let before: Picture;

  beforeAll(async () => {
    ({ cluster, api } = await servingCluster({
      database: await installedDatabase(),
      nodes: 3,
      samples: [SAMPLE],
      env: ENV,
    }));
    await enableAll({ cluster, api }, ['backups', SAMPLE.name]);
    for (const title of ['one', 'two', 'three', 'four']) await api.post(`${TABLE}:create`, { title });
    before = await pictureOf(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('at the download', async () => {
    const values = { packageName: SAMPLE.name, compressedFileUrl: 'http://127.0.0.1:9/sample.tgz' };
    const record = await failed(() => api.post(`pm:update?filterByTk=${SAMPLE.name}`, values));
    expect(record).toMatchObject({ kind: 'pm.update', result: 'failed' });
    await expectAsBefore();
  });

  it.each([
    ['is no archive', () => randomBytes(2_000)],
    ['was cut off', () => half(packSamplePlugin({ ...SAMPLE, version: '1.1.0' }))],
  ])('at unpacking a file that %s', async (_what, content) => {
    const file = join(temporaryDirectory('broken').path, 'sample-updated-1.1.0.tgz');
    writeFileSync(file, content());
    const record = await failed(() => upload(file));
    expect(record).toMatchObject({ kind: 'pm.update', result: 'failed' });
    await expectAsBefore();
  });

  it('at loading the new code', async () => {
    const record = await failed(() => update({ version: '1.2.0', failAt: 'load' }));
    expect(record).toMatchObject({ kind: 'pm.update', result: 'failed' });
    expect(record.reason).toContain('sample-updated 1.2.0 fails at load');
    expect(record.reason).toContain(`The former files of ${SAMPLE.name} are back.`);
    await expectAsBefore();
  });

  it('in a migration that has changed rows: they come back with the backup of before', async () => {
    const record = await failed(() => update({ version: '1.3.0', failAt: 'migration', onMigration: HALF }));
    expect(record).toMatchObject({
      kind: 'pm.update',
      result: 'failed',
      backup: { file: expect.any(String) as string },
    });
    expect(record.reason).toContain('sample-updated 1.3.0 fails at migration');
    const after = await pictureOf(cluster);
    expect(differences(after)).toEqual([`table ${TABLE}`]);
    await rollBack(record);
    await expectAsBefore();
  });

  it('by the end of its process in a migration: it is held, and goes back to the backup of before', async () => {
    const leader = cluster.node(2);
    const onMigration = `${HALF} await this.db.sequelize.query('SELECT pg_advisory_lock_shared(${STANDSTILL})');`;
    const hold = await holdStandstill(cluster);
    const asked = await epochNow(cluster, api);
    void update({ version: '1.4.0', onMigration }).catch(() => undefined);
    await eventually(cluster, 'The migration does not begin', 2 * MINUTE, () => isAtStandstill(cluster));
    process.kill(leader.pid, 'SIGKILL');
    await leader.exited;
    await hold.release();
    const held = await inPhase(cluster, api, cluster.node(0), 'held');
    expect(held).toMatchObject({ kind: 'pm.update', changed: true });
    expect(held.epoch).toBeGreaterThan(asked);
    const body = { operationId: held.id, resolution: 'roll-back' };
    expect((await api.post('clusterMaintenance:resolve', body)).status).toBe(200);
    expect(await ended(cluster, api, held.epoch)).toMatchObject({ kind: 'roll-back', result: 'done' });
    await leader.restart();
    await serving(cluster);
    await expectAsBefore();
  });

  it('works afterwards as if none of this had been', async () => {
    const epoch = await epochNow(cluster, api);
    await update({ version: '2.0.0', text: 'version two' });
    expect(await ended(cluster, api, epoch)).toMatchObject({ kind: 'pm.update', result: 'done' });
    await serving(cluster);
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill('version two'));
  });

  function update(change: Partial<SamplePlugin>): Promise<Answer> {
    return upload(packSamplePlugin({ ...SAMPLE, ...change }));
  }

  function upload(file: string): Promise<Answer> {
    const fields = { packageName: SAMPLE.name };
    return api.at(cluster.node(2).url).upload(`pm:update?filterByTk=${SAMPLE.name}`, file, fields);
  }

  async function failed(act: () => Promise<unknown>): Promise<OperationRecord> {
    const epoch = await epochNow(cluster, api);
    await act();
    const record = await ended(cluster, api, epoch);
    await serving(cluster);
    return record;
  }

  async function rollBack(record: OperationRecord): Promise<void> {
    const answer = await api.at(cluster.node(1).url).post('clusterMaintenance:rollBack', { operationId: record.id });
    expect(answer.status).toBe(200);
    expect(await ended(cluster, api, record.epoch)).toMatchObject({ kind: 'roll-back', result: 'done' });
    await serving(cluster);
  }

  function differences(after: Picture): string[] {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.filter((name) => before[name] !== after[name]);
  }

  async function expectAsBefore(): Promise<void> {
    expect(await pictureOf(cluster)).toEqual(before);
    expect(await pings(cluster, SAMPLE.name)).toEqual(Array(3).fill(SAMPLE.text));
    const lists = await Promise.all(cluster.nodes.map(({ url }) => api.at(url).get(`${TABLE}:list`)));
    expect(lists.map(({ status }) => status)).toEqual([200, 200, 200]);
  }
});

function half(file: string): Buffer {
  const content = readFileSync(file);
  return content.subarray(0, content.length / 2);
}
