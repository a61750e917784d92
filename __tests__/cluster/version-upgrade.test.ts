import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request, type Api, type Cluster, type ClusterNode, type HostImage } from '../../tools/cluster';
import { leads } from './logs';
import { databaseVersion, makeRecords, marks, nextVersion, NEW, OLD, RECORDS } from './next-version';
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
  });

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
