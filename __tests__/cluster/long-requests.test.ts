import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Cluster } from '../../tools/cluster';
import { inPhase, operation, pluginAction } from './commands';
import { followDrain, writeTable, type Drain, type Row } from './drain-table';
import { holdReaders, waitersOf } from './holds';
import { LONG, longPlugin, ROWS } from './long-plugin';
import {
  abandoned,
  createLongWorkflow,
  halfAnUpload,
  importRows,
  lasting,
  longWorkflow,
  stream,
  untilTold,
  type Work,
} from './long-work';
import {
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  tellStoryOnFailure,
} from './support';
import { openSocket, type OpenSocket } from './websocket';

/** Longer than the longest request that ends by itself, in seconds. */
const DEADLINE = 12;
/** What is under way is let go so long after the drain has named it, in milliseconds. */
const LATER = 2_500;
const SUBJECT = 'sample-subject';

describe('what long work on one node does to the drain for an operation of another', () => {
  let cluster: Cluster;
  let api: Api;
  /** The follower, where everything long happens. */
  let there: Api;
  let socket: OpenSocket;
  const rows: Row[] = [];
  let enabled = false;

  beforeAll(async () => {
    const samples = [longPlugin, { name: SUBJECT, version: '1.0.0', text: 'subject' }];
    const env = {
      CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: `${DEADLINE * 1_000}`,
    };
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 2, samples, env }));
    there = api.at(cluster.node(1).url);
    await operation({ cluster, api }, { kind: 'pm.enable', subject: LONG }, () =>
      pluginAction(api, 'enable', LONG, cluster.node(0)),
    );
    await createLongWorkflow(there);
    socket = await openSocket(cluster.node(1));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    writeTable(rows);
    socket?.end();
    await cluster?.stopAll();
  });

  /** Enables or disables a plugin on the first node, while the work is under way on the second. */
  async function drainBeside(what: string, work: Work, letGo: 'later' | 'afterwards'): Promise<Drain> {
    const action = enabled ? 'disable' : 'enable';
    const go = () => void setTimeout(() => void work.letGo(), LATER);
    const act = () => pluginAction(api, action, SUBJECT, cluster.node(0));
    const drain = await followDrain({ cluster, api }, cluster.node(1), act, letGo === 'later' ? go : undefined);
    const { result = '' } = drain.record;
    if (result === 'done') enabled = !enabled;
    await serving(cluster);
    if (letGo === 'afterwards') await work.letGo();
    rows.push({ what, waited: drain.waited, told: drain.told, result, answered: await work.answered });
    return drain;
  }

  async function underWay(count = 1): Promise<void> {
    await eventually(cluster, `There are not ${count} requests under way`, MINUTE, async () => {
      return (await statusOf(api, cluster.node(1))).nodes.some((node) => node.isSelf && node.inFlight === count);
    });
  }

  const last = () => rows.at(-1);
  const named = (words: string) =>
    new RegExp(`:${cluster.node(1).port} \\(draining, 1 request under way: ${words}\\)$`);

  it('a request of 10 s is waited for and answered', async () => {
    const work = lasting(there, 10_000);
    await underWay();
    const { record, told, waited } = await drainBeside('a request of 10 s', work, 'afterwards');
    expect(record.result).toBe('done');
    expect(last()?.answered).toBe('200 whole');
    expect(told).toMatch(named('POST long:last for \\d+ s'));
    expect(waited).toBeGreaterThan(7);
    expect(waited).toBeLessThan(DEADLINE);
  });

  it('a request that never ends makes the operation give up at the deadline, with its name, and goes on', async () => {
    const work = untilTold(there);
    await underWay();
    const { record, waited } = await drainBeside('a request that never ends', work, 'afterwards');
    expect(record).toMatchObject({ result: 'aborted', changed: false });
    expect(record.reason).toMatch(/^Not drained within 12 s: [^,]+, 1 request under way: POST long:last for 1\d s\)\./);
    expect(waited).toBeGreaterThan(DEADLINE - 1);
    expect(waited).toBeLessThan(DEADLINE + 3);
    expect(last()?.answered).toBe('200 whole');
  });

  it('a request whose client has gone is waited for all the same', async () => {
    const work = abandoned(there);
    await underWay();
    expect(await work.answered).toBe('nobody who reads it');
    const { record, told } = await drainBeside('a request whose client has gone', work, 'later');
    expect(record.result).toBe('done');
    expect(told).toMatch(named('POST long:last for \\d+ s'));
  });

  it('an upload in its middle is waited for and stored', async () => {
    const work = halfAnUpload(there, 'long-upload.txt');
    await underWay();
    const { record, told } = await drainBeside('an upload in its middle', work, 'later');
    expect(record.result).toBe('done');
    expect(last()?.answered).toBe('200');
    expect(told).toMatch(named('POST attachments:create \\(upload\\) for \\d+ s'));
    const stored = await cluster.postgres.query<{ size: number }>(
      cluster.database,
      `SELECT size::int AS size FROM attachments WHERE title = 'long-upload'`,
    );
    expect(stored).toEqual([{ size: 2_000_000 }]);
  });

  it('a stream of events is waited for until it has ended', async () => {
    const work = stream(there);
    await underWay();
    const { record, told } = await drainBeside('an SSE stream', work, 'later');
    expect(record.result).toBe('done');
    expect(last()?.answered).toBe('200 data: last');
    expect(told).toMatch(named('GET long:stream \\(stream\\) for \\d+ s'));
  });

  it('an import is waited for and stores every row once', async () => {
    const hold = await holdReaders(cluster, ROWS);
    const work = importRows(there, 20, () => hold.release());
    await eventually(cluster, 'The import does not write', MINUTE, () => waitersOf(cluster, ROWS));
    const { record, told } = await drainBeside('an import (20 rows of a spreadsheet)', work, 'later');
    expect(record.result).toBe('done');
    expect(last()?.answered).toBe('200 20 rows');
    expect(told).toMatch(named('POST longRows:importXlsx \\(import\\) for \\d+ s'));
    const sql = `SELECT count(*)::int AS all, count(DISTINCT title)::int AS different FROM "${ROWS}"`;
    expect(await cluster.postgres.query(cluster.database, sql)).toEqual([{ all: 20, different: 20 }]);
  });

  it('a workflow of 5 s is waited for and runs once', async () => {
    const work = await longWorkflow(there, () => workflowEnded(1), 5_000);
    await workflowBegun(1);
    const { record, waited } = await drainBeside('a workflow that runs 5 s', work, 'afterwards');
    expect(record.result).toBe('done');
    expect(waited).toBeGreaterThan(3);
    expect(await executions()).toEqual([1]);
    expect(last()?.answered).toBe('it has run once');
  });

  it('a workflow that never ends makes the operation give up at the deadline, and goes on', async () => {
    const work = await longWorkflow(there, () => workflowEnded(2));
    await workflowBegun(2);
    const { record, waited } = await drainBeside('a workflow that never ends', work, 'afterwards');
    expect(record).toMatchObject({ result: 'aborted', changed: false });
    expect(record.reason).toMatch(new RegExp(`^Not drained within 12 s: .*:${cluster.node(1).port} \\(draining`));
    expect(waited).toBeGreaterThan(DEADLINE - 1);
    expect(await executions()).toEqual([1, 1]);
  });

  it('the request that started the operation is never waited for by its own leader', async () => {
    const action = enabled ? 'disable' : 'enable';
    let answered = false;
    const asked = pluginAction(api, action, SUBJECT, cluster.node(0)).finally(() => (answered = true));
    await inPhase(cluster, api, cluster.node(1), 'working');
    const leader = (await statusOf(api, cluster.node(1))).nodes.find(({ isLeader }) => isLeader);
    expect(answered).toBe(false);
    expect(leader?.inFlight).toBe(0);
    expect((await asked).status).toBe(200);
    enabled = !enabled;
    await serving(cluster);
  });

  it('a websocket stays open all along, and tells that it takes longer, and when that is over', async () => {
    await eventually(cluster, 'The websocket was not told', MINUTE, () => socket.messages.length > 0);
    const codes = socket.messages.map(({ payload }) => payload?.code);
    const told = socket.messages.filter(({ payload }) => payload?.code === 'CLUSTER_MAINTENANCE');
    expect(told.length).toBeGreaterThanOrEqual(4);
    for (const { type, payload } of told) {
      expect({ type, payload }).toMatchObject({
        type: 'maintaining',
        payload: {
          message: expect.stringMatching(/ runs pm\.(en|dis)able sample-subject\.$|^This node loads /) as string,
        },
      });
    }
    expect(told[0]?.payload?.message).toMatch(/ runs pm\.(en|dis)able sample-subject\.$/);
    // Those of a kind that there was before.
    expect(told.some(({ payload }) => typeof payload?.expectedInSeconds === 'number')).toBe(true);
    expect(codes.lastIndexOf('APP_RUNNING')).toBeGreaterThan(codes.lastIndexOf('CLUSTER_MAINTENANCE'));
    expect(socket.isOpen()).toBe(true);
    expect(socket.closed()).toBe(0);
  });

  async function workflowEnded(count: number): Promise<string> {
    await eventually(cluster, 'The workflow did not end', MINUTE, async () => {
      const statuses = await executions();
      return statuses.length === count && statuses.every((status) => status === 1);
    });
    return 'it has run once';
  }

  /** Statuses of the workflow's executions: 0 while it runs, 1 when it has ended well. */
  async function executions(): Promise<(number | null)[]> {
    const sql = 'SELECT status::int AS status FROM executions ORDER BY id';
    const found = await cluster.postgres.query<{ status: number | null }>(cluster.database, sql);
    return found.map(({ status }) => status);
  }

  async function workflowBegun(count: number): Promise<void> {
    await eventually(cluster, 'The workflow did not begin', MINUTE, async () => {
      const statuses = await executions();
      return statuses.length === count && statuses.at(-1) === 0;
    });
  }
});
