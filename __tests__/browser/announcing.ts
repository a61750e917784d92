import type { Locator, Page, Request } from 'playwright-core';
import type { AnnouncedBody, Announcement } from '../../src/shared/announcements';
import { until, type Api } from '../../tools/cluster';
import type { Visitor } from './chromium';

export const MINUTE = 60_000;
/** Longer than the pages' own minute. */
export const A_ROUND = 75_000;

/** Somebody who reads in their language and time zone, in one of the lanes. */
export interface Reader extends Pick<Visitor, 'locale' | 'zone'> {
  readonly lane: '' | '/v';
  readonly locale: string;
  readonly zone: string;
  /** How this language names the banner, and the button that puts it aside. */
  readonly title: string;
  readonly dismiss: string;
  /** "in so many minutes", and how it says that it takes about twenty. */
  readonly inMinutes: RegExp;
  readonly length: string;
}

export const READERS: readonly Reader[] = [
  {
    lane: '',
    locale: 'uk-UA',
    zone: 'Europe/Kyiv',
    title: 'Планове обслуговування',
    dismiss: 'Приховати',
    inMinutes: /через \d хвилин/,
    length: 'приблизно 20 хвилин',
  },
  {
    lane: '/v',
    locale: 'zh-CN',
    zone: 'America/New_York',
    title: '计划维护',
    dismiss: '不再显示',
    inMinutes: /\d分钟后/,
    length: '约需20分钟',
  },
];

export function bannerOf(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: true });
}

export async function announce(api: Api, body: object): Promise<Announcement> {
  const { status, body: answer } = await api.post('clusterMaintenance:announce', body);
  if (status !== 200) throw new Error(`announce: ${status} ${JSON.stringify(answer)}`);
  return (answer as { data: Announcement }).data;
}

export async function announcedTo(api: Api): Promise<AnnouncedBody> {
  return (await api.get<{ data: AnnouncedBody }>('clusterMaintenance:announced')).body.data;
}

/** The time of day as the reader sees it. */
export function timeFor({ locale, zone }: Reader, moment: number): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: zone }).format(moment);
}

/** Goes through the page with the Tab key until the focus is there; answers how often. */
export async function tabTo(page: Page, target: Locator): Promise<number> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let presses = 1; presses <= 50; presses += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return presses;
  }
  throw new Error('The Tab key does not lead there.');
}

export function isAsking(request: Request): boolean {
  return request.url().includes('clusterMaintenance:announced');
}

/** Resolves when the page has been told what is announced: now or never it shows it. */
export async function answered(page: Page): Promise<void> {
  const answer = await page.waitForResponse((response) => isAsking(response.request()));
  await answer.finished();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** As if somebody had gone to another window, or come back from there. */
export async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    if (hidden) Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    else Reflect.deleteProperty(document, 'hidden');
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

/**
 * Counts what a page is told about announcements from now on. The host's v2 lane takes the app from the screen and puts it
 * there again while it loads: what was on its way then is given up, and asked once more.
 */
export function countAsking(page: Page): () => number {
  let asked = 0;
  page.on('requestfinished', (request) => (asked += isAsking(request) ? 1 : 0));
  return () => asked;
}

/** Resolves when the text of the banner is another one than before. */
export async function counted(banner: Locator, before: string): Promise<string> {
  const changed = async () => {
    const text = await banner.innerText();
    return text !== before && text;
  };
  return until(changed, A_ROUND, () => `The banner goes on saying: ${before}`);
}
