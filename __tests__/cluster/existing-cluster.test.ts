import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  PLUGIN_PACKAGE,
  packSamplePlugin,
  unpackPlugin,
  type Api,
  type Cluster,
  type ClusterNode,
} from '../../tools/cluster';
import { packedPlugin } from '../../tools/cluster/plugin-files';
import { operation, pings } from './commands';
import { emptyDatabase, eventually, launch, serving, stage, START, statusOf, tellStoryOnFailure } from './support';
import { watch } from './watch';

const SAMPLE = { name: 'sample-existing', version: '1.0.0', text: 'here' };

/** The two ways in which docs/install.md adds the package. */
const WAYS: Readonly<Record<string, (cluster: Cluster, api: Api) => Promise<unknown>>> = {
  'by upload': async (_, api) => api.upload('pm:add', await packedPlugin()),
  'on the command line': async (cluster) => cluster.runCli(['pm', 'add', await packedPlugin()]),
};

/** The steps of docs/install.md, one after the other, on two nodes that know nothing of this plugin. */
describe.each(Object.entries(WAYS))('a cluster that had no plugin and is given it %s', (_, add) => {
  let cluster: Cluster;
  let api: Api;

  beforeAll(async () => {
    cluster = await launch({ database: await emptyDatabase(), nodes: 1, plugin: 'none', redis: 'none' });
    await hostServes(cluster, cluster.node(0));
    await unpackPlugin(packSamplePlugin(SAMPLE), cluster.slot);
    await cluster.addNode();
    await hostServes(cluster, cluster.node(1));
    api = await cluster.signIn();
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('goes on while the package is added and the plugin enabled, which takes its place at the next start', async () => {
    const seen = watch(cluster.nodes);
    await add(cluster, api);
    // The host answers an upload before it has loaded what came.
    const enabled = await eventually(cluster, 'The first node is not back', START, async () => {
      const answer = await api.post(`pm:enable?filterByTk=${PLUGIN_PACKAGE}&awaitResponse=true`);
      return answer.status === 503 ? undefined : answer;
    });
    expect({ status: enabled.status, body: enabled.body }).toMatchObject({ status: 200 });
    await seen.stop();
    const [, other] = cluster.nodes;
    expect(other && seen.of(other).filter(({ api: word }) => /503/.test(`${word}`))).toEqual([]);
    for (const node of cluster.nodes) {
      await hostServes(cluster, node);
      expect((await api.at(node.url).get('clusterMaintenance:status')).status).toBe(404);
    }
  });

  it('is whole when its nodes have been restarted with Redis, one after the other', async () => {
    const { redis } = await stage();
    for (const node of cluster.nodes) {
      await node.restart({ CLUSTER_MAINTENANCE_REDIS_URL: redis.url });
      await serving(cluster, [node]);
    }
    const both = await Promise.all(cluster.nodes.map((node) => statusOf(api, node)));
    for (const { mode, online, nodes } of both) {
      expect({ mode, online }).toEqual({ mode: 'cluster', online: true });
      expect(nodes.map(({ phase, fingerprintMatch }) => [phase, fingerprintMatch])).toEqual([
        ['serving', 'equal'],
        ['serving', 'equal'],
      ]);
    }
  });

  it('is protected from then on: what one node enables, both serve', async () => {
    await operation({ cluster, api }, { kind: 'pm.enable', subject: SAMPLE.name }, () =>
      api.at(cluster.node(1).url).post(`pm:enable?filterByTk=${SAMPLE.name}&awaitResponse=true`),
    );
    expect(await pings(cluster, SAMPLE.name)).toEqual([SAMPLE.text, SAMPLE.text]);
  });
});

/** By the host's own word: without the plugin there is no other. */
function hostServes(cluster: Cluster, node: ClusterNode): Promise<boolean> {
  return eventually(cluster, `${node.name} does not serve`, START, async () => (await node.health()) === 200);
}
