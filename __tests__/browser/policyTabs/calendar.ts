import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { barriers, DIALOG } from '../barriers';
import type { ClusterPage } from '../clusterPage';
import { picture } from '../pictures';
import { setPolicy } from '../policy';
import { dialogOf, focused, press, tabTo, ZONE, type Scene } from './scene';

const CLUSTER_ZONE = 'Europe/Kyiv';

/** Of the window of each week: never today, whatever day it is. */
const weekly = DateTime.now().setZone(CLUSTER_ZONE).plus({ days: 2 }).startOf('day').set({ hour: 2, minute: 30 });
const DAY = weekly.toFormat('ccc', { locale: 'en-US' });

/** As the page says it to somebody in New York who reads English. */
function said(moment: DateTime): string {
  const date = { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-US', { ...date, ...time, timeZone: ZONE }).format(moment.toMillis());
}

/** In two months: far away from whatever the other tests do. */
const later = DateTime.now().setZone(ZONE).plus({ months: 2 }).startOf('day').set({ hour: 22 });
const typed = (moment: DateTime) => moment.toFormat('yyyy-MM-dd HH:mm');

export function describeCalendar(scene: Scene): void {
  describe('windows and freezes, edited in New York with the keyboard alone', () => {
    let page: ClusterPage;
    beforeAll(async () => {
      await setPolicy(scene.admin, DEFAULT_POLICY);
      page = await scene.open('policy', { zone: ZONE });
      await page.says('No window is planned');
    });
    afterAll(() => page?.page.close());

    const begin = async (button: string, title: string) => {
      await page.page.getByRole('button', { name: button }).focus();
      await press(page.page, 'Enter');
      const dialog = dialogOf(page.page, title);
      await dialog.waitFor();
      return dialog;
    };

    const type = async (field: string, text: string) => {
      await tabTo(page.page, field);
      await page.page.keyboard.type(text);
      // The picker takes what was typed and closes.
      await press(page.page, 'Enter');
    };

    const apply = async (title: string) => {
      await tabTo(page.page, 'Apply');
      await press(page.page, 'Enter');
      await dialogOf(page.page, title).waitFor({ state: 'hidden' });
    };

    it('begin with the zone of the cluster', async () => {
      await page.page.getByRole('combobox', { name: 'Time zone of the weekly windows' }).focus();
      await page.page.keyboard.type(CLUSTER_ZONE);
      await press(page.page, 'Enter');
      await page.page.locator('.ant-select-selection-item').getByText(CLUSTER_ZONE).waitFor();
    });

    it('take weekly hours, and say when that is for whoever reads', async () => {
      const dialog = await begin('Add weekly window…', 'Weekly window');
      await tabTo(page.page, 'Apply');
      await press(page.page, 'Enter');
      await dialog.getByText('Choose at least one day.').waitFor();
      expect(await barriers(page.page, DIALOG)).toEqual([]);
      await tabTo(page.page, DAY);
      await press(page.page, 'Space');
      for (const [field, time] of [
        ['From', '02:30'],
        ['To', '04:00'],
      ] as const) {
        await tabTo(page.page, field);
        await press(page.page, 'ControlOrMeta+a');
        await page.page.keyboard.type(time);
        await press(page.page, 'Enter');
      }
      await picture(page.page, 'calendar-weekly');
      await apply('Weekly window');
      await page.says(`${DAY} 02:30–04:00`);
      await page.says(`The next window: ${said(weekly)}`);
      expect(await focused(page.page), 'the focus comes back').toBe('Add weekly window…');
    });

    it('take a window that is meant once, and refuse one that ends before it begins', async () => {
      const dialog = await begin('Add one-time window…', 'One-time window');
      await dialog.getByText(`In your time zone, ${ZONE}.`).waitFor();
      await type('From', typed(later));
      await type('To', typed(later.minus({ hours: 1 })));
      await tabTo(page.page, 'Apply');
      await press(page.page, 'Enter');
      await dialog.getByText('It ends before it begins.').waitFor();
      await picture(page.page, 'calendar-once');
      await tabTo(page.page, 'To');
      await press(page.page, 'ControlOrMeta+a');
      await page.page.keyboard.type(typed(later.plus({ hours: 3 })));
      await press(page.page, 'Enter');
      await apply('One-time window');
      await page.says(said(later));
    });

    it('take a freeze, with its reason', async () => {
      await begin('Add freeze…', 'Freeze');
      await type('From', typed(later.plus({ days: 1 })));
      await type('To', typed(later.plus({ days: 2 })));
      await tabTo(page.page, 'Reason');
      await page.page.keyboard.type('Year-end closing');
      await picture(page.page, 'calendar-freeze');
      await press(page.page, 'Enter');
      await dialogOf(page.page, 'Freeze').waitFor({ state: 'hidden' });
      await page.says(/Year-end closing/);
    });

    it('are stored as the moments that were meant', async () => {
      await tabTo(page.page, 'Save changes');
      await press(page.page, 'Enter');
      await page.page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' });
      expect((await scene.document()).calendar).toEqual({
        zone: CLUSTER_ZONE,
        weekly: [{ days: [weekly.weekday], from: '02:30', to: '04:00' }],
        once: [{ from: later.toMillis(), to: later.plus({ hours: 3 }).toMillis() }],
        freezes: [
          {
            from: later.plus({ days: 1 }).toMillis(),
            to: later.plus({ days: 2 }).toMillis(),
            reason: 'Year-end closing',
          },
        ],
      });
      await picture(page.page, 'calendar-stored');
    });

    it('are edited and removed', async () => {
      await page.page.getByRole('button', { name: `Edit: ${DAY}` }).focus();
      await press(page.page, 'Enter');
      const dialog = dialogOf(page.page, 'Weekly window');
      await dialog.waitFor();
      const inside = () => dialog.evaluate((each) => each.contains(document.activeElement));
      await expect.poll(inside, { timeout: 20_000 }).toBe(true);
      expect(await dialog.getByLabel(DAY).isChecked()).toBe(true);
      expect(await dialog.getByLabel('From').inputValue()).toBe('02:30');
      await press(page.page, 'Escape');
      await dialog.waitFor({ state: 'hidden' });
      for (const name of [/^Remove: .*Year-end closing/, `Remove: ${DAY}`]) {
        await page.page.getByRole('button', { name }).focus();
        await press(page.page, 'Enter');
        await page.page.getByRole('button', { name }).waitFor({ state: 'detached' });
      }
      await page.says(`The next window: ${said(later)}`);
      await page.page.getByRole('button', { name: 'Discard' }).focus();
      await press(page.page, 'Enter');
      await page.says('Year-end closing');
    });
  });
}
