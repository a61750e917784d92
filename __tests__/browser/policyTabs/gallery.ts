import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { barriers, DIALOG, TAB } from '../barriers';
import { WIDE } from '../chromium';
import type { ClusterPage } from '../clusterPage';
import { pluginSwitch } from '../enabling';
import { chooseTheme } from '../looks';
import { picture } from '../pictures';
import { epochNow, operationAfter, policyDialog } from '../policy';
import { SETTINGS } from '../stage';
import { fill } from './contents';
import { pathOf, refusalOf, type Scene } from './scene';
import { TAB_LOOKS, wordsOf, type TabLook } from './looks';

const TITLE: Readonly<Record<string, string>> = { 'zh-CN': '部门' };

const yes = (confirm: string, reason: string) => ({
  'X-Maintenance-Confirm': confirm,
  'X-Maintenance-Reason': reason,
});

/** The tabs one after the other, with the keyboard: on a telephone some of them are behind the host's menu. */
async function walk(opened: ClusterPage, look: TabLook, see: (name: string, where?: string) => Promise<void>) {
  const { page } = opened;
  const t = wordsOf(look.locale);
  const go = (title: string) =>
    page
      .getByRole('tab', { name: t(title) })
      .first()
      .press('Enter');
  // Below each other where they do not fit.
  const part = (title: string) =>
    look.size.width < WIDE.width ? page.getByRole('tabpanel').getByText(t(title)).first().click() : go(title);
  const shown = (text: string) => page.getByText(text).first().waitFor();
  await see('cluster');
  await go('History');
  const link = page.getByRole('tabpanel').getByRole('link').first();
  await link.waitFor();
  await see('history');
  await link.click();
  await page.locator('[data-mark], .ant-timeline-item').first().waitFor();
  await see('recorder');
  await go('Policy');
  await shown(t('Rules'));
  await see('policy');
  await go('Approvals');
  await shown(t('Waiting for approval'));
  await shown('Fine with me');
  await see('approvals');
  await part('Waiting for a window');
  await shown('At night');
  await see('queue');
  await part('Audit');
  await page
    .getByRole('button', { name: t('Details') })
    .first()
    .click();
  await shown(t('Came by'));
  await see('audit-details', DIALOG);
  await page.keyboard.press('Escape');
  await page.getByText(t('Came by')).waitFor({ state: 'hidden' });
  await see('audit');
  await go('Settings');
  await page.getByText('CLUSTER_MAINTENANCE_RELOAD', { exact: true }).waitFor();
  await see('settings');
}

/** What is drawn over the tab Policy. */
async function walkOver(page: Page, { locale }: TabLook, see: (name: string, where: string) => Promise<void>) {
  const t = wordsOf(locale);
  await page.getByRole('tab', { name: t('Policy') }).press('Enter');
  for (const [name, button, title] of [
    ['rule', `${t('Add rule')}…`, t('Add rule')],
    ['weekly', `${t('Add weekly window')}…`, t('Weekly window')],
    ['freeze', `${t('Add freeze')}…`, t('Freeze')],
    ['glass', `${t('Break the glass')}…`, t('Break the glass?')],
  ] as const) {
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog').filter({ hasText: title });
    await dialog.waitFor();
    await see(name, DIALOG);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  }
}

export function describeGallery(scene: Scene): void {
  describe('every tab, and the dialog in front of the host’s own pages', () => {
    beforeAll(async () => {
      const epoch = await epochNow(scene.stage, scene.first);
      const { prospect } = await refusalOf(scene.admin.post(pathOf('text-copy')));
      await scene.admin.post(pathOf('text-copy'), {}, yes(prospect.confirm ?? '', 'For the new office'));
      await operationAfter(epoch, scene.stage, scene.first);
      await fill(scene);
    });

    it.each(TAB_LOOKS)('$name: keeps nobody out, speaks the language and fits into the window', async (look) => {
      const { locale, size, theme, lane, name } = look;
      await chooseTheme(scene.stage, theme, scene.first.url);
      const opened = await scene.open('cluster', { locale, size }, lane);
      const { page } = opened;
      await opened.says(wordsOf(locale)('No operation is running.'));
      const wrong: string[] = [];
      const see = async (what: string, where: string = TAB) => {
        await picture(page, `tab-${what}-${name}`);
        wrong.push(...(await barriers(page, where)).map((barrier) => `${what}: ${barrier}`));
        const pixels = await opened.overflow();
        if (pixels > 0) wrong.push(`${what}: ${pixels} pixels too wide`);
      };
      await walk(opened, look, see);
      await walkOver(page, look, see);
      await page.goto(`${scene.first.url}${lane}${SETTINGS}/plugin-manager`);
      await page.getByRole('switch').first().waitFor();
      await pluginSwitch(page, TITLE[locale] ?? 'Departments').click();
      await policyDialog(page).waitFor();
      await see('dialog', DIALOG);
      expect(wrong).toEqual([]);
      await page.close();
      await chooseTheme(scene.stage, 'compact', scene.first.url);
    });
  });
}
