/** The flight recorder of an operation in a browser. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry, OperationRecord } from '../../src/shared/domain';
import { status } from './fixtures';
import { HAS_CHROMIUM, LivePage } from './live';
import type { Answer } from './live-words';
import { journal, over, USUAL } from './recorder/lines';

const NARROW = { width: 390, height: 844 };
const ADDRESS = '?tab=history&operation=operation-1';

const story = (operation: OperationRecord, lines: readonly JournalEntry[]) => (): Answer => ({
  status: 200,
  data: { data: { operation, journal: lines } },
});

describe.skipIf(!HAS_CHROMIUM)('the flight recorder', () => {
  let live: LivePage;
  beforeAll(async () => {
    live = await LivePage.start();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  const timeline = () => live.page.getByRole('group', { name: 'Timeline' });
  const focused = () => live.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  const open = (wishes = {}, size?: typeof NARROW) => live.openTab(ADDRESS, story(over(10), USUAL), wishes, size);

  it('is opened by its address, and tells each phase with its length', async () => {
    await open();
    await timeline().waitFor();
    const phases = live.page.getByRole('list', { name: 'Operation' }).getByRole('listitem');
    expect(await phases.allInnerTexts()).toEqual([
      'Preparing 0.0 s',
      'Draining 3.0 s',
      'Working 3.0 s',
      'Reloading 3.0 s',
      'Verifying 0.0 s',
      'Resuming 1.0 s',
    ]);
    const lanes = (await timeline().innerText()).replace(/\s+/g, ' ');
    expect(lanes).toMatch(/node-1 Leader.*node-2 Serving Draining Drained Reloading.*node-10/);
    expect(live.asked).toMatchObject([{ url: 'clusterMaintenance:get', params: { filterByTk: 'operation-1' } }]);
    expect(await live.barriers()).toEqual([]);
    await live.picture('recorder-en');
  });

  it('is walked through with the arrow keys, and tells what happened at each mark', async () => {
    await open();
    await timeline().waitFor();
    await timeline().locator('[tabindex="0"]').focus();
    expect(await focused()).toMatch(/node-1, Operation begun: pm\.enable departments.*And 1 more step$/);
    await live.press('ArrowRight');
    expect(await focused()).toMatch(/node-1, First change/);
    await live.press('ArrowDown');
    expect(await focused()).toMatch(/node-2, Node: Draining → Drained And 1 more step$/);
    const details = live.page.getByRole('table', { name: 'Selected steps' });
    const selected = live.page.getByLabel('Selected steps').first();
    await selected.waitFor();
    expect(await selected.innerText()).toMatch(/Draining → Drained[^]*Takes no traffic for epoch 7\./);
    expect(await details.count()).toBeLessThanOrEqual(1);
    await live.press('End');
    expect(await focused()).toMatch(/node-2, Node: Verifying → Serving$/);
    // One stop of the tab key, however many marks there are.
    expect(await timeline().locator('[tabindex="0"]').count()).toBe(1);
  });

  it('can be taken away as a file', async () => {
    await open();
    const download = live.page.waitForEvent('download');
    await live.button('Download as JSON').click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('operation-operation-1.json');
    const told = JSON.parse(await readFile(await file.path(), 'utf8')) as { journal: unknown };
    expect(told.journal).toEqual(USUAL);
  });

  it('leads back to the list, which is then asked for', async () => {
    await open();
    await timeline().waitFor();
    live.handler = () => ({ status: 200, data: { data: { operations: [], total: 0 } } });
    await live.page.getByRole('link', { name: 'All operations' }).click();
    await live.page.getByText('No operation has been run yet.').waitFor();
    expect(await live.page.evaluate(() => location.search)).toBe('?tab=history');
  });

  it('is reached from the operation that ended last, by who may see it', async () => {
    const body = status({ lastOperation: over(10) });
    await live.open(body, { lacking: ['pm.nocobase-plugin-cluster-maintenance.see'] });
    expect(await live.page.getByRole('link', { name: 'Flight recorder' }).count()).toBe(0);
    await live.open(body);
    live.handler = story(over(10), USUAL);
    await live.page.getByRole('link', { name: 'Flight recorder' }).press('Enter');
    await timeline().waitFor();
    expect(await live.page.evaluate(() => location.search)).toBe(ADDRESS);
  });

  it('cuts hours in which nothing happened, and says how many', async () => {
    const lines = journal(
      ['node-1', 0, 'operation.begun', 'maintenance Moving the disks, asked for by Ada; draining.'],
      ['node-2', 1, 'node.phase', 'serving → draining'],
      ['node-2', 2, 'node.phase', 'draining → drained'],
      ['node-2', 2, 'node.acknowledged', 'Takes no traffic for epoch 7.'],
      ['node-1', 3, 'operation.phase', 'draining → working'],
      ['node-3', 7_200, 'operation.ended', 'done: Ended by Ada.'],
      ['node-2', 7_201, 'node.phase', 'drained → serving'],
    );
    await live.openTab(ADDRESS, story(over(7_200, { kind: 'maintenance' }), lines));
    await live.page.getByTitle('Nothing for 1:59:57').waitFor();
    expect(await live.overflow()).toBe(0);
    expect(await live.barriers()).toEqual([]);
    await live.picture('recorder-silence-en');
  });

  it('grows while the operation goes on', async () => {
    const { result: _, endedAt: _end, ...running } = over(10, { phase: 'working' });
    await live.openTab(ADDRESS, story(running, USUAL.slice(0, 3)));
    await timeline().waitFor();
    live.handler = story(over(10), USUAL);
    await live.page.getByRole('listitem').filter({ hasText: 'Resuming 1.0 s' }).waitFor();
    const asked = live.asked.length;
    await live.page.waitForTimeout(2_500);
    // It is over: nobody asks on.
    expect(live.asked.length).toBe(asked);
  });

  it('says that there is no such operation', async () => {
    const message = 'There is no operation "operation-1".';
    await live.openTab(ADDRESS, () => ({ status: 404, data: { errors: [{ message }] } }));
    await live.page.getByText(message).waitFor();
  });

  it.each([{ dark: true }, { dark: true, language: 'zh-CN' }, { language: 'uk-UA' }])(
    'is readable in other clothes: %j',
    async (wishes) => {
      await open(wishes);
      await live.page.locator('[data-mark]').first().waitFor();
      expect(await live.overflow()).toBe(0);
      expect(await live.barriers()).toEqual([]);
      await live.picture(`recorder-${wishes.dark ? 'dark' : 'light'}-${wishes.language ?? 'en'}`);
    },
  );

  it.each([{}, { dark: true, language: 'uk-UA' }])('is a list on a telephone: %j', async (wishes) => {
    await open(wishes, NARROW);
    await live.page.getByText('Takes no traffic for epoch 7.').waitFor();
    expect(await live.page.locator('[data-mark]').count()).toBe(0);
    expect(await live.overflow()).toBe(0);
    await live.picture(`recorder-narrow-${'dark' in wishes ? 'dark-uk' : 'en'}`);
  });
});
