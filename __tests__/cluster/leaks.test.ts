import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory, until, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { operation, pluginAction } from './commands';
import { installedDatabase, launch, servingCluster, stage, tellStoryOnFailure } from './support';

/** Each is an operation for both nodes, and a reload within the process for the follower. */
const WARM_UP = 4;
const OPERATIONS = 50;
/** Reloads of a host without the plugin: what those leave behind is not ours. */
const BARE_RELOADS = 8;
const KINDS = ['Timeout', 'TCPSocketWrap', 'Immediate'] as const;

interface Resources {
  readonly kinds: Readonly<Record<string, number>>;
  readonly listeners: number;
  readonly rejections: number;
  /** In MB, after garbage collection. */
  readonly heap: number;
}

describe('fifty operations on two nodes', () => {
  const folder = temporaryDirectory('resources');
  const script = JSON.stringify(join(__dirname, 'resources.cjs'));
  const env = { NODE_OPTIONS: `--require ${script}`, RESOURCES_FOLDER: folder.path };
  const ofBareHost: Record<string, number> = {};
  let cluster: Cluster;
  let api: Api;

  beforeAll(async () => {
    const samples = [{ name: 'sample-again', version: '1.0.0', text: 'again' }];
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 2, samples, env }));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await cluster?.stopAll();
    folder.remove();
  });

  it('can be compared with what a reload of the bare host leaves behind', async () => {
    const bare = await launch({ database: await installedDatabase(), nodes: 1, plugin: 'none', redis: 'none', env });
    const node = bare.node(0);
    await node.waitServing();
    const reload = async () => {
      expect(await bare.runCli(['restart'], { node })).toMatchObject({ code: 0 });
      await node.waitServing();
    };
    await reload();
    const before = await resourcesOf(node);
    for (let time = 0; time < BARE_RELOADS; time += 1) await reload();
    const after = await resourcesOf(node);
    await bare.stopAll();
    for (const kind of KINDS) ofBareHost[kind] = ((after.kinds[kind] ?? 0) - (before.kinds[kind] ?? 0)) / BARE_RELOADS;
    console.info(
      'per reload of the bare host',
      JSON.stringify({ ...ofBareHost, heap: (after.heap - before.heap) / BARE_RELOADS }),
    );
  });

  it('leave no connection, timer or listener behind, on the leader and on the follower that reloads each time', async () => {
    await toggle(WARM_UP);
    const before = await everything();
    await toggle(OPERATIONS);
    const after = await everything();
    console.info('resources of leader and follower', JSON.stringify({ before, after }));
    expect(after.postgres).toBe(before.postgres);
    expect(after.redis).toBe(before.redis);
    after.nodes.forEach((resources, index) => {
      const former = before.nodes[index];
      if (!former) throw new Error('no measurement');
      expect(resources.rejections).toBe(0);
      expect(resources.listeners).toBe(former.listeners);
      for (const kind of KINDS) {
        const perOperation = ((resources.kinds[kind] ?? 0) - (former.kinds[kind] ?? 0)) / OPERATIONS;
        expect(perOperation, `${kind} per operation`).toBeLessThan((ofBareHost[kind] ?? 0) + 0.25);
      }
    });
  });

  async function toggle(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      const action = time % 2 === 0 ? 'enable' : 'disable';
      await operation({ cluster, api }, { kind: `pm.${action}` }, () =>
        pluginAction(api, action, 'sample-again', cluster.node(0)),
      );
    }
  }

  async function everything() {
    const { redis, postgres } = await stage();
    const nodes = await Promise.all(cluster.nodes.map(resourcesOf));
    const sql = 'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE $2';
    const [row] = await postgres.query<{ n: number }>('postgres', sql, [cluster.database, 'nocobase %']);
    // Pools shrink and grow by themselves within their limit, so only the order of magnitude is the plugin's.
    const clients = (await redis.cli('client', 'list')).split('\n').filter((line) => line.includes('addr=')).length;
    return { nodes, redis: clients, postgres: (row?.n ?? 0) > 30 ? row?.n : 'within the pools' };
  }

  async function resourcesOf({ pid, name }: ClusterNode): Promise<Resources> {
    const file = join(folder.path, `${pid}.json`);
    rmSync(file, { force: true });
    process.kill(pid, 'SIGUSR2');
    await until(
      () => existsSync(file),
      30_000,
      () => `${name} does not say what it keeps open.`,
    );
    return JSON.parse(readFileSync(file, 'utf8')) as Resources;
  }
});
