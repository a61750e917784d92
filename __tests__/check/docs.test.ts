import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/server/app/cli/commands';
import { readSettings, TIMING_VARIABLES } from '../../src/server/core/settings';
import { settingsView } from '../../src/server/core/settings-view';

const filesOf = (folder: string, ends: RegExp): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

const pages = ['README.md', ...filesOf('docs', /\.md$/)].map((file) => [file, readFileSync(file, 'utf8')] as const);
const sources = filesOf('src', /\.(ts|tsx|json)$/)
  .filter((file) => !file.startsWith('src/locale/') || file.endsWith('en-US.json'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const { settings } = readSettings({ env: {}, bootId: 'b', hostname: 'h', namespace: 'n' });

/** Links to other files, without the place in them. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)].map(([, link = '']) => link);
}

describe.each(pages)('%s', (file, text) => {
  it('links only to what is there', () => {
    for (const link of linksOf(text)) expect(existsSync(join(dirname(file), link)), link).toBe(true);
  });

  it('names only files and folders of this project that are there', () => {
    for (const [, path = ''] of text.matchAll(/`((?:src|tools|deploy|examples|docs|__tests__)\/[\w./-]+)`/g)) {
      expect(existsSync(path), path).toBe(true);
    }
  });

  it('names only variables that the plugin reads', () => {
    for (const [name] of text.matchAll(/\bCLUSTER_MAINTENANCE(?:_[A-Z]+)+\b/g)) {
      expect(sources, name).toContain(name.replace('CLUSTER_MAINTENANCE_', ''));
    }
  });

  it('names only commands that there are', () => {
    const commands = COMMANDS.map(({ name }) => name);
    for (const [, words = ''] of text.matchAll(/yarn nocobase maintenance ((?:[a-z-]+)(?: *\| *[a-z-]+)*)/g)) {
      for (const word of words.split(/ *\| */)) expect(commands).toContain(word);
    }
    for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
  });
});

describe('docs/settings.md', () => {
  const text = readFileSync('docs/settings.md', 'utf8');

  it('has every setting that the page shows', () => {
    for (const { variable } of settingsView(settings, {}, (value) => value)) {
      expect(text, variable).toContain(variable.replace('CLUSTER_MAINTENANCE_', '_').replace(/^_(?=REDIS_URL)/, ''));
    }
  });

  it.each(Object.values(TIMING_VARIABLES))('says the default of $variable that is in force', ({ variable }) => {
    const row = text.split('\n').find((line) => line.includes(variable.replace(/^/, '_')));
    const view = settingsView(settings, {}, (value) => value).find((one) => one.variable.endsWith(variable));
    expect(row).toContain(`${view?.value}`);
  });
});

describe('docs/troubleshooting.md', () => {
  const text = readFileSync('docs/troubleshooting.md', 'utf8');
  // A sentence of the plugin begins with a capital letter, or with what changes in it.
  const quotes = [...text.matchAll(/"((?:[A-Z…]|not connected)[^"]+)"/g)].map(([, quote = '']) => quote);
  /** The parts between what changes. */
  const parts = quotes.flatMap((quote) => quote.split('…').map((part) => part.replace(/^[ ,.:;]+|[ ,.:;]+$/g, '')));

  it('quotes what the plugin says', () => {
    expect(quotes.length).toBeGreaterThan(15);
    const said = sources.replace(/\$\{[^}]*\}/g, '…');
    const headings = text.split('\n').filter((line) => line.startsWith('## '));
    const unknown = parts.filter((part) => part !== '' && !said.includes(part) && !headings.includes(`## ${part}`));
    expect(unknown).toEqual([]);
  });
});
