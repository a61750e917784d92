import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import React from 'react';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodesPanel } from '../../src/client-v2/components/NodesPanel';
import { NAMESPACE, TITLE } from '../../src/client-v2/constants';
import { INITIAL_STATUS, statusReducer } from '../../src/client-v2/status/statusReducer';
import { copyLocales } from '../../tools/build/package-files.mjs';
import { node, NOW, status } from '../client/fixtures';
import { hostI18n, LOCALES } from '../client/i18n';
import { textOf } from '../client/render';
import { LANGUAGES, textsOf, type Texts } from './languages';

let outdir = '';
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'locales-'));
  await copyLocales({ root: process.cwd(), outdir });
});
afterAll(() => rm(outdir, { recursive: true, force: true }));

/** The host reads a plugin's texts from `dist/locale/LANGUAGE.json` and hands them to its pages as they are. */
const built = async (language: string) =>
  JSON.parse(await readFile(join(outdir, 'locale', `${language}.json`), 'utf8')) as Texts;

function nodes() {
  const body = status({ nodes: [node('node-1', { inFlight: 17, phase: 'draining' }), node('node-2')] });
  const state = statusReducer(INITIAL_STATUS, { type: 'answered', poll: 1, at: performance.now(), body });
  return <NodesPanel state={state} body={body} answer={{ serverNow: NOW, receivedAt: performance.now() }} />;
}

describe('the built package', () => {
  it.each(LANGUAGES)('speaks %s', async (language) => {
    expect(await built(language)).toEqual(textsOf(language));
    expect(LOCALES[language]).toEqual(textsOf(language));
  });
});

describe('in German', () => {
  it('the page is German', () => {
    const text = textOf(nodes(), 'de-DE');
    for (const part of ['Knoten 1 von 2 Knoten in Betrieb', 'Wird geleert', 'Fingerabdruck', 'vor 1 Minute']) {
      expect(text).toContain(part);
    }
  });

  it('what the host takes from the package is enough: menu, plural forms and contexts', async () => {
    const i18n = hostI18n('de-DE');
    i18n.removeResourceBundle('de-DE', NAMESPACE);
    expect(i18n.t(TITLE, { ns: NAMESPACE })).toBe(TITLE);
    i18n.addResources('de-DE', NAMESPACE, await built('de-DE'));
    expect(i18n.t(TITLE, { ns: NAMESPACE })).toBe('Clusterwartung');
    const earlier = [1, 5].map((count) => i18n.t('Show {{count}} earlier lines', { ns: NAMESPACE, count }));
    expect(earlier).toEqual(['1 früheren Eintrag anzeigen', '5 frühere Einträge anzeigen']);
    expect(i18n.t('Working', { ns: NAMESPACE, context: 'node' })).toBe('Führt aus');
  });
});

describe('a language with more plural forms than English', () => {
  it.each([
    ['ru-RU', [1, 3, 5, 1.5], ['запись', 'записи', 'записей', 'записи']],
    ['es-ES', [1, 5, 1_000_000], ['línea anterior', 'líneas anteriores', 'de líneas anteriores']],
  ] as const)('uses them: %s', (language, counts, words) => {
    const i18n = hostI18n(language);
    counts.forEach((count, index) => {
      expect(i18n.t('Show {{count}} earlier lines', { ns: NAMESPACE, count })).toMatch(new RegExp(`${words[index]}$`));
    });
  });
});
