import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { request, type Answer, type Api, type Cluster } from '../../tools/cluster';
import { pluginAction } from './commands';
import { holdReaders, waitersOf, type Hold } from './holds';
import { enter, entered, exit, makeNotes, notesIn, readiness, refusal, secondAdmin, seen } from './manual';
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

const ROUNDS = 50;
/** Public, and answered by the app itself. */
const PUBLIC = 'app:getLang';

describe('manual maintenance of a cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;
  let petro: Api;
  let hold: Hold | undefined;

  beforeAll(async () => {
    const nodeEnv = (index: number) => ({ CLUSTER_MAINTENANCE_NODE_NAME: `node ${'abc'.charAt(index)}` });
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3, nodeEnv }));
    await makeNotes(api);
    petro = await secondAdmin(api);
    // Collections are known to the node that made them; the others load them anew.
    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await serving(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterEach(async () => {
    await hold?.release();
    const status = await statusOf(api, cluster.node(0)).catch(() => undefined);
    if (status?.operation) await exit(api, cluster.node(0), status.operation.id, { override: true });
    await serving(cluster);
  });
  afterAll(() => cluster?.stopAll());

  const get = (index: number, path = PUBLIC) => request(cluster.node(index).url, path);

  /** A request that has to wait; `answered` says whether it has not. */
  function waiting(asked: Promise<Answer>): { readonly answer: Promise<Answer>; answered: () => boolean } {
    let answered = false;
    const answer = asked.finally(() => (answered = true));
    answer.catch(() => undefined);
    return { answer, answered: () => answered };
  }

  it('stops every node but the open one; who waits is answered in less than a second after its end', async () => {
    const id = await entered(api, cluster.node(0), { openNode: 'node b', message: 'Back at noon.' });
    expect(await readiness(cluster)).toEqual([503, 200, 503]);
    expect((await get(1)).status).toBe(200);
    const held = waiting(get(2));
    expect((await statusOf(api, cluster.node(2))).endsInMs).toBeGreaterThan(3_500_000);
    expect(held.answered()).toBe(false);
    expect((await exit(api, cluster.node(1), id)).status).toBe(200);
    const since = performance.now();
    expect((await held.answer).status).toBe(200);
    expect(performance.now() - since).toBeLessThan(1_000);
    await serving(cluster);
    expect(await ended(cluster, api, 0)).toMatchObject({ id, result: 'done', reason: 'Ended by Super Admin.' });
  });

  it('stops all nodes, tells others who is at it, and is not ended by somebody else by accident', async () => {
    const id = await entered(api, cluster.node(0));
    expect(await readiness(cluster)).toEqual([503, 503, 503]);
    const command = await pluginAction(api, 'enable', 'sample', cluster.node(1));
    expect(refusal(command).slice(0, 2)).toEqual([409, 'MAINTENANCE_IN_PROGRESS']);
    const second = await enter(petro, cluster.node(2));
    expect(second).toMatchObject({
      status: 409,
      body: { errors: [{ kind: 'maintenance', phase: 'working', holder: 'node a' }] },
    });
    expect(refusal(second)[2]).toMatch(
      /^Super Admin is in maintenance \(Moving the disks\), until .* at the latest\.$/,
    );

    expect(refusal(await exit(petro, cluster.node(2), id))).toEqual([
      409,
      'MAINTENANCE_REFUSED',
      'Super Admin entered it: Moving the disks. Override that if you have to end it all the same.',
    ]);
    expect(refusal(await exit(petro, cluster.node(2), 'another')).slice(0, 2)).toEqual([409, 'MAINTENANCE_REFUSED']);
    expect(await readiness(cluster)).toEqual([503, 503, 503]);
    expect((await exit(petro, cluster.node(2), id, { override: true })).status).toBe(200);
    await serving(cluster);
  });

  it('refuses what makes no sense with one sentence', async () => {
    const tried = [{ reason: ' ' }, { scope: 'none' }, { expiresInSeconds: 0 }, { openNode: 'node x' }];
    const answers = await Promise.all(tried.map((values) => enter(api, cluster.node(0), values)));
    expect(answers.map((answer) => refusal(answer).slice(0, 2))).toEqual(
      Array(4).fill([400, 'MAINTENANCE_INVALID_REQUEST']),
    );
    expect(refusal(answers[3] as Answer)[2]).toBe('No node is called "node x"; there are: node a, node b, node c.');
    expect(await readiness(cluster)).toEqual([200, 200, 200]);
    expect((await request(cluster.node(0).url, 'clusterMaintenance:enter', { method: 'POST' })).status).toBe(401);
  });

  it('lets an admin in on every node, for this maintenance alone', async () => {
    const id = await entered(api, cluster.node(0));
    const letIn = await api.at(cluster.node(1).url).post('clusterMaintenance:letIn', { operationId: id });
    const cookie = letIn.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^cluster_maintenance=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=(900|899)$/);
    const [pass = ''] = cookie.split(';');
    for (const node of cluster.nodes) {
      expect((await api.at(node.url).get('users:list', { cookie: `other=1; ${pass}` })).status).toBe(200);
    }
    const stranger = waiting(get(0));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(stranger.answered()).toBe(false);
    await exit(api, cluster.node(0), id);
    await stranger.answer;

    const next = await entered(api, cluster.node(0));
    const late = waiting(api.at(cluster.node(0).url).get('users:list', { cookie: pass }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(late.answered()).toBe(false);
    expect((await api.post('clusterMaintenance:letIn', { operationId: id })).status).toBe(409);
    await exit(api, cluster.node(0), next);
    expect((await late.answer).status).toBe(200);
  });

  it('survives the restart of its beginner and of the open node', async () => {
    const id = await entered(api, cluster.node(0), { openNode: 'node b' });
    await Promise.all([cluster.node(0).restart(), cluster.node(1).restart()]);
    await serving(cluster, [cluster.node(1)]);
    const status = await eventually(cluster, 'The restarted node does not answer', MINUTE, async () => {
      const told = await statusOf(api, cluster.node(0)).catch(() => undefined);
      return told?.nodes.find(({ isSelf }) => isSelf)?.phase === 'drained' && told;
    });
    expect(status.operation).toMatchObject({ id, phase: 'working', maintenance: { openNode: 'node b' } });
    expect([await cluster.node(0).live(), ...(await readiness(cluster))]).toEqual([200, 503, 200, 503]);
    expect((await exit(api, cluster.node(0), id)).status).toBe(200);
    await serving(cluster);
  });

  it('ends at its time limit, although whoever began it is gone', async () => {
    const before = await epochNow(cluster, api);
    await entered(api, cluster.node(2), { expiresInSeconds: 4 });
    const since = performance.now();
    cluster.node(2).kill('SIGKILL');
    await serving(cluster, [cluster.node(0), cluster.node(1)]);
    expect(performance.now() - since).toBeGreaterThan(3_500);
    expect(performance.now() - since).toBeLessThan(6_000);
    expect(await ended(cluster, api, before)).toMatchObject({ reason: 'Its time limit of 4 s was reached.' });
    await cluster.node(2).restart();
    await serving(cluster);
  });

  it('stops writes alone: reads go on by GET and POST, and what was written meanwhile is there exactly once', async () => {
    const id = await entered(api, cluster.node(0), { scope: 'writes' });
    expect(await readiness(cluster)).toEqual([200, 200, 200]);
    for (const node of cluster.nodes) {
      const at = api.at(node.url);
      expect([(await at.get('notes:list')).status, (await at.post('notes:list')).status]).toEqual([200, 200]);
    }
    const uids = Array.from({ length: 30 }, (_, index) => `note ${String(index).padStart(2, '0')}`);
    const written = uids.map((uid, index) =>
      waiting(api.at(cluster.node(index % 3).url).post('notes:create', { uid })),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(written.some(({ answered }) => answered())).toBe(false);
    expect(await notesIn(cluster)).toEqual([]);
    expect((await exit(api, cluster.node(1), id)).status).toBe(200);
    const since = performance.now();
    await Promise.race(written.map(({ answer }) => answer));
    expect(performance.now() - since).toBeLessThan(1_000);
    expect((await Promise.all(written.map(({ answer }) => answer))).map(({ status }) => status)).toEqual(
      Array(30).fill(200),
    );
    expect(await notesIn(cluster)).toEqual(uids);
  });

  it('is entered and ended from a shell', async () => {
    const before = await epochNow(cluster, api);
    const run = (...words: string[]) => cluster.runCli(['maintenance', ...words, '--json']);
    expect((await run('enter')).code).toBe(1);
    const { code, output } = await run(
      'enter',
      '--reason',
      'By hand',
      '--scope',
      'all',
      '--expires',
      '600',
      '--open',
      'node c',
    );
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('"ok":true') as string });
    expect(await readiness(cluster)).toEqual([503, 503, 200]);
    const id = await seen(cluster, api, cluster.node(1));
    expect(refusal(await exit(api, cluster.node(1), id))[0]).toBe(409);
    expect((await run('exit', '--reason', 'Done.')).code).toBe(0);
    await serving(cluster);
    expect(await ended(cluster, api, before)).toMatchObject({
      id,
      reason: expect.stringMatching(/^Ended by .*\(CLI\)\. Done\.$/) as string,
    });
  });

  it(`never hangs when it is ended while nodes still drain, ${ROUNDS} times`, async () => {
    hold = await holdReaders(cluster, 'notes');
    const reading = api.at(cluster.node(2).url).get('notes:list');
    reading.catch(() => undefined);
    await eventually(cluster, 'The slow request is not under way', MINUTE, () => waitersOf(cluster, 'notes'));
    const slow: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const asking = enter(api, cluster.node(round % 3), { scope: round % 2 === 0 ? 'all' : 'writes' });
      const id = await seen(cluster, api, cluster.node((round + 1) % 3));
      await new Promise((resolve) => setTimeout(resolve, (round * 37) % 120));
      await exit(api, cluster.node((round + 2) % 3), id);
      const since = performance.now();
      await serving(cluster);
      slow.push(performance.now() - since);
      expect([200, 409]).toContain((await asking).status);
    }
    console.info(`Served again after ${Math.round(Math.max(...slow))} ms at most.`);
    expect(Math.max(...slow)).toBeLessThan(1_000);
    await hold.release();
    expect((await reading).status).toBe(200);
  });
});
