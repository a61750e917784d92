import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { NODE_CONTEXT, NODE_PHASE_LABELS } from '../../src/client-v2/model/labels';

type Texts = Readonly<Record<string, string>>;

const LOCALES = Object.fromEntries(
  readdirSync('src/locale').map((file) => {
    const texts = JSON.parse(readFileSync(join('src/locale', file), 'utf8')) as Texts;
    return [file.replace('.json', ''), texts];
  }),
);
const LANGUAGES = Object.keys(LOCALES);
const textsOf = (language: string): Texts => LOCALES[language] ?? {};

const PLURAL = /_(zero|one|two|few|many|other)$/;
const CONTEXT = new RegExp(`_${NODE_CONTEXT}$`);
const baseKey = (key: string) => key.replace(PLURAL, '');
const baseKeys = (language: string) => [...new Set(Object.keys(textsOf(language)).map(baseKey))].sort();
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

interface Source {
  /** Every text in the source. A key may stand in a table of labels. */
  readonly literals: ReadonlySet<string>;
  /** First arguments of `t(…)`. */
  readonly calls: ReadonlySet<string>;
}

function readSource(): Source {
  const literals = new Set<string>();
  const calls = new Set<string>();
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node)) literals.add(node.text);
    if (ts.isCallExpression(node) && node.expression.getText() === 't') {
      const key = node.arguments[0];
      if (key && ts.isStringLiteralLike(key)) calls.add(key.text);
    }
    ts.forEachChild(node, visit);
  };
  for (const root of ['src/client', 'src/client-v2']) {
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(file)) continue;
      const path = join(root, file);
      const kind = ts.ScriptTarget.ES2022;
      visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), kind, true, ts.ScriptKind.TSX));
    }
  }
  return { literals, calls };
}

const source = readSource();

describe('the locales', () => {
  it('are those the product promises', () => {
    expect(LANGUAGES.sort()).toEqual(['en-US', 'uk-UA', 'zh-CN']);
  });

  it('have every text that the pages ask for', () => {
    const keys = new Set(baseKeys('en-US'));
    expect(source.calls.size).toBeGreaterThan(30);
    expect([...source.calls].filter((key) => !keys.has(key))).toEqual([]);
    const states = Object.values(NODE_PHASE_LABELS).map((label) => `${label}_${NODE_CONTEXT}`);
    expect(states.filter((key) => !keys.has(key))).toEqual([]);
  });

  it('have no text that no page uses', () => {
    const used = (key: string) => source.literals.has(key) || source.literals.has(key.replace(CONTEXT, ''));
    expect(baseKeys('en-US').filter((key) => !used(key))).toEqual([]);
  });

  it('say in English what the key says, so that a language without a locale reads the same', () => {
    const texts = Object.entries(textsOf('en-US')).filter(([key]) => !PLURAL.test(key));
    expect(texts.filter(([key, text]) => key.replace(CONTEXT, '') !== text)).toEqual([]);
  });
});

describe.each(LANGUAGES)('%s', (language) => {
  const texts = textsOf(language);

  it('has the same keys as the others', () => {
    expect(baseKeys(language)).toEqual(baseKeys('en-US'));
  });

  it('keeps every placeholder', () => {
    for (const [key, text] of Object.entries(texts)) expect(placeholders(text), key).toEqual(placeholders(key));
  });

  it('has exactly the plural forms of its language', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    const counted = baseKeys(language).filter((key) => key.includes('{{count}}'));
    expect(counted.length).toBeGreaterThan(0);
    for (const base of counted) {
      const own = Object.keys(texts).filter((key) => PLURAL.test(key) && baseKey(key) === base);
      expect(own.map((key) => PLURAL.exec(key)?.[1]).sort(), base).toEqual(forms);
    }
  });

  it('leaves nothing empty', () => {
    expect(Object.entries(texts).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('is sorted, so that changes are easy to read', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(texts).sort());
  });
});
