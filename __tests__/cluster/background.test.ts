import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Cluster } from '../../tools/cluster';
import { inPhase, operation, pluginAction } from './commands';
import { holdPluginWork, waitersOf, type Hold } from './holds';
import { eventually, installedDatabase, MINUTE, servingCluster, tellStoryOnFailure } from './support';

/** How long nothing may happen, in milliseconds: a schedule of every second would have run three times. */
const SILENCE = 3_500;

describe('scheduled work in a cluster of two nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let hold: Hold | undefined;

  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await hold?.release();
    await cluster?.stopAll();
  });

  it('runs every second while nothing else happens', async () => {
    const samples = [{ name: 'sample-quiet', version: '1.0.0', text: 'quiet' }];
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 2, samples }));
    await createScheduledWorkflow(api);
    await moreRuns(3);
  });

  it('stands still on every node while an operation works, and goes on afterwards', async () => {
    hold = await holdPluginWork(cluster);
    const enabling = operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-quiet' }, () =>
      pluginAction(api, 'enable', 'sample-quiet', cluster.node(0)),
    );
    enabling.catch(() => undefined);
    await inPhase(cluster, api, cluster.node(1), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));

    const before = await runs();
    await new Promise((resolve) => setTimeout(resolve, SILENCE));
    expect(await runs()).toEqual(before);

    await hold.release();
    await enabling;
    await moreRuns(3);
  });

  it('has done each run once, on whichever node', async () => {
    const { executions, records } = await runs();
    expect(records).toBeLessThanOrEqual(executions);
    // Those of this moment may not have written yet.
    expect(executions - records).toBeLessThanOrEqual(2);
  });

  /** Executions of the schedule, and records that they wrote. */
  async function runs(): Promise<{ executions: number; records: number }> {
    const sql = `SELECT (SELECT count(*) FROM executions)::int AS executions,
      (SELECT count(*) FROM ticks)::int AS records`;
    const [row] = await cluster.postgres.query<{ executions: number; records: number }>(cluster.database, sql);
    return row ?? { executions: 0, records: 0 };
  }

  async function moreRuns(count: number): Promise<void> {
    const before = await runs();
    await eventually(cluster, `The schedule did not run ${count} times`, MINUTE, async () => {
      const now = await runs();
      return now.executions >= before.executions + count && now.records >= before.records + count;
    });
  }
});

/** Every second it writes a record into the collection `ticks`, as an admin would set it up on the page. */
async function createScheduledWorkflow(api: Api): Promise<void> {
  const made = async (path: string, values: object): Promise<number> => {
    const { status, body } = await api.post<{ data?: { id?: number } }>(path, values);
    expect({ path, status, body }).toMatchObject({ path, status: 200 });
    return body.data?.id ?? 0;
  };
  await made('collections:create', {
    name: 'ticks',
    fields: [
      { name: 'id', type: 'bigInt', autoIncrement: true, primaryKey: true },
      { name: 'title', type: 'string' },
    ],
  });
  const id = await made('workflows:create', {
    title: 'Every second',
    type: 'schedule',
    sync: false,
    config: { mode: 0, startsOn: new Date().toISOString(), repeat: '* * * * * *' },
  });
  const config = { collection: 'ticks', params: { values: { title: 'tick' } } };
  await made(`workflows/${id}/nodes:create`, { type: 'create', title: 'Write a tick', config });
  await made(`workflows:update?filterByTk=${id}`, { enabled: true });
}
