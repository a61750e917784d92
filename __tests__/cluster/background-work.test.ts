import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Api, Cluster } from '../../tools/cluster';
import { workerPlugin } from './background-plugin';
import { addWorkflow, Marks, trigger } from './background-support';
import { inPhase, operation, pluginAction } from './commands';
import { holdPluginWork, waitersOf, type Hold } from './holds';
import { eventually, installedDatabase, MINUTE, servingCluster, statusOf, tellStoryOnFailure } from './support';

const NAMES = ['sample-a', 'sample-b', 'sample-c', 'sample-d', 'sample-e', 'sample-f', 'sample-g'];
const sample = (name: string) => ({ name, version: '1.0.0', text: name });

describe('work that nobody asked for over HTTP, in a cluster of two nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let marks: Marks;
  let hold: Hold | undefined;

  beforeAll(async () => {
    const samples = [workerPlugin, ...NAMES.map(sample)];
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 2, samples }));
    marks = new Marks(cluster);
    await enable(workerPlugin.name);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(() => hold?.release());
  afterAll(() => cluster?.stopAll());

  it('a workflow that runs 5 s is waited for by name, and the work begins when it has ended', async () => {
    const here = cluster.node(1);
    await addWorkflow(api.at(here.url), 'Five seconds', [busy(5_000), mark('five')]);
    await trigger(api.at(here.url), 'Five seconds');
    await eventually(cluster, 'It does not run', MINUTE, () => marks.isRunning('Five seconds'));

    const enabling = enable('sample-a');
    enabling.catch(() => undefined);
    const named = new RegExp(`:${here.port} \\(draining, workflow "Five seconds" for \\d s\\)$`);
    await eventually(cluster, 'It is not named', MINUTE, async () => {
      const { waitingFor } = await inPhase(cluster, api, cluster.node(1), 'draining');
      return named.test(waitingFor.join());
    });
    const { nodes } = await statusOf(api, here);
    expect(nodes.find(({ isSelf }) => isSelf)?.work).toEqual([expect.stringMatching(/^workflow "Five seconds"/)]);

    const record = await enabling;
    const [written, ...more] = await marks.of('five');
    expect(more).toEqual([]);
    expect(written?.at).toBeLessThan(await firstChange(record));
  });

  it('20 workflows that were triggered before a drain, and wait their turn, run exactly once each', async () => {
    const here = api.at(cluster.node(1).url);
    await addWorkflow(here, 'One of many', [busy(400), mark('many')]);
    await Promise.all(Array.from({ length: 20 }, () => trigger(here, 'One of many')));
    const before = await marks.count('many');
    expect(before).toBeLessThan(15);
    await enable('sample-b');
    await eventually(cluster, 'Not all 20 ran', MINUTE, async () => (await marks.count('many')) >= 20);
    await quietFor(3_000);
    expect(await marks.count('many')).toBe(20);
    expect(await marks.statuses('One of many')).toEqual({ 1: 20 });
  });

  it('a workflow that is taken up again while its node is drained goes on exactly once afterwards', async () => {
    const here = api.at(cluster.node(1).url);
    await addWorkflow(here, 'Put aside', [{ type: 'sample-aside', config: { ms: 4_000 } }, mark('aside')]);
    await addWorkflow(here, 'Delayed', [delay(45), mark('delayed'), delay(2), mark('delayed twice')]);
    hold = await holdPluginWork(cluster);
    await trigger(here, 'Put aside');
    await trigger(here, 'Delayed');
    await eventually(cluster, 'They are not put aside', MINUTE, async () => (await marks.pendingJobs()) === 2);
    const enabling = enable('sample-c');
    enabling.catch(() => undefined);
    await inPhase(cluster, api, cluster.node(1), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    await quietFor(5_000);
    expect([await marks.count('aside'), await marks.count('delayed')]).toEqual([0, 0]);
    await hold.release();
    await enabling;
    await eventually(cluster, 'They do not go on', MINUTE, async () => {
      return (await marks.count('aside')) > 0 && (await marks.count('delayed twice')) > 0;
    });
    await quietFor(4_000);
    const counts = await Promise.all(['aside', 'delayed', 'delayed twice'].map((what) => marks.count(what)));
    expect(counts).toEqual([1, 1, 1]);
  });

  it('a schedule whose time falls into the pause runs once afterwards', async () => {
    const here = api.at(cluster.node(1).url);
    const at = new Date(Date.now() + 15_000).toISOString();
    const config = { mode: 0, startsOn: at };
    await addWorkflow(here, 'Once', [mark('once')], { type: 'schedule', config });
    hold = await holdPluginWork(cluster);
    const enabling = enable('sample-d');
    enabling.catch(() => undefined);
    await inPhase(cluster, api, cluster.node(1), 'working');
    expect(Date.now()).toBeLessThan(Date.parse(at));
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    await quietFor(Date.parse(at) - Date.now() + 1_500);
    expect(await marks.count('once')).toBe(0);
    await hold.release();
    await enabling;
    await eventually(cluster, 'It did not run', MINUTE, async () => (await marks.count('once')) > 0);
    await quietFor(2_000);
    expect(await marks.count('once')).toBe(1);
  });

  it('cron jobs stand still while an operation works, and no reload makes them run twice', async () => {
    hold = await holdPluginWork(cluster);
    const enabling = enable('sample-e');
    enabling.catch(() => undefined);
    await inPhase(cluster, api, cluster.node(1), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));
    const before = await marks.count('cron');
    await quietFor(3_500);
    expect(await marks.count('cron')).toBe(before);
    await hold.release();
    await enabling;
    const after = Date.now();
    await quietFor(5_000);
    expect(await marks.busiestSecond('cron', after)).toEqual({ processes: 2, most: 1 });
  });

  it('async tasks that wait their turn run exactly once each, and those that run are waited for by name', async () => {
    const here = api.at(cluster.node(1).url);
    for (let index = 1; index <= 8; index += 1) {
      const { status } = await here.post('sampleTasks:add', { title: `task ${index}`, ms: 2_500 });
      expect(status).toBeLessThan(300);
    }
    const enabling = enable('sample-f');
    enabling.catch(() => undefined);
    await eventually(cluster, 'They are not named', MINUTE, async () => {
      const { waitingFor } = await inPhase(cluster, api, cluster.node(1), 'draining');
      return /\(draining,.* async task "task \d" for \d s/.test(waitingFor.join());
    });
    await enabling;
    await eventually(cluster, 'Not all tasks ran', MINUTE, async () => (await marks.tasks()).done === 8);
    expect(await marks.tasks()).toEqual({ done: 8, marks: 8, names: 8 });
  });

  it('a workflow that never ends makes an operation give up at its deadline, and goes on', async () => {
    const here = cluster.node(1);
    await addWorkflow(api.at(here.url), 'For ever', [busy(86_400_000, 'alive'), mark('over')]);
    await trigger(api.at(here.url), 'For ever');
    await eventually(cluster, 'It does not run', MINUTE, async () => (await marks.count('alive')) > 0);
    const answer = await pluginAction(api, 'enable', 'sample-g', cluster.node(0));
    expect(answer.status).not.toBe(200);
    const { lastOperation } = await statusOf(api, cluster.node(0));
    expect(lastOperation).toMatchObject({ kind: 'pm.enable', result: 'aborted', changed: false });
    const named = new RegExp(
      `^Not drained within 30 s: .*:${here.port} \\(draining, workflow "For ever" for \\d+ s\\)\\.`,
    );
    expect(lastOperation?.reason).toMatch(named);
    await eventually(cluster, 'Not all nodes serve', 5_000, async () => {
      return (await Promise.all(cluster.nodes.map((node) => node.ready()))).every((status) => status === 200);
    });
    const alive = await marks.count('alive');
    await eventually(cluster, 'It did not go on', MINUTE, async () => (await marks.count('alive')) > alive + 1);
  });

  function enable(name: string): Promise<OperationRecord> {
    return operation({ cluster, api }, { kind: 'pm.enable', subject: name }, () =>
      pluginAction(api, 'enable', name, cluster.node(0)),
    );
  }

  /** When the journal says that the operation began to change things. */
  async function firstChange({ id }: OperationRecord): Promise<number> {
    const { body } = await api.get<{ data?: { journal: { event: string; at: number }[] } }>(
      `clusterMaintenance:get?filterByTk=${id}`,
    );
    return body.data?.journal.find(({ event }) => event === 'work.first-change')?.at ?? NaN;
  }
});

const busy = (ms: number, title = '') => ({ type: 'sample-busy', config: { ms, title } });
const mark = (title: string) => ({ type: 'sample-mark', config: { title } });
const delay = (seconds: number) => ({ type: 'delay', config: { duration: seconds, unit: 1_000, endStatus: 1 } });

/** For so long something must not happen, so there is no event to wait for. */
function quietFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
