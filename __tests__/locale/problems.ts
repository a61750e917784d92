import { FOREIGN_LETTERS, LETTERS, SAME_AS_ENGLISH, type Language, type Texts } from './languages';

const PLURAL = /_(zero|one|two|few|many|other)$/;
const COUNT = '{{count}}';

/** A key without its plural form. */
export const baseOf = (key: string) => key.replace(PLURAL, '');
export const basesOf = (texts: Texts) => [...new Set(Object.keys(texts).map(baseOf))];
const placeholdersOf = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort().join(' ');

/** The keys that a language needs: each of the English ones, and those that count in every plural form it has. */
export function keysOf(language: Language, english: Texts): readonly string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return basesOf(english).flatMap((base) => (base.includes(COUNT) ? forms.map((form) => `${base}_${form}`) : [base]));
}

/** What is wrong with a language, each with its key: nothing is the answer to hope for. */
export function problemsOf(language: Language, texts: Texts, english: Texts): readonly string[] {
  const needed = keysOf(language, english);
  const known = new Set(needed);
  const keys = Object.keys(texts);
  const sorted = [...keys].sort();
  return [
    ...needed.filter((key) => !(key in texts)).map((key) => `missing: ${key}`),
    ...keys.filter((key) => !known.has(key)).map((key) => `not in English or no plural form of this language: ${key}`),
    ...keys.filter((key, index) => key !== sorted[index]).map((key) => `out of order: ${key}`),
    ...Object.entries(texts).flatMap(([key, text]) => textProblems(language, key, text, english)),
  ];
}

function textProblems(language: Language, key: string, text: string, english: Texts): string[] {
  const base = baseOf(key);
  const problems: string[] = [];
  if (text.trim() === '' || text !== text.trim()) problems.push('empty or with blanks around it');
  if (placeholdersOf(text) !== placeholdersOf(base)) problems.push('other placeholders');
  if (language === 'en-US') return named(problems, key);
  if ([english[key], english[`${base}_other`]].includes(text) && !maySayTheSame(language, key))
    problems.push('English');
  const words = text.replace(/\{\{\w+\}\}/g, '');
  if (LETTERS[language]?.test(words) === false && !maySayTheSame(language, key)) problems.push('in another script');
  if (FOREIGN_LETTERS[language]?.test(words)) problems.push('with letters of another language');
  if (base.endsWith('?') !== /[?？]$/.test(text)) problems.push('a question in one of the two languages only');
  if (base.endsWith('…') !== text.endsWith('…')) problems.push('goes on (…) in one of the two languages only');
  return named(problems, key);
}

const named = (problems: readonly string[], key: string) => problems.map((problem) => `${problem}: ${key}`);

function maySayTheSame(language: Language, key: string): boolean {
  return SAME_AS_ENGLISH.some((word) => word.key === key && word.languages.includes(language));
}
