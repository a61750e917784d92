import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Cluster, ClusterNode } from '../../tools/cluster';
import { inPhase, operation, pings, pluginAction } from './commands';
import { holdPluginWork, holdReaders, waitersOf, type Hold } from './holds';
import {
  ended,
  epochNow,
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  storedEpoch,
  tellStoryOnFailure,
} from './support';

const LEASE_TTL = 6_000;
const NODE_TTL = 8_000;
const TIMINGS = {
  CLUSTER_MAINTENANCE_LEASE_TTL_MS: `${LEASE_TTL}`,
  CLUSTER_MAINTENANCE_LEASE_RENEW_MS: '1500',
  CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: '4000',
  CLUSTER_MAINTENANCE_COMMAND_TIMEOUT_MS: '1500',
  CLUSTER_MAINTENANCE_NODE_TTL_MS: `${NODE_TTL}`,
};

describe('nodes that end in a cluster of three', () => {
  let cluster: Cluster;
  let api: Api;
  let hold: Hold | undefined;

  beforeAll(async () => {
    const samples = [
      { name: 'sample-slow', version: '1.0.0', text: 'slow', collection: 'slowReads' },
      { name: 'sample-next', version: '1.0.0', text: 'next' },
    ];
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 3, samples, env: TIMINGS }));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(() => hold?.release());
  afterAll(() => cluster?.stopAll());

  it('a node that is asked to end leaves the roster at once, and comes back', async () => {
    const leaving = cluster.node(2);
    expect(await roster()).toHaveLength(3);
    const { code, signal } = await leaving.stop('SIGTERM');
    expect(await roster()).toEqual([port(cluster.node(0)), port(cluster.node(1))].sort());
    expect([code, signal]).not.toContain('SIGKILL');
    await leaving.restart();
    await serving(cluster);
    expect(await roster()).toHaveLength(3);
  });

  it('a follower that vanishes delays the next operation by no more than the time until it counts as gone', async () => {
    const lost = cluster.node(2);
    lost.kill('SIGKILL');
    await lost.exited;
    const began = performance.now();
    const before = await epochNow(cluster, api);
    await Promise.all([
      pluginAction(api, 'enable', 'sample-slow', cluster.node(0)),
      eventually(cluster, 'Nobody says that the lost node is waited for', NODE_TTL, async () => {
        const { waitingFor } = await inPhase(cluster, api, cluster.node(1), 'draining');
        return waitingFor.some((name) => name.includes(port(lost)));
      }),
      inPhase(cluster, api, cluster.node(1), 'working').then(() => {
        expect(performance.now() - began).toBeLessThan(NODE_TTL + 2_000);
      }),
    ]);
    expect(await ended(cluster, api, before)).toMatchObject({ kind: 'pm.enable', result: 'done' });
    expect(await roster()).toEqual([port(cluster.node(0)), port(cluster.node(1))].sort());
    await lost.restart();
    await serving(cluster);
    expect(await pings(cluster, 'sample-slow')).toEqual(Array(3).fill('slow'));
  });

  it('a leader that vanishes while it drains leaves nothing behind, and the others serve again by themselves', async () => {
    const [leader, slow, other] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    const stored = await storedEpoch(cluster);
    const before = await epochNow(cluster, api);
    hold = await holdReaders(cluster, 'slowReads');
    const reading = api.at(slow.url).get('slowReads:list');
    await eventually(cluster, 'The slow request is not under way', MINUTE, () => waitersOf(cluster, 'slowReads'));
    const asking = pluginAction(api, 'enable', 'sample-next', leader).catch(() => undefined);
    await inPhase(cluster, api, other, 'draining');
    await eventually(cluster, 'The other follower has not drained', MINUTE, async () => (await other.ready()) === 503);

    leader.kill('SIGKILL');
    await leader.exited;
    const killed = performance.now();
    await serving(cluster, [slow, other]);
    expect(performance.now() - killed).toBeLessThan(LEASE_TTL + 2_000);
    await asking;

    await hold.release();
    expect((await reading).status).toBe(200);
    expect(await ended(cluster, api, before, other)).toMatchObject({
      kind: 'pm.enable',
      result: 'aborted',
      changed: false,
      reason: expect.stringMatching(/disappeared before it changed anything/) as string,
    });
    expect(await storedEpoch(cluster)).toBe(stored);
    const sql = 'SELECT name FROM "applicationPlugins" WHERE name = $1 AND enabled';
    expect(await cluster.postgres.query(cluster.database, sql, ['sample-next'])).toEqual([]);
  });

  it('the next operation works as if nothing had happened', async () => {
    await cluster.node(0).restart();
    await serving(cluster);
    const record = await operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-next' }, () =>
      pluginAction(api, 'enable', 'sample-next', cluster.node(0)),
    );
    expect(record.epoch).toBe(await storedEpoch(cluster));
    expect(await pings(cluster, 'sample-next')).toEqual(Array(3).fill('next'));
  });

  it('a leader that is asked to end while it drains gives up in under a second, and then ends', async () => {
    const [leader, slow, other] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    const before = await epochNow(cluster, api);
    hold = await holdReaders(cluster, 'slowReads');
    const reading = api.at(slow.url).get('slowReads:list');
    await eventually(cluster, 'The slow request is not under way', MINUTE, () => waitersOf(cluster, 'slowReads'));
    const asking = pluginAction(api, 'disable', 'sample-next', leader).catch(() => undefined);
    await inPhase(cluster, api, other, 'draining');

    const asked = performance.now();
    const gone = leader.stop('SIGTERM');
    const record = await ended(cluster, api, before, other);
    console.info(`aborted ${Math.round(performance.now() - asked)} ms after SIGTERM`);
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(record).toMatchObject({
      result: 'aborted',
      changed: false,
      reason: expect.stringMatching(/was asked to end/) as string,
    });
    await serving(cluster, [slow, other]);
    const { code, signal } = await gone;
    expect([code, signal]).not.toContain('SIGKILL');
    await asking;
    await hold.release();
    expect((await reading).status).toBe(200);
    await leader.restart();
    await serving(cluster);
    expect(await pings(cluster, 'sample-next')).toEqual(Array(3).fill('next'));
  });

  it('a leader that is asked to end at its work finishes that first, and the others serve what it changed', async () => {
    const [leader, one, two] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    const before = await epochNow(cluster, api);
    hold = await holdPluginWork(cluster);
    const asking = pluginAction(api, 'disable', 'sample-next', leader).catch(() => undefined);
    await inPhase(cluster, api, one, 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    const gone = leader.stop('SIGTERM');
    const ends = ended(cluster, api, before, one);
    await leader.waitForLog(/asked to end; first finishes pm\.disable/);
    expect((await statusOf(api, one)).operation).toMatchObject({ phase: 'working' });
    await hold.release();
    expect(await ends).toMatchObject({
      kind: 'pm.disable',
      changed: true,
      result: expect.stringMatching(/done|degraded/),
    });
    await asking;
    const { code, signal } = await gone;
    expect([code, signal]).not.toContain('SIGKILL');
    await serving(cluster, [one, two]);
    const sql = 'SELECT name FROM "applicationPlugins" WHERE name = $1 AND enabled';
    expect(await cluster.postgres.query(cluster.database, sql, ['sample-next'])).toEqual([]);
    await leader.restart();
    await serving(cluster);
    expect(new Set(await pings(cluster, 'sample-next')).size).toBe(1);
  });

  /** Ports of the nodes in the roster: their default names end with them. */
  async function roster(): Promise<string[]> {
    const { nodes } = await statusOf(api, cluster.node(0));
    return nodes.map(({ name }) => name.slice(name.lastIndexOf(':'))).sort();
  }
});

function port(node: ClusterNode): string {
  return `:${node.port}`;
}
