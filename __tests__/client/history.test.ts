/** The tabs and the history in a browser, with every answer given by the test. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { NOW, operation, status } from './fixtures';
import { HAS_CHROMIUM, LivePage } from './live';
import type { Answer, Question } from './live-words';
import { over, USUAL } from './recorder/lines';

const NARROW = { width: 390, height: 844 };
const ok = (data: object): Answer => ({ status: 200, data: { data } });

function record(epoch: number, over: Partial<OperationRecord> = {}): OperationRecord {
  const startedAt = NOW - epoch * 60_000;
  const end = { result: 'done', phase: 'idle', endedAt: startedAt + 4_300 } as const;
  return operation({ id: `operation-${epoch}`, epoch, subject: `plugin-${epoch}`, startedAt, ...end, ...over });
}

const SAMPLES: readonly OperationRecord[] = [
  record(130, {
    kind: 'upgrade',
    subject: '',
    versions: { from: '2.2.15', to: '2.2.16' },
    phase: 'held',
    changed: true,
  }),
  record(129, { kind: 'roll-back', subject: 'pm.update departments', result: 'failed', reason: 'The backup is gone.' }),
  record(128, { backup: { file: 'backup_20250115_115500_0001.nbdata', takenAt: NOW }, requestedBy: 'start-up' }),
  record(127, { result: 'aborted', cancelledBy: 'Ada', reason: 'node-3 did not drain within 30 s.' }),
];
const { result: _, endedAt: _end, ...HELD } = SAMPLES[0] ?? record(130);

/** Every operation from 130 down to 1, as a node answers. */
function answer({ url, params }: Question): Answer {
  const { limit, beforeEpoch = 1e9, kind, state } = params as Record<string, never>;
  if (url === 'clusterMaintenance:get') return ok({ operation: over(10), journal: USUAL });
  if (url !== 'clusterMaintenance:history') throw new Error(`Nobody answers ${url}.`);
  const all: OperationRecord[] = [
    HELD,
    ...SAMPLES.slice(1),
    ...Array.from({ length: 126 }, (_each, index) => record(126 - index)),
  ];
  const found = all.filter((each) => (!kind || each.kind === kind) && (!state || each.result === state));
  const operations = found.filter(({ epoch }) => epoch < beforeEpoch).slice(0, limit);
  return ok({ operations, total: found.length });
}

