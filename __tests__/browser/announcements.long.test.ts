import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import type { Page } from 'playwright-core';
import type { Api } from '../../tools/cluster';
import { A_ROUND, announce, announcedTo, answered, bannerOf, countAsking, counted, hide, isAsking } from './announcing';
import { MINUTE, READERS, tabTo, timeFor, type Reader } from './announcing';
import { barriers } from './barriers';
import { NARROW, WIDE } from './chromium';
import { chooseTheme, enableLanguages } from './looks';
import { picture } from './pictures';
import { newPerson } from './policy';
import { openPages, openStage, PAGE, type Stage } from './stage';

const MESSAGE = '<b>Save</b> your work & sign out.';
const TITLE = 'Planned maintenance';

let stage: Stage;
let url = '';
let member: Api;

beforeAll(async () => {
  stage = await openStage({ nodes: 1, drainDeadline: 20_000, hold: 5_000 });
  url = stage.cluster.node(0).url;
  member = await newPerson(stage, 'mia', 'member');
  await enableLanguages(stage);
});
afterAll(async () => {
  await stage?.close();
});
beforeEach(({ task }) => {
  onTestFailed(async () => {
    const name = task.name.replace(/\W+/g, '-').slice(0, 60);
    for (const [index, page] of openPages(stage).entries()) await picture(page, `failed-${name}-${index}`);
  });
});

interface Reading extends Reader {
  readonly page: Page;
  readonly asked: () => number;
}

describe('members with the app open, each in a language, a time zone and a lane', () => {
  let readings: Reading[] = [];
  let startsAt = 0;
  let id = '';
  let begun = 0;
  const all = <T>(act: (reading: Reading) => Promise<T>) => Promise.all(readings.map(act));
  const banner = ({ page, title }: Reading) => bannerOf(page, title);
  const dismiss = (reading: Reading) => banner(reading).getByRole('button', { name: reading.dismiss });

  beforeAll(async () => {
    begun = Date.now();
    const opened = READERS.map(async (reader) => {
      const context = await stage.visitor({ token: member.token, locale: reader.locale, zone: reader.zone });
      const page = (await stage.open(context, 'about:blank')).page;
      const asked = countAsking(page);
      await Promise.all([answered(page), page.goto(`${url}${reader.lane}/admin`)]);
      return { ...reader, page, asked };
    });
    readings = await Promise.all(opened);
  });
  afterAll(() => all(({ page }) => page.close()));

  it('are told nothing as long as nothing is planned', async () => {
    await all(async (reading) => {
      expect(reading.asked()).toBeGreaterThan(0);
      expect(await banner(reading).count()).toBe(0);
    });
  });

  it('are told when they open it, in their own words and time, and what the admin wrote is text', async () => {
    startsAt = Date.now() + 8.5 * MINUTE;
    await announce(stage.admin, { startsAt, minutes: 20, message: MESSAGE });
    await all(async (reading) => {
      await reading.page.reload();
      await banner(reading).waitFor();
      const text = await banner(reading).innerText();
      expect(text).toMatch(reading.inMinutes);
      expect(text).toContain(timeFor(reading, startsAt));
      expect(text).toContain(reading.length);
      expect(text).toContain(MESSAGE);
      expect(await banner(reading).locator('b').count()).toBe(0);
      expect(await barriers(reading.page, `[aria-label="${reading.title}"]`)).toEqual([]);
      await picture(reading.page, `announced-${reading.locale}${reading.lane === '' ? '' : '-v2'}`);
    });
  });

  it('see the time go down, and hear it now and then only', async () => {
    await all(async (reading) => {
      const status = reading.page.getByRole('status').filter({ hasText: MESSAGE });
      const heard = await status.innerText();
      const before = await banner(reading).innerText();
      const after = await counted(banner(reading), before);
      const minutes = [before, after].map((text) => Number(/\d+/.exec(reading.inMinutes.exec(text)?.[0] ?? '')?.[0]));
      expect(minutes[1]).toBe((minutes[0] ?? NaN) - 1);
      expect(await status.innerText()).toBe(heard);
    });
  });

  it('put it aside with the keyboard, and it stays away when the page is loaded anew', async () => {
    await all(async (reading) => {
      expect(await tabTo(reading.page, dismiss(reading))).toBeLessThan(10);
      await reading.page.keyboard.press('Enter');
      await banner(reading).waitFor({ state: 'detached' });
      await Promise.all([answered(reading.page), reading.page.reload()]);
      expect(startsAt - Date.now(), 'the machine was too slow for this test').toBeGreaterThan(5 * MINUTE);
      expect(await banner(reading).count()).toBe(0);
    });
  });

  it('see it once more in the last five minutes, and then no more', async () => {
    await all(async (reading) => {
      await banner(reading).waitFor({ timeout: 5 * MINUTE });
      expect(Date.now()).toBeGreaterThan(startsAt - 5 * MINUTE - 5_000);
      await dismiss(reading).click();
      await banner(reading).waitFor({ state: 'detached' });
      await Promise.all([answered(reading.page), reading.page.reload()]);
      expect(await banner(reading).count()).toBe(0);
    });
  });

  it('see it anew within a minute when it was changed', async () => {
    const { announcements } = await announcedTo(stage.admin);
    id = announcements[0]?.id ?? '';
    await announce(stage.admin, { id, startsAt: startsAt + 86_400_000, minutes: 20, message: MESSAGE });
    await all((reading) => banner(reading).waitFor({ timeout: A_ROUND }));
  });

  it('are rid of it when it is withdrawn, but ask nothing while nobody sees the page', async () => {
    const [unseen, seen] = readings;
    if (!unseen || !seen) throw new Error('Nobody reads.');
    await hide(unseen.page, true);
    const asked = unseen.asked();
    expect((await stage.admin.post('clusterMaintenance:withdrawAnnouncement', { id })).status).toBe(200);
    await banner(seen).waitFor({ state: 'detached', timeout: A_ROUND });
    await seen.page.waitForRequest(isAsking, { timeout: A_ROUND });
    expect(unseen.asked()).toBe(asked);
    expect(await banner(unseen).count()).toBe(1);
    await hide(unseen.page, false);
    await banner(unseen).waitFor({ state: 'detached', timeout: 10_000 });
  });

  it('have asked once a minute at most, and when they loaded the page or came back to it', async () => {
    const loads = 4;
    const returns = 1;
    const minutes = Math.ceil((Date.now() - begun) / MINUTE);
    await all(async ({ asked }) => {
      await Promise.resolve();
      expect(asked()).toBeLessThanOrEqual(minutes + loads + returns);
    });
  });
});

