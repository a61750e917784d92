import { describe, expect, it } from 'vitest';
import { barriers } from '../barriers';
import { picture } from '../pictures';
import type { Scene } from './scene';

/** First of all: later there is something. */
export function describeNothing(scene: Scene): void {
  describe('the tab Approvals, when there is nothing', () => {
    it('says so in each of its lists', async () => {
      const page = await scene.open('approvals');
      for (const text of ['Nobody waits.', 'You wait for nothing.', 'There is nothing yet.']) await page.says(text);
      expect(await barriers(page.page)).toEqual([]);
      await picture(page.page, 'nothing-requests');
      await page.page.getByRole('tab', { name: 'Waiting for a window' }).click();
      await page.says('Nothing waits for a window.');
      expect(await barriers(page.page)).toEqual([]);
      await picture(page.page, 'nothing-queue');
      await page.page.close();
    });

    it('says that nothing fits the question, and shows all again', async () => {
      const page = await scene.open('approvals');
      await page.page.getByRole('tab', { name: 'Audit' }).click();
      const details = page.page.getByRole('button', { name: /^Details/ });
      await details.first().waitFor();
      await page.page.getByLabel('Person').fill('nobody');
      await page.page.keyboard.press('Enter');
      await page.says('Nothing that was tried fits.');
      expect(await page.page.getByText('There is nothing yet.').count()).toBe(0);
      await picture(page.page, 'nothing-audit');
      await page.page.getByRole('button', { name: 'Show all' }).click();
      await details.first().waitFor();
      expect(await page.page.getByLabel('Person').inputValue()).toBe('');
      await page.page.close();
    });
  });
}
