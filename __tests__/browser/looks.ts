import { NARROW, WIDE } from './chromium';
import type { ClusterPage } from './clusterPage';
import { PAGE, type Stage } from './stage';

export interface Look {
  readonly name: string;
  readonly locale: string;
  readonly theme: 'compact' | 'dark';
  readonly size: typeof WIDE;
  readonly lane: '' | '/v';
  /** How this language says that nothing runs. */
  readonly idle: string;
}

const ENGLISH = { locale: 'en-US', idle: 'No operation is running.' };
const CHINESE = { locale: 'zh-CN', idle: '当前没有正在进行的操作。' };
const UKRAINIAN = { locale: 'uk-UA', idle: 'Зараз жодна операція не виконується.' };

/** Each language, both themes, both lanes and both widths at least once. */
export const LOOKS: readonly Look[] = [
  { name: 'idle-dark-en', ...ENGLISH, theme: 'dark', size: WIDE, lane: '' },
  { name: 'idle-zh', ...CHINESE, theme: 'compact', size: WIDE, lane: '' },
  { name: 'idle-narrow-uk', ...UKRAINIAN, theme: 'compact', size: NARROW, lane: '' },
  { name: 'idle-dark-narrow-zh-v2', ...CHINESE, theme: 'dark', size: NARROW, lane: '/v' },
];

/** The languages beyond English are offered once an admin has enabled them. */
export async function enableLanguages({ admin }: Stage): Promise<void> {
  const enabledLanguages = LOOKS.map(({ locale }) => locale);
  await admin.post('systemSettings:update?filterByTk=1', { enabledLanguages: [...new Set(enabledLanguages)] });
}

/** The user's own theme; asked of the node that will serve the page, because each node keeps users in a cache. */
export async function chooseTheme({ admin }: Stage, theme: Look['theme'], url: string): Promise<void> {
  const api = admin.at(url);
  const { body } = await api.get<{ data: { id: number; uid: string }[] }>('themeConfig:list');
  const chosen = body.data.find(({ uid }) => uid === theme);
  if (!chosen) throw new Error(`The host has no theme "${theme}".`);
  await api.post('users:updateTheme', { themeId: chosen.id });
}

/** Changes language, theme and window of an open page, as its user would, and loads it anew. */
export async function wear(stage: Stage, page: ClusterPage, look: Look, url: string): Promise<void> {
  await chooseTheme(stage, look.theme, url);
  await page.page.evaluate((locale) => localStorage.setItem('NOCOBASE_LOCALE', locale), look.locale);
  await page.page.setViewportSize(look.size);
  await page.page.goto(`${url}${look.lane}${PAGE}`);
  await page.says(look.idle);
}
