import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed, onTestFinished } from 'vitest';
import type { ClusterNode } from '../../tools/cluster';
import { picture } from './pictures';
import { openPages, openStage, PAGE, type Stage } from './stage';
import { busyRequest } from './trouble';
import { isIdle, savedTitle, typist } from './typing';

/** How long a drain is made to last, in milliseconds. */
const LASTS = 20_000;
/** What one open page may ask for in that time: it looks 6 times whether its node serves again. */
const MOST_REQUESTS = 8;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('somebody who types while the nodes drain', () => {
  let stage: Stage;
  let leader: ClusterNode;
  let follower: ClusterNode;

  beforeAll(async () => {
    stage = await openStage({ nodes: 2, drainDeadline: 40_000, hold: 30_000 });
    [leader, follower] = [stage.cluster.node(0), stage.cluster.node(1)];
    // From now on it is known how long such operations take.
    for (const action of ['enable', 'disable'] as const) {
      expect((await act(action)).status).toBe(200);
      await isIdle(stage, follower);
    }
  });
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      const name = task.name.replace(/\W+/g, '-').slice(0, 60);
      for (const [index, page] of openPages(stage).entries()) await picture(page, `failed-${name}-${index}`);
    });
  });
  afterAll(async () => {
    await stage?.close();
  });

  const act = (action: 'enable' | 'disable') =>
    stage.admin.at(leader.url).post(`pm:${action}?filterByTk=departments&awaitResponse=true`);

  /** Ended with the test at the latest: the next one has a drain of its own. */
  async function busy(): Promise<() => void> {
    const end = await busyRequest(stage, follower);
    onTestFinished(end);
    return end;
  }

  async function cancel(): Promise<void> {
    const { body } = await stage.admin.get<{ data: { operation: { id: string } } }>('clusterMaintenance:status');
    await stage.admin.post('clusterMaintenance:cancel', { operationId: body.data.operation.id });
  }

  it.each([
    { lane: '', name: 'v1', action: 'enable', end: 'is done' },
    { lane: '/v', name: 'v2', action: 'disable', end: 'is cancelled' },
  ] as const)('sees in $name what is going on, and goes on where they were when it $end', async (row) => {
    const { page, screen, ...form } = await typist(stage, follower, row.lane);
    await form.type(`Typed in ${row.name}`);
    const endRequest = await busy();
    const before = form.requests().length;
    const acting = act(row.action);
    const until = pause(LASTS);
    await screen.waitFor();
    // On a quick machine such operations take no longer than it takes until browsers are told.
    await screen.getByText(/Expected to end in about \d+ s|It should end any moment now/).waitFor();
    await picture(page, `typing-${row.name}`);
    expect(await screen.getByRole('button').count()).toBe(0);
    await screen.getByText('It should end any moment now.').waitFor();
    await until;
    const asked = form.requests().slice(before);
    expect(asked.length, asked.join(', ')).toBeLessThanOrEqual(MOST_REQUESTS);
    console.info(`${row.name}: ${asked.length} requests in ${LASTS / 1_000} s: ${asked.join(', ')}`);

    if (row.end === 'is cancelled') await cancel();
    endRequest();
    expect((await acting).status).toBe(row.end === 'is done' ? 200 : 409);
    await screen.waitFor({ state: 'detached' });
    expect(await form.typed()).toBe(`Typed in ${row.name}`);
    expect(await form.isSame()).toBe(true);
    await isIdle(stage, follower);
    await form.save();
    expect(await savedTitle(stage)).toBe(`Typed in ${row.name}`);
    await page.close();
  });

  it('and the page about the cluster names what the nodes wait for, with its age', async () => {
    const watcher = await stage.open(stage.regular, `${leader.url}${PAGE}`);
    await watcher.isIdle();
    const endRequest = await busy();
    const acting = act('disable');
    await watcher.says(/\(draining, 1 request under way: POST attachments:create for \d+ s\)/);
    await watcher.says('Still answers');
    await watcher.says('0:03');
    await picture(watcher.page, 'under-way-en');
    await cancel();
    endRequest();
    expect((await acting).status).toBe(409);
    await isIdle(stage, follower);
    await watcher.page.close();
  });

  it.each([
    { lane: '', name: 'v1', action: 'disable' },
    { lane: '/v', name: 'v2', action: 'enable' },
  ] as const)('keeps the page in $name also where the plugin is changed, and is told to load it anew', async (row) => {
    const { page, ...form } = await typist(stage, leader, row.lane);
    await form.type(`Kept in ${row.name}`);
    // The host's notices go away by themselves.
    const advice = page.getByText('The plugins have changed since this page was opened.').waitFor();
    const [{ status }] = await Promise.all([act(row.action), advice]);
    expect(status).toBe(200);
    await picture(page, `kept-${row.name}`);
    await isIdle(stage, leader);
    expect(await form.typed()).toBe(`Kept in ${row.name}`);
    expect(await form.isSame()).toBe(true);
    await form.save();
    expect(await savedTitle(stage)).toBe(`Kept in ${row.name}`);
    await page.close();
  });

  it('is not disturbed at all when it is over in a moment: what they save waits and is stored', async () => {
    const { page, screen, ...form } = await typist(stage, follower, '');
    await form.type('Saved meanwhile');
    const endRequest = await busy();
    const acting = act('disable');
    await expect.poll(() => follower.ready()).toBe(503);
    const saved = form.save();
    await pause(1_000);
    await cancel();
    endRequest();
    expect((await acting).status).toBe(409);
    await saved;
    expect(await savedTitle(stage)).toBe('Saved meanwhile');
    expect(await screen.count()).toBe(0);
    expect(await form.isSame()).toBe(true);
    await page.close();
  });
});
