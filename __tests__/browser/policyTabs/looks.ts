import { textsOf, type Language } from '../../locale/languages';
import { NARROW, WIDE } from '../chromium';
import type { Look } from '../looks';

/** Tall enough for most tabs: what a person would scroll to is to be looked at as well. */
const tall = { width: WIDE.width, height: 1_500 };
const narrow = { width: NARROW.width, height: 2_400 };

export type TabLook = Pick<Look, 'name' | 'theme' | 'size' | 'lane'> & { readonly locale: Language };

/** Each of four languages light and dark, both lanes, both widths, and each theme in each lane. */
export const TAB_LOOKS: readonly TabLook[] = [
  { name: 'en', locale: 'en-US', theme: 'compact', size: tall, lane: '' },
  { name: 'en-dark-v2', locale: 'en-US', theme: 'dark', size: tall, lane: '/v' },
  { name: 'zh-v2', locale: 'zh-CN', theme: 'compact', size: tall, lane: '/v' },
  { name: 'zh-dark-narrow', locale: 'zh-CN', theme: 'dark', size: narrow, lane: '' },
  { name: 'uk-dark', locale: 'uk-UA', theme: 'dark', size: tall, lane: '' },
  { name: 'uk-narrow-v2', locale: 'uk-UA', theme: 'compact', size: narrow, lane: '/v' },
  { name: 'de-narrow', locale: 'de-DE', theme: 'compact', size: narrow, lane: '' },
  { name: 'de-dark-v2', locale: 'de-DE', theme: 'dark', size: tall, lane: '/v' },
];

/** The words of the page in a language. */
export function wordsOf(locale: Language): (key: string) => string {
  const texts = textsOf(locale);
  return (key) => {
    const text = texts[key];
    if (text === undefined) throw new Error(`${locale} has no words for "${key}".`);
    return text;
  };
}
