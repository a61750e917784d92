/** The tab Policy in a browser: its forms by keyboard, its files, and what it must not show. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { RIGHT_SNIPPETS } from '../../../src/shared/rights';
import { HAS_CHROMIUM, LivePage } from '../live';
import type { Wishes } from '../live-words';
import { Office } from './office';

const NARROW = { width: 190, height: 900 };
/** The names of the page's tabs are the host's to draw. */
const TAB = '[role="tabpanel"]';
const OVER = '[role="dialog"]';

describe.skipIf(!HAS_CHROMIUM)('the tab Policy', { timeout: 60_000 }, () => {
  let live: LivePage;
  let office: Office;
  beforeAll(async () => {
    live = await LivePage.start();
    live.page.setDefaultTimeout(20_000);
  });
  beforeEach(() => {
    office = new Office();
  });
  afterEach(() => {
    expect(live.errors).toEqual([]);
  });
  afterAll(() => live?.close());

  const open = async (wishes: Wishes = {}, size?: { width: number; height: number }) => {
    await live.openTab('?tab=policy', office.answer, wishes, size);
    await live.page.getByRole('tabpanel').locator('.ant-card').first().waitFor();
  };
  const begin = async (name: string) => {
    await live.page.getByRole('button', { name }).click();
    await live.dialog().waitFor();
  };
  const leave = async () => {
    await live.dialog().getByRole('button', { name: 'Go back' }).click();
    await live.dialog().waitFor({ state: 'hidden' });
  };
  const choose = async (text: string) => {
    const file = { name: 'policy.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await live.page.locator('input[type="file"]').setInputFiles(file);
    await live.dialog().waitFor();
  };

  it.each([
    ['en-US', 'Add weekly window…', 'Apply', 'Choose at least one day.', 'Add rule…'],
    ['zh-CN', '添加每周窗口…', '应 用', '请至少选择一天。', '添加规则…'],
  ])('keeps nobody out: %s', async (language, weekly, apply, missing, rule) => {
    for (const size of [{ width: 1280, height: 900 }, NARROW]) {
      await open({ language }, size);
      expect(await live.barriers(TAB)).toEqual([]);
      expect(await live.overflow()).toBe(0);
      await begin(weekly);
      await live.button(apply).click();
      await live.dialog().getByText(missing).waitFor();
      expect(await live.barriers(OVER)).toEqual([]);
      await live.press('Escape');
      await live.dialog().waitFor({ state: 'hidden' });
      await begin(rule);
      expect(await live.barriers(OVER)).toEqual([]);
      await live.press('Escape');
      await live.dialog().waitFor({ state: 'hidden' });
    }
  });

  it('takes what was typed into a picker without closing its form, and Enter elsewhere for the button', async () => {
    await open();
    await begin('Add freeze…');
    const [from, to] = [live.dialog().getByLabel('From'), live.dialog().getByLabel('To')];
    await from.click();
    await live.page.keyboard.type('2030-01-01 10:00');
    await live.press('Enter');
    expect(await live.dialog().locator('.ant-form-item-explain-error').count()).toBe(0);
    await to.click();
    await live.page.keyboard.type('2030-01-02 10:00');
    await live.press('Enter');
    await live.dialog().getByLabel('Reason').fill('Year-end closing');
    expect(await from.inputValue()).toBe('2030-01-01 10:00');
    await live.press('Enter');
    await live.dialog().waitFor({ state: 'hidden' });
    await live.page.getByText(/Year-end closing/).waitFor();
  });

  it('keeps a rule that was made in the drawer, and stores it with the button', async () => {
    await open();
    await begin('Add rule…');
    await live.dialog().getByLabel('Single action or command').fill('pm:enable');
    await live.dialog().getByLabel('Asks a second admin').check();
    await live.dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await live.dialog().waitFor({ state: 'hidden' });
    await live.button('Save changes').click();
    await live.button('Save changes').waitFor({ state: 'detached' });
    const rule = { environment: 'production', action: 'pm:enable', demand: 'approval' };
    expect(office.policy.document.rules).toContainEqual(rule);
  });

  it('breaks the glass with Enter, and not without a reason', async () => {
    await open();
    await begin('Break the glass…');
    await live.dialog().getByLabel('Reason').press('Enter');
    await live.dialog().getByText('Say in a few words why this is done.').waitFor();
    await live.dialog().getByLabel('Reason').fill('The shop is down');
    await live.press('Enter');
    await live.dialog().waitFor({ state: 'hidden' });
    const asked = live.asked.filter(({ url }) => url.endsWith(':breakGlass'));
    expect(asked.map(({ data }) => data)).toEqual([{ reason: 'The shop is down', minutes: 15 }]);
  });

  it('begins each form anew', async () => {
    await open();
    await begin('Break the glass…');
    await live.dialog().getByLabel('Reason').fill('The shop is down');
    await leave();
    await begin('Break the glass…');
    expect(await live.dialog().getByLabel('Reason').inputValue()).toBe('');
    await leave();
    for (const day of ['Mon', 'Tue']) {
      await begin('Add weekly window…');
      expect(await live.dialog().getByRole('checkbox', { checked: true }).count()).toBe(0);
      await live.dialog().getByLabel(day).check();
      await live.button('Apply').click();
      await live.page.getByText(`${day} 22:00–04:00`).waitFor();
      await live.dialog().waitFor({ state: 'hidden' });
    }
  });

  it('says that a file is none only when it is none', async () => {
    await open();
    await live.page.evaluate(watchFor, 'This file is no JSON');
    await choose(JSON.stringify(DEFAULT_POLICY));
    await live.button('Replace the policy').click();
    await live.dialog().waitFor({ state: 'hidden' });
    expect(office.policy.revision).toBe(1);
    expect(await live.page.evaluate(() => document.body.dataset.seen)).toBeUndefined();
    await choose('{');
    await live.dialog().getByText('This file is no JSON, so it is no policy.').waitFor();
    expect(await live.page.evaluate(() => document.body.dataset.seen)).toBe('yes');
  });

  it('shows no rules that do not count: what could take the place of a broken policy is for who may store it', async () => {
    const broken = { ...office.policy, problem: 'The policy in the database is wrong: rules is no list.' };
    office.policy = broken;
    await open();
    await live.page.getByText('Import a good one, or save the one below.').waitFor();
    await live.page.getByText('Everything that stops all nodes', { exact: true }).waitFor();
    for (const [policy, lacking] of [
      [broken, [RIGHT_SNIPPETS.policy]],
      [{ ...broken, readOnlyBy: 'CLUSTER_MAINTENANCE_POLICY' }, []],
    ] as const) {
      office.policy = policy;
      await live.openTab('?tab=policy', office.answer, { lacking });
      await live.page
        .getByText(/rules is no list/)
        .first()
        .waitFor();
      expect(await live.page.getByText('Import a good one').count()).toBe(0);
      expect(await live.page.getByText('Everything that stops all nodes', { exact: true }).count()).toBe(0);
      expect(await live.page.getByRole('button', { name: 'Export' }).count()).toBe(0);
    }
  });
});

/** Runs in the browser: leaves a mark when the text is to be read, however shortly. */
function watchFor(text: string): void {
  new MutationObserver(() => {
    if (document.body.innerText.includes(text)) document.body.dataset.seen = 'yes';
  }).observe(document, { subtree: true, childList: true, characterData: true });
}
