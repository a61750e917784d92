import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { request, type Api, type Cluster } from '../../tools/cluster';
import { busyBody, inPhase, operation, pings, pluginAction, processes } from './commands';
import { holdPluginWork, holdReaders, waitersOf, type Hold } from './holds';
import { eventually, installedDatabase, MINUTE, servingCluster, storedEpoch, tellStoryOnFailure } from './support';
import { watch } from './watch';

const sample = (name: string, collection?: string) => ({
  name,
  version: '1.0.0',
  text: `text of ${name}`,
  ...(collection ? { collection } : {}),
});

describe('plugin commands in a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  const holds: Hold[] = [];
  const epochs: number[] = [];

  beforeAll(async () => {
    const samples = [sample('sample-slow', 'slowReads'), sample('sample-b'), sample('sample-c')];
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3, samples }));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(async () => {
    await Promise.all(holds.splice(0).map((hold) => hold.release()));
  });
  afterAll(async () => {
    await cluster?.stopAll();
  });

  it('a plugin enabled on one node is served by every node, without a restart and never by some only', async () => {
    const before = processes(cluster);
    const seen = watch(cluster.nodes, 'sample-slow:ping');
    const record = await operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-slow' }, async () => {
      expect((await pluginAction(api, 'enable', 'sample-slow', cluster.node(0))).status).toBe(200);
    }).finally(() => seen.stop());

    epochs.push(record.epoch);
    expect(await pings(cluster, 'sample-slow')).toEqual(Array(3).fill('text of sample-slow'));
    expect(processes(cluster)).toEqual(before);
    const sights = cluster.nodes.flatMap((node) => seen.of(node));
    const firstServed = Math.min(...sights.filter(({ api }) => api === 200).map(({ answered }) => answered));
    const stale = sights.filter(({ asked, api }) => asked > firstServed && api !== 200 && api !== 503);
    expect(stale).toEqual([]);
  });

  it('the leader begins when requests that were under way on a follower have ended; those that come meanwhile wait', async () => {
    const [follower, other, leader] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    const [reading, working] = await Promise.all([holdReaders(cluster, 'slowReads'), holdPluginWork(cluster)]);
    holds.push(reading, working);
    const epoch = await storedEpoch(cluster);
    const slow = api.at(follower.url).get('slowReads:list');
    const impatient = new AbortController();
    const headers = { authorization: `Bearer ${api.token}` };
    const left = fetch(`${follower.url}/api/slowReads:list`, { headers, signal: impatient.signal }).catch(() => 'left');
    await eventually(cluster, 'The slow requests are not under way', MINUTE, async () => {
      return (await waitersOf(cluster, 'slowReads')) === 2;
    });
    // Its client is gone, and the app works on it all the same.
    impatient.abort();
    expect(await left).toBe('left');

    const enabling = operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-b' }, () =>
      pluginAction(api, 'enable', 'sample-b', leader),
    );
    enabling.catch(() => undefined);
    await eventually(cluster, 'The leader does not wait for the slow request only', MINUTE, async () => {
      const { waitingFor } = await inPhase(cluster, api, other, 'draining');
      const words = /\(draining, 2 requests under way: GET slowReads:list for \d+ s and 1 more\)$/;
      return waitingFor.length === 1 && waitingFor[0]?.includes(`:${follower.port} `) && words.test(waitingFor[0]);
    });
    expect(await storedEpoch(cluster)).toBe(epoch);
    expect(await waitersOf(cluster, 'applicationPlugins')).toBe(0);

    await reading.release();
    expect((await slow).status).toBe(200);
    const { epoch: current } = await inPhase(cluster, api, other, 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    expect(await storedEpoch(cluster)).toBe(current);
    let answered = 0;
    const waiting = cluster.nodes.map(async ({ url }) => {
      const { status } = await request(url, 'app:getLang');
      answered += 1;
      return status;
    });
    for (const { ready, live } of cluster.nodes) expect([await ready(), await live()]).toEqual([503, 200]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(answered).toBe(0);

    await working.release();
    expect(await Promise.all(waiting)).toEqual([200, 200, 200]);
    epochs.push((await enabling).epoch);
    expect(await pings(cluster, 'sample-b')).toEqual(Array(3).fill('text of sample-b'));
  });

  it.each([2, 5])('of %i commands in the same moment one is done, and the others learn who does it', async (count) => {
    const name = count === 2 ? 'sample-c' : '@nocobase/plugin-departments';
    let answers: { status: number; body: unknown }[] = [];
    const record = await operation({ cluster, api }, { kind: 'pm.enable', subject: name }, async () => {
      const nodes = Array.from({ length: count }, (_, index) => cluster.node(index % 3));
      answers = await Promise.all(nodes.map((node) => pluginAction(api, 'enable', name, node)));
    });

    epochs.push(record.epoch);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200).map(({ status, body }) => ({ status, body }));
    const body = busyBody(/:\d+/, 'pm.enable', /draining|working/);
    expect(refused).toEqual(Array(count - 1).fill({ status: 409, body }));
  });

  it('a plugin that was enabled by one of five commands is there on every node', async () => {
    const answers = await Promise.all(cluster.nodes.map(({ url }) => api.at(url).get('departments:list')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await pings(cluster, 'sample-c')).toEqual(Array(3).fill('text of sample-c'));
  });

  it('a plugin disabled on one node is gone from every node', async () => {
    const record = await operation({ cluster, api }, { kind: 'pm.disable', subject: 'sample-b' }, () =>
      pluginAction(api, 'disable', 'sample-b', cluster.node(1)),
    );
    epochs.push(record.epoch);
    expect(await pings(cluster, 'sample-b')).toEqual([404, 404, 404]);
  });

  it('a plugin that does not exist is refused in one sentence and nobody is drained', async () => {
    const seen = watch(cluster.nodes);
    const { status, body } = await pluginAction(api, 'enable', 'sample-none', cluster.node(1));
    await seen.stop();
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        errors: [{ code: 'MAINTENANCE_INVALID_REQUEST', message: expect.stringContaining('"sample-none"') as string }],
      },
    });
    const words = cluster.nodes.flatMap((node) => seen.of(node).map(({ ready, api: word }) => `${ready} ${word}`));
    expect(new Set(words)).toEqual(new Set(['200 200']));
  });

  it('every operation had a higher epoch than the one before', () => {
    expect(epochs).toHaveLength(5);
    expect([...new Set(epochs)].sort((a, b) => a - b)).toEqual(epochs);
  });
});
