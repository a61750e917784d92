import { beforeAll, describe, expect, it } from 'vitest';
import type { Right } from '../../../src/shared/policy-api';
import { RIGHT_SNIPPETS } from '../../../src/shared/rights';
import type { Api } from '../../../tools/cluster';
import type { ClusterPage } from '../clusterPage';
import { picture } from '../pictures';
import { newPerson } from '../policy';
import { fill } from './contents';
import type { Scene } from './scene';

const ALL = ['Cluster', 'History', 'Policy', 'Approvals', 'Settings'];

/** Roles as the host's own page makes them: everything but some parts; and what their people find there. */
const ROLES: readonly {
  readonly role: string;
  readonly refused: readonly Right[];
  readonly tabs: readonly string[];
  /** Buttons of the tab Policy, and of others' requests. */
  readonly edits: boolean;
  readonly breaks: boolean;
  readonly approves: boolean;
  readonly withdraws: boolean;
}[] = [
  {
    ...{ role: 'viewer', refused: ['operate', 'approve', 'policy', 'breakGlass'], tabs: ALL },
    ...{ edits: false, breaks: false, approves: false, withdraws: false },
  },
  {
    ...{ role: 'approver', refused: ['operate', 'policy', 'breakGlass'], tabs: ALL },
    ...{ edits: false, breaks: false, approves: true, withdraws: false },
  },
  {
    ...{ role: 'editor', refused: ['operate', 'approve', 'breakGlass'], tabs: ALL },
    ...{ edits: true, breaks: false, approves: false, withdraws: false },
  },
  {
    ...{ role: 'rescuer', refused: ['operate', 'approve', 'policy'], tabs: ALL },
    ...{ edits: false, breaks: true, approves: false, withdraws: false },
  },
  {
    ...{ role: 'operator', refused: ['approve', 'policy', 'breakGlass'], tabs: ALL },
    ...{ edits: false, breaks: false, approves: false, withdraws: true },
  },
  {
    ...{ role: 'blind', refused: ['see'], tabs: ['Cluster'] },
    ...{ edits: false, breaks: false, approves: false, withdraws: false },
  },
];

export function describeRights(scene: Scene): void {
  describe('somebody with some of the rights', () => {
    const people = new Map<string, Api>();
    beforeAll(async () => {
      await fill(scene);
      for (const { role, refused } of ROLES) {
        const snippets = ['pm.*', ...refused.map((right) => `!${RIGHT_SNIPPETS[right]}`)];
        await scene.admin.post('roles:create', { name: role, title: role, snippets });
        people.set(role, await newPerson(scene.stage, role, role));
      }
    });

    const open = async (role: string, tab: string): Promise<ClusterPage> => {
      const { token } = people.get(role) ?? scene.admin;
      const page = await scene.open(tab, { token, role });
      await page.page.getByRole('tab').first().waitFor();
      return page;
    };
    /** Without what their badges count. */
    const titlesOf = async ({ page }: ClusterPage) => {
      const tabs = await page.getByRole('tablist').first().getByRole('tab').allInnerTexts();
      return tabs.map((text) => text.trim().split('\n')[0]);
    };
    const count = ({ page }: ClusterPage, name: string | RegExp) => page.getByRole('button', { name }).count();

    it.each(ROLES)('$role finds the tabs of these rights, and no button of others', async (each) => {
      const page = await open(each.role, 'policy');
      expect(await titlesOf(page)).toEqual(each.tabs);
      if (each.tabs.length === 1) {
        await page.says('You are not allowed to see the cluster.');
        await page.page.close();
        return;
      }
      await page.says('Rules');
      expect([(await count(page, 'Add rule…')) > 0, (await count(page, 'Import…')) > 0]).toEqual([
        each.edits,
        each.edits,
      ]);
      expect((await page.page.getByText('You may see the policy, but not change it.').count()) > 0).toBe(!each.edits);
      if (each.breaks) await page.page.getByRole('button', { name: 'Break the glass…' }).waitFor();
      else expect(await count(page, 'Break the glass…')).toBe(0);
      await picture(page.page, `rights-${each.role}-policy`);
      await page.page.getByRole('tab', { name: 'Approvals' }).click();
      await page.says('The board does not use it any more');
      expect([(await count(page, /^Approve/)) > 0, (await count(page, /^Reject/)) > 0]).toEqual([
        each.approves,
        each.approves,
      ]);
      await page.page.getByRole('tab', { name: 'Waiting for a window' }).click();
      await page.says('At night');
      expect((await count(page, /^Withdraw/)) > 0).toBe(each.withdraws);
      await page.page.close();
    });
  });
}
