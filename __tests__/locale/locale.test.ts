import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TITLE } from '../../src/client-v2/constants';
import { languageFiles, LANGUAGES, SAME_AS_ENGLISH, textsOf, type Language, type Texts } from './languages';
import { baseOf, basesOf, keysOf, problemsOf } from './problems';
import { readSource } from './source';

const english = textsOf('en-US');
const source = readSource();
const context = new RegExp(`_(${[...source.contexts].join('|')})$`);
/** More than this is no coincidence; Spanish and Portuguese come closest, with a tenth. */
const COPIED = 0.25;

describe('the locales', () => {
  it('are those of NocoBase’s own plugins', () => {
    expect(languageFiles()).toEqual(LANGUAGES.map((language) => `${language}.json`));
  });

  it('have every text that the pages ask for', () => {
    const keys = new Set(basesOf(english));
    expect(source.asked.size).toBeGreaterThan(100);
    expect([...source.asked].filter((key) => !keys.has(key))).toEqual([]);
  });

  it('have no text that no page uses', () => {
    const used = (key: string) => source.literals.has(key) || source.literals.has(key.replace(context, ''));
    expect(basesOf(english).filter((key) => !used(key))).toEqual([]);
  });

  it('say in English what the key says, so that a language without a locale reads the same', () => {
    const texts = Object.entries(english).filter(([key]) => baseOf(key) === key);
    expect(texts.filter(([key, text]) => key.replace(context, '') !== text)).toEqual([]);
  });

  it('are no copies of each other', () => {
    const all = LANGUAGES.map((language) => ({ language, texts: textsOf(language) }));
    const copies = all.flatMap((one, index) =>
      all.slice(index + 1).flatMap((other) => (likeness(one.texts, other.texts) > COPIED ? [[one, other]] : [])),
    );
    expect(copies.map((pair) => pair.map(({ language }) => language))).toEqual([]);
  });

  it('say the same as in English only in words of the list, and the list has no other', () => {
    const stale = SAME_AS_ENGLISH.flatMap(({ key, languages }) =>
      languages.filter((language) => textsOf(language)[key] !== english[key]).map((language) => `${language}: ${key}`),
    );
    expect(stale).toEqual([]);
  });
});

describe.each(LANGUAGES)('%s', (language) => {
  it('is complete, and every text keeps its placeholders and is in this language', () => {
    expect(problemsOf(language, textsOf(language), english)).toEqual([]);
  });

  it('names the plugin in the plugin manager as on its page', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Texts;
    const suffix = language === 'en-US' ? '' : `.${language}`;
    expect(manifest[`displayName${suffix}`]).toBe(textsOf(language)[TITLE]);
    expect(manifest[`description${suffix}`]?.length).toBeGreaterThan(40);
  });
});

describe('the check', () => {
  const COUNTED = '{{serving}} of {{count}} nodes serving';
  const changed = (language: Language, changes: Readonly<Record<string, string | undefined>>) => {
    const texts = Object.entries({ ...textsOf(language), ...changes }).filter(([, text]) => text !== undefined);
    const sorted = Object.fromEntries(texts.sort(([one], [other]) => (one < other ? -1 : 1))) as Texts;
    return problemsOf(language, sorted, english);
  };

  it('knows the plural forms of each language', () => {
    const forms = (language: Language) => keysOf(language, { '{{count}} a_one': '', '{{count}} a_other': '' }).length;
    expect(LANGUAGES.map(forms)).toEqual([2, 2, 3, 3, 2, 1, 3, 1, 1, 2, 3, 4, 2, 4, 1, 1, 1]);
  });

  it.each([
    ['a text that is missing', { Node: undefined }, 'missing: Node'],
    ['a plural form that is missing', { [`${COUNTED}_few`]: undefined }, `missing: ${COUNTED}_few`],
    ['a text that English has not', { Nobody: 'Никто' }, 'not in English or no plural form of this language: Nobody'],
    ['a placeholder', { 'Led by {{name}}': 'Ведущий: {{nam}}' }, 'other placeholders: Led by {{name}}'],
    ['a copy of English', { Leader: 'Leader' }, 'English: Leader'],
    ['another script', { Leader: 'Lider' }, 'in another script: Leader'],
    ['a neighbour’s letter', { Leader: 'Провідний' }, 'with letters of another language: Leader'],
    ['an empty text', { Leader: '' }, 'empty or with blanks around it: Leader'],
  ])('names %s', (_, changes, problem) => {
    expect(changed('ru-RU', changes)).toContain(problem);
  });
});

function likeness(one: Texts, other: Texts): number {
  const keys = Object.keys(one).filter((key) => key in other);
  return keys.filter((key) => one[key] === other[key]).length / keys.length;
}
