import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { inPhase, operation, pings, pluginAction } from './commands';
import { holdPluginWork, waitersOf, type Hold } from './holds';
import { leads } from './logs';
import { expectNoCollision, expectSteadiness, expectWhole, messageOf } from './starts';
import {
  eventually,
  installedDatabase,
  launch,
  MINUTE,
  serving,
  servingCluster,
  stage,
  statusOf,
  storedEpoch,
  tellStoryOnFailure,
} from './support';
import { watch } from './watch';

describe('nodes that start at the same moment on an installed database', () => {
  let cluster: Cluster | undefined;

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(async () => {
    await cluster?.stopAll();
    cluster = undefined;
  });

  it.each([1, 2, 3])('all serve, and none of them takes a lease (round %i)', async () => {
    const { postgres } = await stage();
    const database = await installedDatabase();
    const mark = postgres.log().length;
    cluster = await launch({ database, nodes: 3 });
    const epoch = await storedEpoch(cluster);
    const seen = watch(cluster.nodes);
    await serving(cluster).finally(() => seen.stop());

    await expectWhole(cluster);
    expect(leads(cluster)).toEqual([]);
    expect(await storedEpoch(cluster)).toBe(epoch);
    expectNoCollision(cluster, mark);
    cluster.nodes.forEach((node) => expectSteadiness(seen, node));
  });
});

describe('a node that joins a cluster of two', () => {
  let cluster: Cluster;
  let api: Api;
  let hold: Hold | undefined;

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(() => hold?.release());
  afterAll(() => cluster?.stopAll());

  it('while nothing happens serves without a lease, and the others serve on', async () => {
    const samples = [{ name: 'sample-late', version: '1.0.0', text: 'late' }];
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 2, samples }));
    const seen = watch(cluster.nodes);
    await cluster.addNode();
    await serving(cluster).finally(() => seen.stop());

    await expectWhole(cluster);
    expect(leads(cluster)).toEqual([]);
    for (const old of [cluster.node(0), cluster.node(1)]) {
      const words = seen.of(old).map(({ ready, api: word }) => `${ready} ${word}`);
      expect(new Set(words), old.name).toEqual(new Set(['200 200']));
    }
  });

  it('while another node enables a plugin waits for it, and then serves the plugin, too', async () => {
    const leader = cluster.node(0);
    hold = await holdPluginWork(cluster);
    const enabling = operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-late' }, () =>
      pluginAction(api, 'enable', 'sample-late', leader),
    );
    enabling.catch(() => undefined);
    const { epoch } = await inPhase(cluster, api, cluster.node(1), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));

    const late = await cluster.addNode();
    const words = `:${leader.port}, which runs pm.enable`;
    const { body } = await eventually(cluster, 'The new node does not say what it waits for', 2 * MINUTE, async () => {
      const answer = await request(late.url, 'app:getLang').catch(() => undefined);
      return answer?.status === 503 && messageOf(answer.body).includes(words) && answer;
    });
    expect(body).toMatchObject({ error: { status: 503, maintaining: true, code: 'CLUSTER_MAINTENANCE' } });
    expect([await late.live(), await late.ready()]).toEqual([200, 503]);
    expect(await phaseOf(late)).toBe('waiting');

    await hold.release();
    expect((await enabling).epoch).toBe(epoch);
    await serving(cluster);
    expect(await pings(cluster, 'sample-late')).toEqual(Array(4).fill('late'));
    expect(leads(cluster).map(({ node }) => node)).toEqual([leader.name]);
    const { nodes } = await statusOf(api, late);
    expect(nodes.map(({ phase, fingerprintMatch }) => `${phase} ${fingerprintMatch}`)).toEqual(
      Array(4).fill('serving equal'),
    );
  });

  async function phaseOf(node: ClusterNode): Promise<string | undefined> {
    const { nodes } = await statusOf(api, cluster.node(1));
    return nodes.find(({ name }) => name.endsWith(`:${node.port}`))?.phase;
  }
});
