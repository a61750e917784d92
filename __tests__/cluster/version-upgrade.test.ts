import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request, type Api, type Cluster, type ClusterNode, type HostImage } from '../../tools/cluster';
import { leads } from './logs';
import { databaseVersion, makeRecords, marks, nextVersion, NEW, OLD, RECORDS } from './next-version';
import { pictureOf } from './picture';
import { expectWhole, messageOf } from './starts';
import {
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  tellStoryOnFailure,
} from './support';
import { watch, type Watch } from './watch';

const TOO_OLD = `The database is for NocoBase ${NEW}; this node runs ${OLD}. Start this node with the image of NocoBase ${NEW}.`;

describe('an upgrade to the next version, whose migration may run only once', () => {
  let cluster: Cluster;
  let api: Api;
  let image: HostImage;

  beforeEach(async () => {
    tellStoryOnFailure(() => cluster);
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3 }));
    await makeRecords(cluster);
    image = nextVersion(cluster);
  });
  afterEach(async () => {
    await cluster?.stopAll();
    image?.release();
  });

  it('by changing one node after the other', async () => {
    const [one, two, three] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    const [seen, zero] = [watch(cluster.nodes), Date.now()];
    try {
      await three.restart({}, image);
      await serving(cluster, [three]);
      const { firstChange } = await upgrade(three);
      for (const old of [one, two]) await expectOut(old);
      await one.restart({}, image);
      await serving(cluster, [three, one]);
      expectNoAnswer(seen, two, firstChange - zero);
      await expectOut(two);
      await two.restart({}, image);
      await serving(cluster);
      expectNoAnswer(seen, one, firstChange - zero, one);
    } finally {
      await seen.stop();
    }
    await expectUpgradedOnce();
  });

  it('by stopping all and starting all anew', async () => {
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    await Promise.all(cluster.nodes.map((node) => node.restart({}, image)));
    await serving(cluster);
    await expectUpgradedOnce();

    const old = await cluster.addNode();
    await eventually(cluster, 'The old node does not say that it is too old', 2 * MINUTE, async () => {
      const answer = await request(old.url, 'clusterMaintenance:ready').catch(() => undefined);
      return answer?.status === 503 && (answer.body as { reason?: string }).reason === TOO_OLD;
    });
    expect([await old.live(), messageOf((await request(old.url, 'app:getLang')).body)]).toEqual([200, TOO_OLD]);
    const { code, output } = await cluster.runCli(['upgrade']);
    expect(code, output).not.toBe(0);
    expect(output).toContain(TOO_OLD);
    expect(await databaseVersion(cluster)).toBe(NEW);
    expect(await marks(cluster)).toEqual({ rows: RECORDS, records: RECORDS, nodes: 1 });
  });

  it('whose migration fails half-way is not repeated, and the data of before come back with the old version', async () => {
    const [one, two, three] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    const before = await pictureOf(cluster);
    await three.restart({ MARKER_FAILS_AFTER: '15' }, image);
    const { id, reason } = await heldOn(one);
    expect(reason).toContain(`The upgrade from NocoBase ${OLD} to ${NEW} failed on`);
    expect(reason).toContain('The marker migration fails after 15 records.');
    expect(reason).toContain(`"yarn nocobase maintenance resolve ${id} retry"`);
    expect(three.log()).toContain(`maintenance roll-back ${id}`);

    // Neither a new node nor an old one that starts now touches what is half-way; who drained stays drained.
    await one.restart();
    await two.restart({}, image);
    for (const node of cluster.nodes)
      await eventually(cluster, `${node.name} does not tell the way out`, 2 * MINUTE, () => tells(node, id));
    expect(await marks(cluster)).toEqual({ rows: 15, records: 15, nodes: 1 });
    expect(await cli(['maintenance', 'resolve', id, 'resume'])).toContain('incomplete cannot be served');

    await Promise.all(cluster.nodes.map((node) => node.stop()));
    await cli(['maintenance', 'roll-back', id], 0);
    for (let index = 0; index < 3; index += 1) await cluster.addNode();
    await serving(cluster, cluster.nodes.slice(3));
    expect([await databaseVersion(cluster), (await marks(cluster)).rows]).toEqual([OLD, 0]);
    expect(await pictureOf(cluster)).toEqual(before);
  });

  it('whose verification fails waits for a person, who is let in on the new node alone, before any node serves', async () => {
    const [one, two, three] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await three.restart({ CLUSTER_MAINTENANCE_CHECKS: '/api/app:getLang=200, /api/nothing:list=200' }, image);
    const { id, reason } = await heldOn(one);
    expect(reason).toContain('the verification failed: /api/nothing:list answered');
    expect(await Promise.all(cluster.nodes.map((node) => node.ready()))).toEqual([503, 503, 503]);
    expect((await marks(cluster)).rows).toBe(RECORDS);

    const letIn = await api.at(three.url).post('clusterMaintenance:letIn', { operationId: id });
    expect(letIn.status).toBe(200);
    const cookie = letIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const inside = await Promise.all(
      cluster.nodes.map(({ url }) => request(url, 'app:getLang', { headers: { cookie } })),
    );
    expect(inside.map(({ status }) => status)).toEqual([503, 503, 200]);

    await cli(['maintenance', 'resolve', id, 'resume'], 0);
    await serving(cluster, [three]);
    await expectOut(one);
    await expectOut(two);
  });

  /** What the held operation says, as an old node that has drained shows it. */
  function heldOn(node: ClusterNode): Promise<{ id: string; reason: string }> {
    return eventually(cluster, 'The operation is not held', 2 * MINUTE, async () => {
      const { operation } = await statusOf(api, node);
      return operation?.phase === 'held' && { id: operation.id, reason: operation.reason ?? '' };
    });
  }

  async function tells(node: ClusterNode, id: string): Promise<boolean> {
    const answer = await request(node.url, 'app:getLang').catch(() => undefined);
    return answer?.status === 503 && messageOf(answer.body).includes(`maintenance resolve ${id}`);
  }

  async function cli(args: string[], expected?: number): Promise<string> {
    const { code, output } = await cluster.runCli(args);
    if (expected !== undefined) expect(code, output).toBe(expected);
    return output;
  }

  /** When the upgrade began to change the database, by the clock of this machine. */
  async function upgrade(node: ClusterNode): Promise<{ firstChange: number }> {
    const { lastOperation } = await eventually(cluster, 'The upgrade has not ended', MINUTE, async () => {
      const status = await statusOf(api, node);
      return status.lastOperation?.kind === 'upgrade' && !status.operation && status;
    });
    expect(lastOperation).toMatchObject({ kind: 'upgrade', changed: true, subject: `NocoBase ${NEW}` });
    const path = `clusterMaintenance:get?filterByTk=${lastOperation?.id}`;
    const { body } = await api.at(node.url).get<{ data: { journal: readonly { event: string; at: number }[] } }>(path);
    const line = body.data.journal.find(({ event }) => event === 'work.first-change');
    if (!line) throw new Error('The journal does not tell of a first change.');
    return { firstChange: line.at };
  }

  /** Alive, without traffic, and it says what to do to everybody who asks. */
  async function expectOut(node: ClusterNode): Promise<void> {
    await eventually(cluster, `${node.name} does not say why it is out`, MINUTE, async () => {
      const answer = await request(node.url, 'app:getLang');
      return answer.status === 503 && messageOf(answer.body) === TOO_OLD;
    });
    expect([await node.live(), await node.ready()]).toEqual([200, 503]);
    const probe = await request(node.url, 'clusterMaintenance:ready');
    expect(probe.body).toMatchObject({ status: 'failed', reason: TOO_OLD });
    const { nodes } = await statusOf(api, cluster.node(2));
    const row = nodes.find(({ name }) => name.endsWith(`:${node.port}`));
    expect(row).toMatchObject({ phase: 'failed', reason: TOO_OLD, version: OLD });
    expect(node.log()).toContain(TOO_OLD);
  }

  /** `until`: what it answered with its old version alone. */
  function expectNoAnswer(seen: Watch, node: ClusterNode, firstChange: number, restarted?: ClusterNode): void {
    const sights = seen.of(node).filter(({ asked, answered }) => asked > firstChange || answered > firstChange + 1_000);
    const end = restarted ? sights.findIndex(({ live }) => live === 0) : sights.length;
    expect(end, 'something was seen').toBeGreaterThan(0);
    expect(sights.slice(0, end).filter(({ api: word, ready }) => word === 200 || ready === 200)).toEqual([]);
  }

  async function expectUpgradedOnce(): Promise<void> {
    expect(await marks(cluster)).toEqual({ rows: RECORDS, records: RECORDS, nodes: 1 });
    expect(await databaseVersion(cluster)).toBe(NEW);
    expect(leads(cluster).map(({ kind }) => kind)).toEqual(['upgrade']);
    await expectWhole(cluster);
  }
});
