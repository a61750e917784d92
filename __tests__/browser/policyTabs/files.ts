import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import type { PolicyDocument } from '../../../src/shared/policy';
import { barriers, DIALOG } from '../barriers';
import type { ClusterPage } from '../clusterPage';
import { picture } from '../pictures';
import { setPolicy } from '../policy';
import { dialogOf, type Scene } from './scene';

const DAY = 86_400_000;
/** Something of everything that a policy can say, in letters of several scripts. */
const RICH: PolicyDocument = {
  version: 1,
  rules: [
    ...DEFAULT_POLICY.rules,
    { environment: 'production', action: 'pm:disable', role: 'редактор', demand: 'approval', inWindows: true },
    { class: 'sensitive', demand: 'nothing' },
  ],
  calendar: {
    zone: 'Europe/Kyiv',
    weekly: [{ days: [6, 7], from: '22:00', to: '04:00' }],
    once: [{ from: 1_900_000_000_000, to: 1_900_000_000_000 + DAY }],
    freezes: [{ from: 1_950_000_000_000, to: 1_950_000_000_000 + DAY, reason: '年末决算 “finis”' }],
  },
  conditions: { backupWithinHours: 24, noRunningWork: true, allNodesEqual: true },
};

const BROKEN = [
  { what: 'no JSON', text: '{ "version": 1,', says: 'This file is no JSON, so it is no policy.' },
  { what: 'no policy', text: '[]', says: 'The policy is no object.' },
  {
    what: 'a misspelled rule',
    text: JSON.stringify({ ...DEFAULT_POLICY, rules: [{ demand: 'aproval' }] }),
    says: 'rules[0].demand takes one of nothing, reason, name, approval, deny.',
  },
] as const;

export function describeFiles(scene: Scene): void {
  describe('the policy as a file', () => {
    let page: ClusterPage;
    beforeAll(async () => {
      await setPolicy(scene.admin, RICH);
      page = await scene.open('policy');
      await page.says('Rules');
    });
    afterAll(() => page?.page.close());

    const choose = async (text: string) => {
      const chooser = page.page.waitForEvent('filechooser');
      await page.page.getByRole('button', { name: 'Import…' }).click();
      const file = { name: 'policy.json', mimeType: 'application/json', buffer: Buffer.from(text) };
      await (await chooser).setFiles(file);
      const dialog = dialogOf(page.page, 'Import the policy?');
      await dialog.waitFor();
      return dialog;
    };

    it('is exported, and is the same document once it was imported again', async () => {
      const download = page.page.waitForEvent('download');
      await page.page.getByRole('button', { name: 'Export' }).click();
      const file = await download;
      expect(file.suggestedFilename()).toBe('maintenance-policy.json');
      const text = await readFile(await file.path(), 'utf8');
      expect(JSON.parse(text)).toEqual(RICH);

      await setPolicy(scene.admin, DEFAULT_POLICY);
      await page.page.close();
      page = await scene.open('policy');
      await page.says('Rules');
      const dialog = await choose(text);
      await dialog.getByText(`The file has ${RICH.rules.length} rules.`).waitFor();
      expect(await barriers(page.page, DIALOG)).toEqual([]);
      await picture(page.page, 'file-import');
      await dialog.getByRole('button', { name: 'Replace the policy' }).click();
      await dialog.waitFor({ state: 'hidden' });
      // Nor while the dialog faded.
      expect(page.sights.filter(({ dialogs }) => dialogs.includes('no JSON'))).toEqual([]);
      await page.says('年末决算');
      expect(await scene.document()).toEqual(RICH);
    });

    it.each(BROKEN)('with $what is refused in one sentence, and nothing is lost', async ({ what, text, says }) => {
      const before = await scene.policy();
      const work = page.page.getByLabel('No workflow or task may be running');
      await work.click();
      const dialog = await choose(text);
      if (what !== 'no JSON') await dialog.getByRole('button', { name: 'Replace the policy' }).click();
      else expect(await dialog.getByRole('button', { name: 'Replace the policy' }).isDisabled()).toBe(true);
      await dialog.getByText(says).waitFor();
      expect(await dialog.getByRole('alert').count()).toBe(1);
      await picture(page.page, `file-${what.replaceAll(' ', '-')}`);
      await dialog.getByRole('button', { name: 'Go back' }).click();
      await dialog.waitFor({ state: 'hidden' });
      // Neither what is stored nor what somebody was changing.
      expect(await scene.policy()).toEqual(before);
      await page.says('There are changes that are not saved.');
      expect(await work.getAttribute('aria-checked')).toBe('false');
      await page.page.getByRole('button', { name: 'Discard' }).click();
      await page.page.getByRole('button', { name: 'Discard' }).waitFor({ state: 'detached' });
    });
  });
}
