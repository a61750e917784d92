import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { packSamplePlugin, type Api, type Cluster } from '../../tools/cluster';
import { enableAll, operation, pings, pluginAction } from './commands';
import { pictureOf, type Picture } from './picture';
import { ended, installedDatabase, serving, servingCluster, tellStoryOnFailure } from './support';

const KEPT = { name: 'sample-here', version: '1.0.0', text: 'here', collection: 'hereNotes' };
const ADDED = { name: 'sample-added', version: '1.0.0', text: 'added' };

const ENV = { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'pm.add,pm.remove' };

describe('rolling back, in a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let before: Picture;

  beforeAll(async () => {
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 3, samples: [KEPT], env: ENV }));
    await enableAll({ cluster, api }, ['backups', KEPT.name]);
    expect((await api.post('hereNotes:create', { title: 'kept' })).status).toBe(200);
    await disable();
    before = await pictureOf(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('takes away the files and the row of a plugin that was added', async () => {
    const added = await operation({ cluster, api }, { kind: 'pm.add' }, async () => {
      expect((await api.upload('pm:add', packSamplePlugin(ADDED))).status).toBe(200);
    });
    expect(Object.keys(await pictureOf(cluster))).toContain(`files ${ADDED.name}`);
    await rollBack(added);
    await expectAsBefore();
    const enabling = await pluginAction(api, 'enable', ADDED.name, cluster.node(1));
    expect(enabling.status).toBe(400);
  });

  it('brings back the files, the row and the data of a plugin that was removed, on every node', async () => {
    const removed = await operation({ cluster, api }, { kind: 'pm.remove' }, async () => {
      expect((await api.post(`pm:remove?filterByTk=${KEPT.name}`)).status).toBe(200);
    });
    const gone = await pictureOf(cluster);
    expect([gone[`files ${KEPT.name}`], gone['table applicationPlugins']]).not.toEqual([
      before[`files ${KEPT.name}`],
      before['table applicationPlugins'],
    ]);
    await rollBack(removed);
    await expectAsBefore();
    expect((await pluginAction(api, 'enable', KEPT.name, cluster.node(2))).status).toBe(200);
    await serving(cluster);
    expect(await pings(cluster, KEPT.name)).toEqual(['here', 'here', 'here']);
    const { body } = await api.at(cluster.node(1).url).get<{ data?: { title: string }[] }>('hereNotes:list');
    expect(body.data?.map(({ title }) => title)).toEqual(['kept']);
  });

  /** Only a plugin that is disabled can be removed. */
  async function disable(): Promise<void> {
    expect((await pluginAction(api, 'disable', KEPT.name, cluster.node(0))).status).toBe(200);
    await serving(cluster);
  }

  async function rollBack(record: OperationRecord): Promise<void> {
    expect(record.backup?.file).toMatch(/^before-pm-/);
    const answer = await api.at(cluster.node(2).url).post('clusterMaintenance:rollBack', { operationId: record.id });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(await ended(cluster, api, record.epoch)).toMatchObject({ kind: 'roll-back', result: 'done' });
    await serving(cluster);
  }

  async function expectAsBefore(): Promise<void> {
    expect(await pictureOf(cluster)).toEqual(before);
    expect(await pings(cluster, ADDED.name)).toEqual([404, 404, 404]);
  }
});
