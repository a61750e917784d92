/** The tab Approvals in a browser: what its lists say, to whom they offer what, and what they do without an answer. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RIGHT_SNIPPETS } from '../../../src/shared/rights';
import { HAS_CHROMIUM, LivePage } from '../live';
import type { Wishes } from '../live-words';
import { NOW } from './fixtures';
import { attempt, Office, queued } from './office';

const NARROW = { width: 190, height: 900 };
const OLD = 'There is no answer at the moment. What you see is from before.';

describe.skipIf(!HAS_CHROMIUM)('the tab Approvals', { timeout: 90_000 }, () => {
  let live: LivePage;
  let office: Office;
  beforeAll(async () => {
    live = await LivePage.start();
    live.page.setDefaultTimeout(60_000);
    live.approvals = true;
  });
  beforeEach(() => {
    office = new Office();
  });
  afterEach(() => {
    // The browser tells of each answer that is none.
    expect(live.errors.filter((error) => !error.includes('502'))).toEqual([]);
  });
  afterAll(() => live?.close());

  const open = async (wishes: Wishes = {}, size?: { width: number; height: number }) => {
    await live.openTab('?tab=approvals', office.answer, wishes, size);
    await live.page.getByText('For the new office').waitFor();
  };
  const go = (name: string) => live.page.getByRole('tab', { name }).click();

  it('keeps what was there when nobody answers, says that it is old, and recovers', async () => {
    await open();
    office.gone = true;
    await live.page.getByText(OLD).waitFor();
    expect(await live.page.getByText('For the new office').isVisible()).toBe(true);
    office.gone = false;
    await live.page.getByText(OLD).waitFor({ state: 'detached' });
  });

  it('tells what became of what has waited in the language of the page, and leads to how it went', async () => {
    const waiting = queued({ startsAt: NOW, result: 'It may only be done while a window is open.' });
    office.queue = [waiting, queued({ id: 'q2', state: 'started', operationId: 'o1', result: 'done' })];
    await open({ language: 'de-DE' });
    await go('Warten auf ein Fenster');
    await live.page.getByText('Erledigt', { exact: true }).waitFor();
    await live.page.getByText(/^Beginnt von selbst:/).waitFor();
    // The same once more, in English.
    expect(await live.page.getByText('while a window is open').count()).toBe(0);
    await live.page.getByRole('link', { name: 'Flugschreiber' }).click();
    await live.page.waitForURL(/tab=history&operation=o1/);
  });

  it('takes a decision with Enter', async () => {
    await open();
    await live.page.getByRole('button', { name: /^Approve/ }).click();
    await live.dialog().getByLabel('Comment').fill('Fine with me');
    await live.press('Enter');
    await live.dialog().waitFor({ state: 'hidden' });
    const asked = live.asked.filter(({ url }) => url.endsWith(':approve'));
    expect(asked.map(({ data }) => data)).toEqual([{ id: 'approval-1', comment: 'Fine with me' }]);
  });

  it('offers to withdraw what waits to those who may operate', async () => {
    office.queue = [queued()];
    for (const lacking of [[], [RIGHT_SNIPPETS.operate]]) {
      await open({ lacking });
      await go('Waiting for a window');
      await live.page.getByText('At night').waitFor();
      const buttons = live.page.getByRole('button', { name: 'Withdraw: pm:enable departments' });
      expect(await buttons.count()).toBe(lacking.length === 0 ? 1 : 0);
    }
  });

  it('says that nothing fits a question, and shows all again', async () => {
    office.audit = [attempt({ action: 'clusterMaintenance:approve', result: 'done' })];
    await open();
    await go('Audit');
    // In words, and not by its name alone.
    await live.page.getByText('Approve departments').waitFor();
    await live.page.getByLabel('Person').fill('nobody');
    await live.press('Enter');
    await live.page.getByText('Nothing that was tried fits.').waitFor();
    await live.button('Show all').click();
    await live.page.getByText('Approve departments').waitFor();
    expect(await live.page.getByLabel('Person').inputValue()).toBe('');
  });

  it.each(['en-US', 'zh-CN', 'de-DE'])('keeps nobody out, on a telephone neither: %s', async (language) => {
    office.queue = [queued()];
    office.audit = [attempt({ decision: 'ask' })];
    for (const size of [{ width: 1280, height: 900 }, NARROW]) {
      await open({ language }, size);
      const names = live.page.getByRole('tabpanel').first().locator('[role="tab"], .ant-radio-wrapper');
      for (let index = 0; index < 3; index += 1) {
        await names.nth(index).click();
        await live.page.getByText('departments').first().waitFor();
        expect(await live.barriers('[role="tabpanel"]')).toEqual([]);
        expect(await live.overflow()).toBe(0);
      }
    }
  });
});