describe.skipIf(!HAS_CHROMIUM)('the tabs', () => {
  let live: LivePage;
  beforeAll(async () => {
    live = await LivePage.start();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  const address = () => live.page.evaluate(() => location.search);
  const tab = (name: string) => live.page.getByRole('tab', { name });
  const selected = () => live.page.getByRole('tab', { selected: true }).innerText();

  it('are reached by keyboard, stand in the address, and the way back leads back', async () => {
    await live.open(status());
    live.handler = answer;
    await tab('Cluster').focus();
    await live.press('ArrowRight', 'Enter');
    await live.page.getByText('130 operations').waitFor();
    expect(await address()).toBe('?tab=history');
    expect(await selected()).toContain('History');
    await live.page.goBack();
    await live.page.getByText('No operation is running.').last().waitFor();
    expect(await selected()).toContain('Cluster');
  });

  it('ask the server only while they are open', async () => {
    await live.open(status());
    live.handler = answer;
    await tab('History').click();
    await live.page.getByText('130 operations').waitFor();
    let polls = 0;
    void live.polls(1).then(() => (polls += 1));
    const before = live.asked.length;
    await live.page.waitForTimeout(5_500);
    expect(polls).toBe(0);
    expect(live.asked.slice(before).map(({ url }) => url)).toEqual(['clusterMaintenance:history']);
    await tab('Cluster').click();
    // What was known is there at once.
    expect(await live.page.getByText('No operation is running.').last().isVisible()).toBe(true);
    await live.polls(2);
  });

  it('are not shown to a role without the right, whatever the address says', async () => {
    const lacking = ['pm.nocobase-plugin-cluster-maintenance.see'];
    await live.open(status(), { lacking, query: '?tab=history' });
    await tab('Cluster').waitFor();
    for (const name of ['History', 'Policy', 'Approvals', 'Settings']) expect(await tab(name).count()).toBe(0);
    expect(await selected()).toContain('Cluster');
  });
});

describe.skipIf(!HAS_CHROMIUM)('the history', () => {
  let live: LivePage;
  beforeAll(async () => {
    live = await LivePage.start();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  const rows = () => live.page.locator('tbody tr.ant-table-row');

  it('tells what, how it ended, when, how long, who, why and which backup', async () => {
    await live.openTab('?tab=history', answer);
    await live.page.getByText('130 operations').waitFor();
    const texts = (await rows().allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    expect(texts).toHaveLength(50);
    expect(texts[0]).toMatch(/^Upgrade 2\.2\.15 → 2\.2\.16 Held .* – Ada/);
    expect(texts[1]).toMatch(/^Roll back to the backup Rolls back: Update plugin departments Failed .* 4\.3 s Ada/);
    expect(texts[2]).toMatch(/^Enable plugin plugin-128 Done .* 4\.3 s Start-up backup_20250115_115500_0001\.nbdata/);
    await live.page.getByText('The backup is gone.').waitFor();
    await live.page.getByText('Cancelled by Ada').waitFor();
    expect(await live.barriers()).toEqual([]);
    await live.picture('history-en');
  });

  it('goes page by page, each below the one before, and back', async () => {
    await live.openTab('?tab=history', answer);
    await live.page.getByText('130 operations').waitFor();
    expect(await live.button('Newer').isDisabled()).toBe(true);
    await live.button('Older').click();
    await live.page.getByText('plugin-80', { exact: true }).waitFor();
    expect(live.asked.at(-1)?.params).toEqual({ limit: 50, beforeEpoch: 81 });
    await live.button('Older').press('Enter');
    await live.page.getByText('plugin-30', { exact: true }).waitFor();
    expect(await rows().count()).toBe(30);
    expect(await live.button('Older').isDisabled()).toBe(true);
    await live.button('Newer').click();
    await live.page.getByText('plugin-80', { exact: true }).waitFor();
  });

  it('shows those of one kind, and says when there are none', async () => {
    await live.openTab('?tab=history', answer);
    await live.page.getByText('130 operations').waitFor();
    await live.page.getByRole('combobox', { name: 'Operation' }).fill('Backup');
    await live.press('Enter');
    await live.page.getByText('No operation fits.').waitFor();
    expect(live.asked.at(-1)?.params).toEqual({ kind: 'backup', limit: 50 });
    await live.button('Show all').click();
    await live.page.getByText('130 operations').waitFor();
  });

  it('is empty in a new cluster, and says what will be there', async () => {
    await live.openTab('?tab=history', () => ok({ operations: [], total: 0 }));
    await live.page.getByText('No operation has been run yet.').waitFor();
    await live.picture('history-empty-en');
  });

  it('says why it cannot be read, tries again when asked, and keeps what it has when later tries fail', async () => {
    const busy = { status: 503, data: { errors: [{ message: 'The database is busy.' }] } };
    await live.openTab('?tab=history', () => busy);
    await live.page.getByText('The database is busy.').waitFor();
    live.handler = answer;
    await live.button('Try again').click();
    await live.page.getByText('130 operations').waitFor();
    live.handler = () => busy;
    await live.page.getByText('What you see is from before.').waitFor({ timeout: 15_000 });
    expect(await rows().count()).toBe(50);
  });

  it.each([{ dark: true }, { language: 'uk-UA' }, { dark: true, language: 'zh-CN' }])(
    'fits on a telephone: %j',
    async (wishes) => {
      await live.openTab('?tab=history', answer, wishes, NARROW);
      await live.page.getByText('plugin-127').waitFor();
      expect(await live.overflow()).toBe(0);
      await live.picture(`history-narrow-${wishes.language ?? 'dark'}`);
    },
  );
});
