import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REMEMBERED_FOR } from '../../../src/server/app/policy/source';
import { postgres } from '../../../src/server/database/postgres';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { barriers } from '../barriers';
import { NARROW } from '../chromium';
import type { ClusterPage } from '../clusterPage';
import { pluginSwitch } from '../enabling';
import { picture } from '../pictures';
import { policyDialog, setPolicy } from '../policy';
import { DATABASE, PAGE, SETTINGS } from '../stage';
import { dialogOf, pathOf, refusalOf, type Scene } from './scene';
import { wordsOf } from './looks';

const VARIABLE = 'CLUSTER_MAINTENANCE_POLICY';
const BROKEN = 'The stored policy is broken: everything risky is denied until it is mended.';
const RISKY = [
  pathOf('departments'),
  'backups:create',
  'collections:create',
  'app:restart',
  'dataSources:destroy?filterByTk=gone',
];

export function describeBroken(scene: Scene): void {
  describe('when the stored policy is broken', () => {
    let page: ClusterPage;
    beforeAll(async () => {
      await setPolicy(scene.admin, DEFAULT_POLICY);
      const [row] = await scene.stage.postgres.query<{ id: string }>(
        DATABASE,
        // Rows that somebody else has written count as coming from a dump, which brings no policy.
        `UPDATE cluster_maintenance_policy SET document = '{"version":1,"rules":"all"}', mark = ${postgres.mark('')}
         WHERE id = 'policy' RETURNING id`,
      );
      expect(row).toBeDefined();
      // Each node may go by what it has read before for so long.
      await wait(REMEMBERED_FOR);
      page = await scene.open('policy');
    });
    afterAll(() => page?.page.close());

    it('the tab says what is wrong and how to get out of it', async () => {
      await page.says(BROKEN);
      await page.says('The policy in the database is wrong: rules is no list.');
      await page.says('Import a good one, or save the one below.');
      expect(await barriers(page.page)).toEqual([]);
      await picture(page.page, 'broken-en');
    });

    it('everything risky is denied, on each node, and a person is told why', async () => {
      for (const node of [scene.first, scene.other]) {
        for (const path of RISKY) {
          const { status, codes } = await refusalOf(scene.admin.at(node.url).post(path));
          expect([status, codes], path).toEqual([403, expect.arrayContaining(['policy-error']) as string[]]);
        }
      }
      const context = await scene.stage.visitor({});
      const manager = await scene.stage.open(context, `${scene.first.url}${SETTINGS}/plugin-manager`);
      const departments = pluginSwitch(manager.page, 'Departments');
      await departments.click();
      // Before it disables one, the host itself asks.
      if ((await departments.getAttribute('aria-checked')) === 'true') {
        await dialogOf(manager.page, 'Are you sure to disable').getByRole('button', { name: 'OK' }).click();
      }
      await policyDialog(manager.page).getByText('Who may edit the policy can mend it on the Policy tab.').waitFor();
      await picture(manager.page, 'broken-dialog');
      await manager.page.close();
    });

    it('it reads well in other languages, on a telephone', async () => {
      for (const locale of ['zh-CN', 'de-DE'] as const) {
        const other = await scene.open('policy', { locale, size: NARROW }, '/v');
        await other.says(wordsOf(locale)(BROKEN));
        expect(await other.overflow()).toBe(0);
        await picture(other.page, `broken-narrow-${locale}`);
        await other.page.close();
      }
    });

    it('who saves the one below has mended it', async () => {
      await page.page.getByRole('button', { name: 'Save changes' }).click();
      await page.page.getByText(BROKEN).waitFor({ state: 'detached' });
      expect(await scene.document()).toEqual(DEFAULT_POLICY);
      const { status } = await refusalOf(scene.admin.post(pathOf('departments')));
      expect(status).toBe(428);
    });
  });

  describe('when the environment of a node sets the policy', () => {
    const rules = [
      { group: 'plugins', demand: 'deny' },
      { class: 'exclusive', demand: 'approval' },
    ];
    const calendar = {
      zone: 'Europe/Kyiv',
      weekly: [{ days: [6, 7], from: '22:00', to: '04:00' }],
      once: [],
      freezes: [{ from: 1_950_000_000_000, to: 1_950_086_400_000, reason: 'Stocktaking' }],
    };
    const policy = { ...DEFAULT_POLICY, rules, calendar };
    const setBy = async (text: string) => {
      await scene.other.restart({ [VARIABLE]: text });
      await scene.other.waitServing();
    };
    const open = async (locale = 'en-US', size = { width: 1280, height: 1_200 }) =>
      scene.stage.open(await scene.stage.visitor({ locale, size }), `${scene.other.url}${PAGE}?tab=policy`);

    it('the tab shows it, says so, and lets nobody change anything', async () => {
      await setBy(JSON.stringify(policy));
      const page = await open();
      await page.says(`The policy is set by the variable ${VARIABLE} and cannot be changed here.`);
      await page.says('Stocktaking');
      expect(await page.page.getByText('that came with the installation').count()).toBe(0);
      const panel = page.page.getByRole('tabpanel');
      const buttons = await panel.getByRole('button').allInnerTexts();
      expect(buttons.filter((text) => !/^(Export|Check|Break the glass…)$/.test(text.trim()))).toEqual([]);
      for (const field of await panel.getByRole('switch').all()) expect(await field.isDisabled()).toBe(true);
      expect(await panel.getByRole('spinbutton').isDisabled()).toBe(true);
      expect(await panel.getByRole('combobox', { name: 'Time zone of the weekly windows' }).count()).toBe(0);
      expect(await barriers(page.page)).toEqual([]);
      await picture(page.page, 'read-only-en');
      await page.page.close();
      const other = await open('uk-UA', NARROW);
      await other.says('Stocktaking');
      expect(await other.overflow()).toBe(0);
      await picture(other.page, 'read-only-narrow-uk');
      await other.page.close();
    });

    it('the server says the same to whoever tries, and goes by it', async () => {
      const api = scene.admin.at(scene.other.url);
      const update = await api.post('clusterMaintenance:updatePolicy', { document: DEFAULT_POLICY, revision: 0 });
      expect([update.status, JSON.stringify(update.body)]).toEqual([409, expect.stringContaining(VARIABLE) as string]);
      expect(await refusalOf(api.post(pathOf('departments')))).toMatchObject({ status: 403, codes: ['denied'] });
    });

    it('a broken one is not shown as if it counted, and nobody is told to save it', async () => {
      await setBy('{"version":1,"rules":"all"}');
      const page = await open();
      await page.says(`${VARIABLE} is wrong: rules is no list.`);
      await page.says('Whoever runs the nodes changes the variable and starts them again.');
      for (const text of ['Import a good one, or save the one below.', 'Everything that stops all nodes']) {
        expect(await page.page.getByText(text).count(), text).toBe(0);
      }
      expect(await barriers(page.page)).toEqual([]);
      await picture(page.page, 'read-only-broken');
      await page.page.close();
    });
  });
}
