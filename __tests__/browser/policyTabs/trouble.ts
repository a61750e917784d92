import { describe, expect, it } from 'vitest';
import type { ClusterPage } from '../clusterPage';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { picture } from '../pictures';
import { setPolicy } from '../policy';
import { contextOf, type Scene } from './scene';

/** What each tab shows at last, and what it says when there is no answer. */
const TABS = [
  { tab: 'History', shows: 'Enable plugin', unanswered: 'There was no answer.' },
  { tab: 'Policy', shows: 'Rules', unanswered: 'The node cannot be reached.' },
  { tab: 'Approvals', shows: 'Waiting for approval', unanswered: 'The node cannot be reached.' },
  { tab: 'Settings', shows: 'Timings', unanswered: 'There was no answer.' },
] as const;

const go = ({ page }: ClusterPage, name: string) => page.getByRole('tab', { name }).first().click();

export function describeTrouble(scene: Scene): void {
  describe('a tab whose node does not answer', () => {
    it('shows the outline of what comes, and then that', async () => {
      const page = await scene.open('cluster');
      await page.isIdle();
      for (const { tab, shows } of TABS) {
        scene.first.kill('SIGSTOP');
        try {
          await go(page, tab);
          await page.page.getByRole('tabpanel').locator('.ant-skeleton').first().waitFor();
          await picture(page.page, `loading-${tab.toLowerCase()}`);
        } finally {
          scene.first.kill('SIGCONT');
        }
        await page.says(shows);
      }
      await page.page.close();
    });

    it('says so when the network is gone, and goes on when somebody tries again', async () => {
      const page = await scene.open('cluster');
      await page.isIdle();
      for (const { tab, shows, unanswered } of TABS) {
        await contextOf(page).setOffline(true);
        await go(page, tab);
        await page.says(unanswered);
        await picture(page.page, `offline-${tab.toLowerCase()}`);
        await contextOf(page).setOffline(false);
        await page.page.getByRole('button', { name: 'Try again' }).click();
        await page.says(shows);
      }
      await page.page.close();
    });

    it.each(['Requests', 'Waiting for a window'])('keeps what was there, and says that it is old: %s', async (list) => {
      const page = await scene.open('approvals');
      await page.says('Waiting for approval');
      await page.page.getByRole('tab', { name: list }).click();
      const item = page.page.getByRole('listitem').first();
      await item.waitFor();
      await contextOf(page).setOffline(true);
      const old = page.page.getByText('There is no answer at the moment. What you see is from before.');
      await old.waitFor();
      expect(await item.isVisible()).toBe(true);
      await picture(page.page, `old-${list.toLowerCase().replaceAll(' ', '-')}`);
      await contextOf(page).setOffline(false);
      await old.waitFor({ state: 'detached' });
      await page.page.close();
    });

    it('keeps what somebody was changing when it cannot be saved', async () => {
      await setPolicy(scene.admin, DEFAULT_POLICY);
      const page = await scene.open('policy');
      const work = page.page.getByLabel('No workflow or task may be running');
      await work.click();
      await contextOf(page).setOffline(true);
      await page.page.getByRole('button', { name: 'Save changes' }).click();
      await page.says('It is not known whether this was done.');
      await picture(page.page, 'offline-save');
      expect(await work.getAttribute('aria-checked')).toBe('true');
      await contextOf(page).setOffline(false);
      await page.page.getByRole('button', { name: 'Save changes' }).click();
      await page.page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' });
      expect((await scene.document()).conditions.noRunningWork).toBe(true);
      await page.page.close();
    });
  });
}
