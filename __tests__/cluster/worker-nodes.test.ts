import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Api, Cluster } from '../../tools/cluster';
import { workerPlugin } from './background-plugin';
import { addWorkflow, Marks, trigger } from './background-support';
import { inPhase, operation, pings, pluginAction } from './commands';
import { eventually, installedDatabase, MINUTE, servingCluster, statusOf, tellStoryOnFailure } from './support';

/** One node that serves the app and takes no jobs, and one that only works on jobs. */
const MODES = ['!', 'workflow:process,async-task:process'];

describe('a node that only works on jobs (WORKER_MODE)', () => {
  let cluster: Cluster;
  let api: Api;
  let marks: Marks;

  beforeAll(async () => {
    const samples = [
      workerPlugin,
      ...['sample-a', 'sample-b', 'sample-c'].map((name) => ({ name, version: '1.0.0', text: name })),
    ];
    ({ cluster, api } = await servingCluster({
      database: await installedDatabase(),
      nodes: 2,
      samples,
      nodeEnv: (index) => ({ WORKER_MODE: MODES[index] }),
    }));
    marks = new Marks(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('is a node: it is in the roster, drains, acknowledges and comes back with the new plugin', async () => {
    const record = await enable(workerPlugin.name, 0);
    const { nodes } = await statusOf(api, cluster.node(0));
    expect(nodes.map(({ phase, role }) => `${role} ${phase}`)).toEqual(['app serving', 'app serving']);
    expect(await acknowledged(record)).toEqual([cluster.node(0).port, cluster.node(1).port].sort());
    expect(await pings(cluster, workerPlugin.name)).toEqual(['works', 'works']);
  });

  it('does the jobs that were queued on the other node exactly once, after it has come back', async () => {
    const here = api.at(cluster.node(0).url);
    await addWorkflow(here, 'Job', [{ type: 'sample-mark', config: { title: 'job' } }]);
    for (let index = 0; index < 5; index += 1) await trigger(here, 'Job');
    await eventually(cluster, 'They are not queued', MINUTE, async () => {
      return (await marks.statuses('Job'))['null'] === 5;
    });
    expect(await marks.count('job')).toBe(0);
    await enable('sample-a', 0);
    await eventually(cluster, 'The jobs are not done', MINUTE, async () => (await marks.count('job')) >= 5);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await marks.of('job')).map(({ process }) => process)).toEqual(Array(5).fill(cluster.node(1).pid));
    expect(await marks.statuses('Job')).toEqual({ 1: 5 });
  });

  it('is waited for by name while it works on one', async () => {
    const here = api.at(cluster.node(0).url);
    await addWorkflow(here, 'Long job', [
      { type: 'sample-busy', config: { ms: 15_000 } },
      { type: 'sample-mark', config: { title: 'long' } },
    ]);
    await trigger(here, 'Long job');
    // Its start is what makes the worker look for jobs.
    await enable('sample-b', 0);
    await eventually(cluster, 'It does not run', MINUTE, () => marks.isRunning('Long job'));
    const enabling = enable('sample-c', 0);
    enabling.catch(() => undefined);
    const named = new RegExp(`:${cluster.node(1).port} \\(draining, workflow "Long job" for \\d+ s\\)$`);
    await eventually(cluster, 'It is not named', MINUTE, async () => {
      return named.test((await inPhase(cluster, api, cluster.node(1), 'draining')).waitingFor.join());
    });
    await enabling;
    expect(await marks.count('long')).toBe(1);
    expect(await marks.statuses('Long job')).toEqual({ 1: 1 });
  });

  it('may lead an operation, too', async () => {
    const record = await operation({ cluster, api }, { kind: 'pm.disable', subject: 'sample-a' }, () =>
      pluginAction(api, 'disable', 'sample-a', cluster.node(1)),
    );
    expect(record.leader.name).toContain(`:${cluster.node(1).port}`);
    expect(await pings(cluster, 'sample-a')).toEqual([404, 404]);
  });

  function enable(name: string, leader: number): Promise<OperationRecord> {
    return operation({ cluster, api }, { kind: 'pm.enable', subject: name }, () =>
      pluginAction(api, 'enable', name, cluster.node(leader)),
    );
  }

  /** Ports of the nodes that said that they had drained for this operation. */
  async function acknowledged({ id }: OperationRecord): Promise<number[]> {
    const { body } = await api.get<{ data?: { journal: { event: string; node: { name: string } }[] } }>(
      `clusterMaintenance:get?filterByTk=${id}`,
    );
    const lines = body.data?.journal.filter(({ event }) => event === 'node.acknowledged') ?? [];
    return [...new Set(lines.map(({ node }) => Number(node.name.split(':').pop())))].sort();
  }
});
