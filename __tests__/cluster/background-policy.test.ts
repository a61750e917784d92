import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Api, Cluster, ClusterNode } from '../../tools/cluster';
import { workerPlugin } from './background-plugin';
import { addWorkflow, Marks, trigger } from './background-support';
import { operation, pings, pluginAction } from './commands';
import { ended, epochNow, eventually, installedDatabase, MINUTE, servingCluster, tellStoryOnFailure } from './support';

const POLICIES = ['wait', 'go-on', 'abort'] as const;
const DEADLINE = 8_000;

describe('a workflow that never ends, on nodes with different settings', () => {
  let cluster: Cluster;
  let api: Api;
  let marks: Marks;

  beforeAll(async () => {
    const samples = [workerPlugin, ...['sample-a', 'sample-b'].map((name) => ({ name, version: '1.0.0', text: name }))];
    ({ cluster, api } = await servingCluster({
      database: await installedDatabase(),
      nodes: POLICIES.length,
      samples,
      env: { CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: `${DEADLINE}` },
      nodeEnv: (index) => ({ CLUSTER_MAINTENANCE_BACKGROUND: POLICIES[index] }),
    }));
    marks = new Marks(cluster);
    await done('go-on', workerPlugin.name);
    await startEndless();
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('makes a leader that does not wait give up at once, and goes on', async () => {
    const before = await epochNow(cluster, api);
    const began = Date.now();
    await pluginAction(api, 'enable', 'sample-a', nodeWith('abort'));
    const record = await ended(cluster, api, before);
    expect(Date.now() - began).toBeLessThan(DEADLINE / 2);
    const reason = `Background work runs, which is not waited for: .*:${nodeWith('go-on').port} \\(workflow "For ever"`;
    expect(record).toMatchObject({ result: 'aborted', changed: false });
    expect(record.reason).toMatch(new RegExp(reason));
    await goesOn();
  });

  it('is cut off on a node that goes on without it, and writes nothing while the leader works', async () => {
    const record = await done('wait', 'sample-a');
    expect(await pings(cluster, 'sample-a')).toEqual(Array(3).fill('sample-a'));
    const changed = await firstChange(record);
    expect(changed - record.startedAt).toBeGreaterThan(DEADLINE / 2);
    const alive = await marks.of('alive');
    expect(alive.length).toBeGreaterThan(3);
    expect(alive.filter(({ at }) => at > changed)).toEqual([]);
    // As after a crash: nobody says that it has ended.
    expect(await marks.statuses('For ever')).toEqual({ 0: 1 });
  });

  it('is left to itself by a leader that goes on without it, and the operation ends well', async () => {
    await startEndless();
    const record = await done('go-on', 'sample-b');
    expect((await firstChange(record)) - record.startedAt).toBeGreaterThan(DEADLINE / 2);
    expect(await pings(cluster, 'sample-b')).toEqual(Array(3).fill('sample-b'));
  });

  function nodeWith(policy: (typeof POLICIES)[number]): ClusterNode {
    return cluster.node(POLICIES.indexOf(policy));
  }

  function done(policy: (typeof POLICIES)[number], name: string): Promise<OperationRecord> {
    return operation({ cluster, api }, { kind: 'pm.enable', subject: name }, () =>
      pluginAction(api, 'enable', name, nodeWith(policy)),
    );
  }

  async function startEndless(): Promise<void> {
    const here = api.at(nodeWith('go-on').url);
    const steps = [{ type: 'sample-busy', config: { ms: 86_400_000, title: 'alive' } }];
    if ((await marks.count('alive')) === 0) await addWorkflow(here, 'For ever', steps);
    await trigger(here, 'For ever');
    await goesOn();
  }

  async function goesOn(): Promise<void> {
    const before = await marks.count('alive');
    await eventually(cluster, 'It does not go on', MINUTE, async () => (await marks.count('alive')) > before + 1);
  }

  /** When the journal says that the operation began to change things. */
  async function firstChange({ id }: OperationRecord): Promise<number> {
    const { body } = await api.get<{ data?: { journal: { event: string; at: number }[] } }>(
      `clusterMaintenance:get?filterByTk=${id}`,
    );
    return body.data?.journal.find(({ event }) => event === 'work.first-change')?.at ?? NaN;
  }
});
