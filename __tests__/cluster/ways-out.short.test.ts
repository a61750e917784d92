import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationBody, StatusBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import { request, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { drainedBody, inPhase, pings, pluginAction } from './commands';
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
  tellStoryOnFailure,
} from './support';
import { webhookReceiver, type Receiver } from './webhook';

const TIMINGS = {
  CLUSTER_MAINTENANCE_LEASE_TTL_MS: '3000',
  CLUSTER_MAINTENANCE_LEASE_RENEW_MS: '700',
  CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: '2000',
  CLUSTER_MAINTENANCE_COMMAND_TIMEOUT_MS: '1000',
  CLUSTER_MAINTENANCE_NODE_TTL_MS: '4000',
  CLUSTER_MAINTENANCE_HOLD_MS: '1500',
};

describe('ways out, in a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let hold: Hold | undefined;
  let people: Receiver;

  beforeAll(async () => {
    const samples = [
      { name: 'sample-slow', version: '1.0.0', text: 'slow', collection: 'slowReads' },
      { name: 'sample-held', version: '1.0.0', text: 'held' },
    ];
    const database = await installedDatabase();
    people = await webhookReceiver(1);
    const env = {
      ...TIMINGS,
      CLUSTER_MAINTENANCE_WEBHOOK_URL: people.url,
      CLUSTER_MAINTENANCE_WEBHOOK_SECRET: 'of this test',
      CLUSTER_MAINTENANCE_NOTIFY_CHANNEL: 'operators',
    };
    ({ cluster, api } = await servingCluster({ database, nodes: 3, samples, env }));
    const channel = { name: 'operators', title: 'Operators', notificationType: 'in-app-message', options: {} };
    expect((await api.post('notificationChannels:create', channel)).status).toBe(200);
    await pluginAction(api, 'enable', 'sample-slow', cluster.node(0));
    await serving(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(() => hold?.release());
  afterAll(async () => {
    await cluster?.stopAll();
    await people?.stop();
  });

  it('cancel before the first change: every node serves again within a second, and who asked learns who cancelled', async () => {
    const before = await epochNow(cluster, api);
    hold = await holdReaders(cluster, 'slowReads');
    const reading = api.at(cluster.node(1).url).get('slowReads:list');
    reading.catch(() => undefined);
    await eventually(cluster, 'The slow request is not under way', MINUTE, () => waitersOf(cluster, 'slowReads'));
    const asking = pluginAction(api, 'enable', 'sample-held', cluster.node(0));
    const { id } = await inPhase(cluster, api, cluster.node(2), 'draining');

    const waited = performance.now();
    const late = await request(cluster.node(2).url, 'app:getLang');
    expect(performance.now() - waited).toBeGreaterThan(1_400);
    expect(late).toMatchObject({ status: 503, body: drainedBody(cluster.node(0), 'pm.enable sample-held') });
    expect(late.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);

    const wrong = await maintenance('cancel', 'no-such-operation');
    expect(wrong).toMatchObject({ code: 1, json: { ok: false, refusal: 'This operation is over already.' } });
    const answer = await api.at(cluster.node(2).url).post('clusterMaintenance:cancel', { operationId: id });
    const asked = performance.now();
    expect(answer.status).toBe(200);
    await serving(cluster, [cluster.node(0), cluster.node(2)]);
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(await ended(cluster, api, before)).toMatchObject({
      result: 'aborted',
      changed: false,
      cancelledBy: 'Super Admin',
      reason: 'Cancelled by Super Admin before the first change.',
    });
    await hold.release();
    expect((await reading).status).toBe(200);
    expect((await asking).status).not.toBe(200);
    await serving(cluster);
  });

  it('a leader that is killed at its work leaves a held operation that tells its story, and can be done again', async () => {
    const id = await killAtWork(cluster.node(0));
    const [, witness] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
    const held = await heldOn(witness);
    expect(held.operation).toMatchObject({ id, phase: 'held', changed: true });
    expect(held.operation?.reason).toMatch(/disappeared while pm\.enable sample-held was changing the database/);
    const open = held.waysOut?.filter(({ refusal }) => refusal === undefined).map(({ resolution }) => resolution);
    expect(open).toEqual(['resume', 'retry']);

    const told = await maintenance('status');
    expect(told).toMatchObject({ code: 0, json: { online: true, operation: { id, phase: 'held' } } });
    const { journal } = (await storyOf(id)) ?? { journal: [] };
    const events = journal.map(({ event }) => event);
    const turningPoints = ['operation.begun', 'node.acknowledged', 'guard.entered', 'work.first-change'] as const;
    for (const event of [...turningPoints, 'operation.settled' as const]) expect(events).toContain(event);
    expect(turningPoints.map((event) => events.indexOf(event))).toEqual(
      turningPoints.map((event) => events.indexOf(event)).sort((a, b) => a - b),
    );
    expect(JSON.stringify(journal)).not.toContain(cluster.postgres.password);

    expect(await maintenance('resolve', id, 'give-up')).toMatchObject({ code: 1 });
    const inVain = await retryInVain(id, witness);
    expect(await maintenance('resolve', inVain.id, 'retry')).toMatchObject({ code: 0, json: { ok: true } });
    const again = await ended(cluster, api, inVain.epoch, witness);
    expect(again).toMatchObject({ kind: 'pm.enable', subject: 'sample-held', result: 'done' });
    await cluster.node(0).restart();
    await serving(cluster);
    expect(await pings(cluster, 'sample-held')).toEqual(Array(3).fill('held'));
    expect(await maintenance('history', '3')).toMatchObject({
      code: 0,
      json: {
        operations: [
          { id: again.id, result: 'done' },
          { id: inVain.id, result: 'failed' },
          { id, result: 'failed' },
        ],
      },
    });
  });

  it('a frozen leader at its work keeps its place in the guard, and loses it when somebody takes it away', async () => {
    const leader = cluster.node(0);
    hold = await holdPluginWork(cluster);
    const asking = pluginAction(api, 'disable', 'sample-held', leader).catch(() => undefined);
    const { id } = await inPhase(cluster, api, cluster.node(1), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    leader.kill('SIGSTOP');
    const stuck = await eventually(cluster, 'Nobody says that the leader is silent', MINUTE, async () => {
      const status = await statusOf(api, cluster.node(1)).catch(() => undefined);
      return status?.waysOut && status;
    });
    expect(stuck.operation).toMatchObject({ id, phase: 'working' });
    expect(stuck.waysOut?.find(({ resolution }) => resolution === 'resume')?.refusal).toMatch(/still holds the guard/);
    expect(await maintenance('resolve', id, 'resume')).toMatchObject({ code: 1 });

    expect(await maintenance('resolve', id, 'give-up')).toMatchObject({ code: 0 });
    await heldOn(cluster.node(1));
    expect(await maintenance('resolve', id, 'resume')).toMatchObject({ code: 0 });
    await serving(cluster, [cluster.node(1), cluster.node(2)]);
    leader.kill('SIGCONT');
    await hold.release();
    await asking;
    await serving(cluster);
    expect(new Set(await pings(cluster, 'sample-held')).size).toBe(1);
  });

  it('people who do not look at the page were told, each piece of news once, by webhook and in the app', async () => {
    const { operations } = (await maintenance('history', '5')).json as { operations: readonly OperationRecord[] };
    const endOf = { aborted: ':failed', done: ':finished', degraded: ':finished', failed: ':held' } as const;
    const expected = operations.flatMap(({ id, result = 'done' }) => [`${id}:started`, id + endOf[result]]);
    const taken = () => people.calls.filter(({ status }) => status === 200).map(({ news }) => news.id);
    await eventually(cluster, 'Not all news has arrived', MINUTE, () => expected.every((id) => taken().includes(id)));
    expect(new Set(taken()).size).toBe(taken().length);
    expect(taken().filter((id) => id.endsWith(':held'))).toHaveLength(3);
    expect(people.calls.every(({ signature }) => /^sha256=[0-9a-f]{64}$/.test(signature))).toBe(true);
    expect((await api.get('clusterMaintenance:deliveries')).body).toMatchObject({ data: { deliveries: [] } });
    await eventually(cluster, 'Nothing has come in the app', MINUTE, async () => {
      const { body } = await api.get<{ data?: { messages?: { title: string }[] } }>('myInAppMessages:list?limit=50');
      const titles = JSON.stringify(body);
      return titles.includes('pm.enable sample-held: held') && titles.includes('pm.enable sample-held: done');
    });
  });

  /** Runs `yarn nocobase maintenance … --json` as a process of its own, on the machine of the first node. */
  async function maintenance(...args: string[]): Promise<{ code: number; json: unknown }> {
    const { code, output } = await cluster.runCli(['maintenance', ...args, '--json']);
    // The host writes lines of its log beside it, as JSON, too.
    const line = output.split('\n').find((text) => text.startsWith('{') && !text.includes('"level":'));
    if (line === undefined) throw new Error(`No JSON in the answer of ${args.join(' ')}: ${output}`);
    return { code, json: JSON.parse(line) as unknown };
  }

  async function killAtWork(leader: ClusterNode): Promise<string> {
    hold = await holdPluginWork(cluster);
    const asking = pluginAction(api, 'enable', 'sample-held', leader).catch(() => undefined);
    const { id } = await inPhase(cluster, api, cluster.node(1), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    leader.kill('SIGKILL');
    await leader.exited;
    await hold.release();
    await asking;
    return id;
  }

  /** The files of the plugin are away: what the first attempt left is held on, and nobody serves it. */
  async function retryInVain(id: string, witness: ClusterNode): Promise<OperationRecord> {
    const { plugins, storage } = cluster.slot;
    const [files, away] = [join(plugins, 'sample-held'), join(storage, 'sample-held-away')];
    renameSync(files, away);
    expect(await maintenance('resolve', id, 'retry')).toMatchObject({ code: 0, json: { ok: true } });
    const record = await eventually(cluster, 'The second attempt is not held', MINUTE, async () => {
      const { operation } = await statusOf(api, witness).catch(() => ({ operation: undefined }));
      return operation?.phase === 'held' && operation.id !== id && operation;
    });
    renameSync(away, files);
    expect(record.reason).toMatch(/^pm\.enable sample-held failed, so the database may be as .*: half-way\. /);
    expect(await Promise.all([1, 2].map((index) => cluster.node(index).ready()))).toEqual([503, 503]);
    return record;
  }

  function heldOn(node: ClusterNode): Promise<StatusBody & { operation?: OperationRecord }> {
    return eventually(cluster, 'The operation is not held', MINUTE, async () => {
      const status = await statusOf(api, node).catch(() => undefined);
      return status?.operation?.phase === 'held' && status;
    });
  }

  async function storyOf(id: string): Promise<OperationBody | undefined> {
    const url = `clusterMaintenance:get?filterByTk=${id}`;
    return (await api.at(cluster.node(1).url).get<{ data?: OperationBody }>(url)).body.data;
  }
});
