import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import type { QueuedAction } from '../../../src/shared/policy-api';
import { barriers, DIALOG } from '../barriers';
import type { ClusterPage } from '../clusterPage';
import { pluginSwitch } from '../enabling';
import { picture } from '../pictures';
import { epochNow, operationAfter, policyDialog, setPolicy } from '../policy';
import { SETTINGS } from '../stage';
import { focused, press, tabTo, ZONE, type Scene } from './scene';

/** A dialog takes the focus when it has come up. */
const PATIENCE = { timeout: 20_000 };
const HOUR = 3_600_000;
const RULE = { environment: 'production', action: 'pm:enable', demand: 'reason', inWindows: true } as const;

/** As the page says it to somebody in New York who reads English. */
function said(moment: number): string {
  const date = { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat('en-US', { ...date, ...time, timeZone: ZONE }).format(moment);
}

export function describeQueue(scene: Scene): void {
  describe('an operation that waits for its window', () => {
    let manager: ClusterPage;
    let list: ClusterPage;
    beforeAll(async () => {
      const visitor = await scene.stage.visitor({ zone: ZONE });
      manager = await scene.stage.open(visitor, `${scene.first.url}${SETTINGS}/plugin-manager`);
      list = await scene.open('approvals', { zone: ZONE });
      await list.page.getByRole('tab', { name: 'Waiting for a window' }).click();
    });
    afterAll(async () => {
      await manager?.page.close();
      await list?.page.close();
    });

    const windowFrom = (from: number) =>
      setPolicy(scene.admin, {
        rules: [...DEFAULT_POLICY.rules, RULE],
        calendar: { zone: 'Europe/Kyiv', weekly: [], once: [{ from, to: from + HOUR }], freezes: [] },
      });

    const focusIs = (name: string) => expect.poll(() => focused(manager.page), PATIENCE).toBe(name);

    /** From the switch to the answer with the keyboard alone. */
    const queue = async (reason: string) => {
      await pluginSwitch(manager.page, 'Departments').focus();
      await press(manager.page, 'Space');
      const dialog = policyDialog(manager.page);
      await dialog.getByText('This cannot begin now, but later.').waitFor();
      await focusIs('Reason');
      await manager.page.keyboard.type(reason);
      return dialog;
    };

    const queued = async () =>
      (await scene.admin.get<{ data: readonly QueuedAction[] }>('clusterMaintenance:queued')).body.data;
    const item = (reason: string) => list.page.getByRole('listitem').filter({ hasText: reason });

    it('is put there from the dialog, which says when that is for whoever asks', async () => {
      const from = Math.ceil(Date.now() / HOUR) * HOUR + 24 * HOUR;
      await windowFrom(from);
      const dialog = await queue('Not during the day');
      const waits = manager.page.getByText('It waits for its window.');
      await dialog.getByText(`The next moment at which it may begin is ${said(from)}.`).waitFor();
      expect(await barriers(manager.page, DIALOG)).toEqual([]);
      await picture(manager.page, 'queue-dialog');
      await tabTo(manager.page, 'Do it then');
      await press(manager.page, 'Enter');
      await waits.waitFor();
      await focusIs('Close');
      await picture(manager.page, 'queue-waits');
      await press(manager.page, 'Enter');
      await waits.waitFor({ state: 'hidden' });
      await item('Not during the day')
        .getByText(`It begins by itself: ${said(from)}`)
        .waitFor();
      expect(await barriers(list.page)).toEqual([]);
      await picture(list.page, 'queue-list');
    });

    it('is taken out again on the tab', async () => {
      await item('Not during the day')
        .getByRole('button', { name: /^Withdraw/ })
        .focus();
      await press(list.page, 'Enter');
      await item('Not during the day').getByText('Withdrawn').waitFor();
      expect((await queued()).map(({ state }) => state)).toEqual(['withdrawn']);
      expect(await item('Not during the day').getByRole('button').count()).toBe(0);
    });

    it('begins by itself, and leads to how it went', async () => {
      const epoch = await epochNow(scene.stage, scene.other);
      await windowFrom(Date.now() + 45_000);
      await queue('As soon as it may');
      await press(manager.page, 'Enter');
      await manager.page.getByText('It waits for its window.').waitFor();
      await press(manager.page, 'Escape');
      const { id } = await operationAfter(epoch, scene.stage, scene.other);
      expect(await queued()).toMatchObject([{ state: 'started', operationId: id }, { state: 'withdrawn' }]);
      // The host may have loaded the page anew with the plugins of now.
      await list.page.reload();
      await list.page.getByRole('tab', { name: 'Waiting for a window' }).click();
      await item('As soon as it may').getByText('Done', { exact: true }).waitFor();
      await picture(list.page, 'queue-done');
      await item('As soon as it may').getByRole('link', { name: 'Flight recorder' }).click();
      await list.page.getByRole('group', { name: 'Timeline' }).waitFor();
      expect(new URL(list.page.url()).search).toContain(id);
    });
  });
}
