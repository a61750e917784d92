import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, request, startRedis, type Cluster, type RedisServer } from '../../tools/cluster';
import { operation, pings, pluginAction } from './commands';
import { leads, pluginLines } from './logs';
import { expectOfflineButServing, PASSWORD, TROUBLES } from './redis-trouble';
import { messageOf } from './starts';
import {
  emptyDatabase,
  eventually,
  installedDatabase,
  launch,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  tellStoryOnFailure,
} from './support';
import { watch } from './watch';

describe('a node without Redis', () => {
  let cluster: Cluster;

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('works alone, says so, and enables plugins as before', async () => {
    const samples = ['sample-one', 'sample-off'].map((name) => ({ name, version: '1.0.0', text: name }));
    const database = await installedDatabase();
    const started = await servingCluster({ database, nodes: 1, redis: 'none', samples });
    cluster = started.cluster;
    const { api } = started;
    expect(await statusOf(api, cluster.node(0))).toMatchObject({ mode: 'single', online: true, message: '' });
    await operation(started, { kind: 'pm.enable', subject: 'sample-one' }, async () => {
      expect((await pluginAction(api, 'enable', 'sample-one', cluster.node(0))).status).toBe(200);
    });
    expect(await pings(cluster, 'sample-one')).toEqual(['sample-one']);
  });

  it('is plain NocoBase when the plugin is switched off by the environment', async () => {
    const node = cluster.node(0);
    await node.restart({ CLUSTER_MAINTENANCE: 'off' });
    await eventually(cluster, 'The node does not serve', 2 * MINUTE, async () => (await node.health()) === 200);
    const api = await cluster.signIn();
    expect([await node.live(), await node.ready()]).toEqual([404, 404]);
    expect((await api.get('clusterMaintenance:status')).status).toBe(404);
    expect((await pluginAction(api, 'enable', 'sample-off', node)).status).toBe(200);
    expect(await pings(cluster, 'sample-off')).toEqual(['sample-off']);
    expect(pluginLines(node)).toEqual([]);
  });
});

describe('nodes whose Redis is out of order, on an installed database', () => {
  const troubles = [TROUBLES.refused, TROUBLES.password, TROUBLES.silent];
  let cluster: Cluster;

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('start and take traffic all the same', async () => {
    const env = await Promise.all(troubles.map((trouble) => trouble.env()));
    const database = await installedDatabase();
    cluster = await launch({ database, nodes: troubles.length, redis: 'none', nodeEnv: (index) => env[index] ?? {} });
    await serving(cluster);
    expect(leads(cluster)).toEqual([]);
  });

  it.each(troubles.map((trouble, index) => ({ ...trouble, index })))(
    'say what is wrong and refuse risky actions: $name',
    ({ index, ...trouble }) => expectOfflineButServing(cluster, cluster.node(index), trouble),
  );
});

describe('a node whose Redis is not there yet, on an empty database', () => {
  let cluster: Cluster;
  let redis: RedisServer | undefined;

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(async () => {
    await cluster?.stopAll();
    await redis?.stop();
  });

  it('waits and says for what, changes nothing, and installs by itself when Redis appears', async () => {
    const port = await freePort();
    const env = { CLUSTER_MAINTENANCE_REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${port}` };
    const database = await emptyDatabase();
    cluster = await launch({ database, nodes: 1, redis: 'none', env });
    const node = cluster.node(0);
    const seen = watch(cluster.nodes);
    const sentence = /^This start must change the database and waits for Redis: Redis at 127\.0\.0\.1:\d+ refuses /;
    await eventually(cluster, 'The node does not say that it waits for Redis', 2 * MINUTE, async () => {
      const { body } = await request(node.url, 'app:getLang').catch(() => ({ body: undefined }));
      return sentence.test(messageOf(body));
    }).finally(() => seen.stop());
    const answers = seen.of(node).filter(({ live }) => live !== 0);
    const since = (answers.at(-1)?.answered ?? 0) - (answers[0]?.asked ?? 0);
    expect(since, 'ms from its first answer until it said what it waits for').toBeLessThan(10_000);
    expect(new Set(answers.map(({ live, ready }) => `${live} ${ready}`))).toEqual(new Set(['200 503']));
    expect(pluginLines(node).filter(({ message }) => message.includes('waits for Redis'))).toHaveLength(1);
    // The plugin's own list of who may write is no change of the app.
    const tables = `SELECT count(*)::int AS n FROM information_schema.tables
      WHERE table_schema = 'public' AND table_name NOT LIKE 'cluster_maintenance_%'`;
    expect(await cluster.postgres.query(database, tables)).toEqual([{ n: 0 }]);

    redis = await startRedis({ port, password: PASSWORD });
    await serving(cluster);
    expect(leads(cluster)).toMatchObject([{ kind: 'install', epoch: 1 }]);
    expect(await statusOf(await cluster.signIn(), node)).toMatchObject({ mode: 'cluster', online: true, message: '' });
    expect(node.log()).not.toContain(PASSWORD);
  });
});
