import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Cluster } from '../../tools/cluster';
import { inPhase, pluginAction } from './commands';
import { holdPluginWork, type Hold } from './holds';
import {
  ended,
  epochNow,
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  tellStoryOnFailure,
} from './support';

describe('an app that is started once more within its process', () => {
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'second-start.cjs'))}` };
  let cluster: Cluster;
  let api: Api;
  let hold: Hold | undefined;

  beforeAll(async () => {
    const samples = [{ name: 'sample-slow', version: '1.0.0', text: 'slow', collection: 'slowReads' }];
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 2, samples, env }));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await hold?.release();
    await cluster?.stopAll();
  });

  it('stays one node, with one name in the roster, and takes part in the next operation', async () => {
    const node = cluster.node(1);
    node.kill('SIGUSR2');
    await eventually(cluster, 'The app was not started again', MINUTE, () =>
      node.log().includes('the second start has'),
    );
    await serving(cluster);
    const { nodes } = await statusOf(api, cluster.node(0));
    expect(nodes.map(({ name }) => name)).toHaveLength(2);
    expect(new Set(nodes.map(({ bootId }) => bootId)).size).toBe(2);
    const before = await epochNow(cluster, api);
    await pluginAction(api, 'enable', 'sample-slow', cluster.node(0));
    expect(await ended(cluster, api, before)).toMatchObject({ result: 'done' });
  });

  it('waits at the door while another node works, as at its first start', async () => {
    hold = await holdPluginWork(cluster);
    void pluginAction(api, 'disable', 'sample-slow', cluster.node(0)).catch(() => undefined);
    await inPhase(cluster, api, cluster.node(0), 'working');
    const node = cluster.node(1);
    node.kill('SIGUSR2');
    await eventually(cluster, 'It does not wait', MINUTE, async () => {
      const { nodes } = await statusOf(api, cluster.node(0));
      return nodes.some(({ name, phase }) => name.endsWith(`:${node.port}`) && phase === 'waiting');
    });
    await hold.release();
    await serving(cluster);
    expect((await statusOf(api, cluster.node(0))).nodes.map(({ phase }) => phase)).toEqual(['serving', 'serving']);
  });
});