describe.each(['', '/v'] as const)('an admin on the page in lane "%s"', (lane) => {
  it('announces a maintenance, changes it and withdraws it, and sees what users see at once', async () => {
    const { page } = await stage.open(await stage.visitor({}), `${url}${lane}${PAGE}`);
    await page.getByText('No maintenance is announced.').waitFor();
    await page.getByRole('button', { name: 'Announce maintenance…' }).click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'Begins at' });
    await dialog.getByLabel('Begins at').fill('2020-01-01 10:00');
    await page.keyboard.press('Tab');
    await dialog.getByLabel('Message for users').fill(MESSAGE);
    await dialog.getByRole('button', { name: /Announce$/ }).click();
    await dialog.getByText('its end is in the past').waitFor();
    await picture(page, `announce-refused-en${lane === '' ? '' : '-v2'}`);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel('Begins at').fill(`${tomorrow} 18:30`);
    await page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: /Announce$/ }).click();
    await dialog.waitFor({ state: 'detached' });
    const banner = bannerOf(page, TITLE).filter({ has: page.getByRole('button', { name: 'Dismiss' }) });
    await banner.getByText(/^Maintenance in .* on .*6:30.PM, about 30 minutes long$/).waitFor();
    await page.getByText('Announced by Super Admin').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, `announce-page-en${lane === '' ? '' : '-v2'}`);

    await page.getByRole('button', { name: 'Change…' }).click();
    const change = page.getByRole('dialog').filter({ hasText: 'Change announcement' });
    await change.getByLabel('Expected length (minutes)').fill('150');
    await change.getByRole('button', { name: /Change$/ }).click();
    await banner.getByText(/about 2\.5 hours long$/).waitFor();
    expect((await announcedTo(member)).announcements).toMatchObject([{ minutes: 150, revision: 2 }]);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('No maintenance is announced.').waitFor();
    await banner.waitFor({ state: 'detached' });
    await page.close();
  });
});

describe('the banner', () => {
  it.each([
    { name: 'dark', theme: 'dark', size: WIDE, lane: '', locale: 'en-US', title: TITLE },
    { name: 'narrow', theme: 'compact', size: NARROW, lane: '', locale: 'uk-UA', title: 'Планове обслуговування' },
    { name: 'dark-narrow-v2', theme: 'dark', size: NARROW, lane: '/v', locale: 'zh-CN', title: '计划维护' },
    { name: 'dark-v2', theme: 'dark', size: WIDE, lane: '/v', locale: 'en-US', title: TITLE },
  ] as const)('fits into the window and the theme: $name', async ({ name, theme, size, lane, locale, title }) => {
    const words = 'Reports and imports stop. '.repeat(8);
    const { id } = await announce(stage.admin, { startsAt: Date.now() + 4 * MINUTE, minutes: 20, message: words });
    await chooseTheme(stage, theme, url);
    const context = await stage.visitor({ size, locale });
    const opened = await stage.open(context, `${url}${lane}${PAGE}`);
    const banner = bannerOf(opened.page, title).filter({ hasText: words.trim() }).first();
    await banner.waitFor();
    await opened.page.waitForLoadState('networkidle');
    expect(await opened.overflow()).toBe(0);
    await picture(opened.page, `announced-${name}`);
    await opened.page.close();
    await chooseTheme(stage, 'compact', url);
    await stage.admin.post('clusterMaintenance:withdrawAnnouncement', { id });
  });
});

describe('through all of this', () => {
  it('the plugin’s code has caused no error in any browser', () => {
    expect(stage.errors).toEqual([]);
  });
});
