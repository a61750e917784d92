import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request, type Api, type Cluster, type ClusterNode, type HostImage } from '../../tools/cluster';
import { enableAll } from './commands';
import { leads } from './logs';
import { contentsOf, mariadbStage, versionIn, type MariadbStage } from './mariadb-stage';
import { nextVersion, NEW, OLD, RECORDS } from './next-version';
import { messageOf } from './starts';
import { eventually, MINUTE, serving, servingCluster, statusOf, tellStoryOnFailure } from './support';

const TOO_OLD = `The database is for NocoBase ${NEW}; this node runs ${OLD}. Start this node with the image of NocoBase ${NEW}.`;

describe('an upgrade to the next version on MariaDB, whose migration may run only once', () => {
  let stage: MariadbStage;
  let cluster: Cluster;
  let api: Api;
  let image: HostImage;

  beforeEach(async () => {
    tellStoryOnFailure(() => cluster);
    stage = await mariadbStage();
    const { database, env } = stage;
    ({ cluster, api } = await servingCluster({ database, nodes: 3, env }));
    await makeRecords();
    image = nextVersion(cluster);
  });
  afterEach(async () => {
    await cluster?.stopAll();
    image?.release();
    await stage?.stop();
  });

  it('by changing one node after the other: the old ones stay out and say why', async () => {
    const [one, two, three] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await three.restart({}, image);
    await serving(cluster, [three]);
    for (const old of [one, two]) await expectOut(old);
    await one.restart({}, image);
    await serving(cluster, [three, one]);
    await expectOut(two);
    await two.restart({}, image);
    await serving(cluster);
    await expectUpgradedOnce();
  });

  it('by stopping all and starting all anew', async () => {
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    await Promise.all(cluster.nodes.map((node) => node.restart({}, image)));
    await serving(cluster);
    await expectUpgradedOnce();
  });

  it('that fails half-way is held, not repeated, and rolled back from a shell of the old version', async () => {
    if (!(await isEnabled('backups'))) await enableAll({ cluster, api }, ['backups']);
    const before = await contentsOf(stage);
    await cluster.node(2).restart({ MARKER_FAILS_AFTER: '15' }, image);
    const { operation } = await eventually(cluster, 'The operation is not held', 3 * MINUTE, async () => {
      const status = await statusOf(api, cluster.node(0)).catch(() => undefined);
      return status?.operation?.phase === 'held' && status;
    });
    expect(operation?.reason).toContain('The marker migration fails after 15 records.');
    await cluster.node(1).restart({}, image);
    await eventually(cluster, 'The second new node does not wait', 2 * MINUTE, async () => {
      const answer = await request(cluster.node(1).url, 'app:getLang').catch(() => undefined);
      return answer?.status === 503 && messageOf(answer.body).includes(`resolve ${operation?.id}`);
    });
    expect(await marks()).toEqual({ rows: 15, records: 15, nodes: 1 });

    await Promise.all(cluster.nodes.map((node) => node.stop()));
    const { code, output } = await cluster.runCli(['maintenance', 'roll-back', operation?.id ?? '']);
    expect(code, output).toBe(0);
    for (let index = 0; index < 3; index += 1) await cluster.addNode();
    await serving(cluster, cluster.nodes.slice(3));
    expect(await versionIn(stage)).toBe(OLD);
    expect(await contentsOf(stage)).toEqual(before);
  });

  async function isEnabled(name: string): Promise<boolean> {
    const rows = await stage.query(`SELECT enabled FROM applicationPlugins WHERE name = '${name}'`);
    return Number(rows[0]?.enabled) === 1;
  }

  async function makeRecords(): Promise<void> {
    const rows = Array.from({ length: RECORDS }, (_, index) => `(${index + 1})`).join(', ');
    await stage.query('CREATE TABLE upgrade_records (id INT PRIMARY KEY)');
    await stage.query('CREATE TABLE upgrade_marks (record INT, node VARCHAR(20))');
    await stage.query(`INSERT INTO upgrade_records VALUES ${rows}`);
  }

  async function marks(): Promise<{ rows: number; records: number; nodes: number }> {
    const sql =
      'SELECT count(*) AS n, count(DISTINCT record) AS records, count(DISTINCT node) AS nodes FROM upgrade_marks';
    const [row] = await stage.query(sql);
    return { rows: Number(row?.n), records: Number(row?.records), nodes: Number(row?.nodes) };
  }

  /** Alive, without traffic, and it says what to do to everybody who asks. */
  async function expectOut(node: ClusterNode): Promise<void> {
    await eventually(cluster, `${node.name} does not say why it is out`, MINUTE, async () => {
      const answer = await request(node.url, 'app:getLang').catch(() => undefined);
      return answer?.status === 503 && messageOf(answer.body) === TOO_OLD;
    });
    expect([await node.live(), await node.ready()]).toEqual([200, 503]);
  }

  async function expectUpgradedOnce(): Promise<void> {
    expect(await marks()).toEqual({ rows: RECORDS, records: RECORDS, nodes: 1 });
    expect(await versionIn(stage)).toBe(NEW);
    expect(leads(cluster).filter(({ kind }) => kind === 'upgrade')).toHaveLength(1);
  }
});
