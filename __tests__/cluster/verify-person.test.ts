import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { request, type Api, type Cluster, type ClusterNode, type HostImage } from '../../tools/cluster';
import { databaseVersion, makeRecords, marks, nextVersion, NEW, OLD, RECORDS } from './next-version';
import { pictureOf, type Picture } from './picture';
import {
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  tellStoryOnFailure,
} from './support';

const ENV = { CLUSTER_MAINTENANCE_VERIFY: 'person' };

describe('an upgrade to the next version that waits for a person', () => {
  let cluster: Cluster;
  let api: Api;
  let image: HostImage;
  let before: Picture;

  beforeEach(async () => {
    tellStoryOnFailure(() => cluster);
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3, env: ENV }));
    await makeRecords(cluster);
    before = await pictureOf(cluster);
    image = nextVersion(cluster);
  });
  afterEach(async () => {
    await cluster?.stopAll();
    image?.release();
  });

  it('serves nobody but admins on the node that did it, until one of them resumes it', async () => {
    const [one, two, three] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await three.restart({}, image);
    const held = await heldOn(one);
    expect(held).toMatchObject({ kind: 'upgrade', versions: { from: OLD, to: NEW } });
    expect(await words()).toEqual([503, 503, 503]);
    expect(await marks(cluster)).toEqual({ rows: RECORDS, records: RECORDS, nodes: 1 });

    const letIn = await api.at(three.url).post('clusterMaintenance:letIn', { operationId: held.id });
    expect(letIn.status).toBe(200);
    const headers = { cookie: letIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
    const inside = await Promise.all(cluster.nodes.map(({ url }) => request(url, 'app:getLang', { headers })));
    expect(inside.map(({ status }) => status)).toEqual([503, 503, 200]);
    // Another new node that starts meanwhile waits for the person, too.
    await two.restart({}, image);
    await eventually(cluster, 'The second new node does not wait', 2 * MINUTE, async () => {
      const { nodes } = await statusOf(api, one);
      return nodes.find(({ name }) => name.endsWith(`:${two.port}`))?.phase === 'waiting' && (await two.live()) === 200;
    });
    expect(await words()).toEqual([503, 503, 503]);

    const answer = await api
      .at(three.url)
      .post('clusterMaintenance:resolve', { operationId: held.id, resolution: 'resume' });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    await serving(cluster, [two, three]);
    await one.restart({}, image);
    await serving(cluster);
    expect((await statusOf(api, three)).lastOperation).toMatchObject({ id: held.id, result: 'done' });
    expect(await marks(cluster)).toEqual({ rows: RECORDS, records: RECORDS, nodes: 1 });
  });

  it('goes back to the version and the data of before when that person says so', async () => {
    const three = cluster.node(2);
    await three.restart({}, image);
    const held = await heldOn(cluster.node(0));
    expect(held.backup?.file).toMatch(/^before-upgrade_/);
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    const { code, output } = await cluster.runCli(['maintenance', 'roll-back', held.id]);
    expect(code, output).toBe(0);
    for (let index = 0; index < 3; index += 1) await cluster.addNode();
    await serving(cluster, cluster.nodes.slice(3));
    expect(await databaseVersion(cluster)).toBe(OLD);
    expect(await pictureOf(cluster)).toEqual(before);
  });

  /** What the held operation says, as an old node that has drained shows it. */
  function heldOn(node: ClusterNode): Promise<OperationRecord> {
    return eventually(cluster, 'The operation is not held', 3 * MINUTE, async () => {
      const status = await statusOf(api, node).catch(() => undefined);
      return status?.operation?.phase === 'held' && status.operation;
    });
  }

  function words(): Promise<number[]> {
    return Promise.all(cluster.nodes.map((node) => node.ready()));
  }
});
