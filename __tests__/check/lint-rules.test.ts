import { ESLint } from 'eslint';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(__dirname, '..', '..');
const fixtures = join(root, 'tools/check/fixtures/lint');

/** Names of the rules that a file breaks, with the repository's configuration and `cwd` in place of its root. */
async function brokenRules(cwd: string, file: string): Promise<string[]> {
  const eslint = new ESLint({ cwd, overrideConfigFile: join(root, 'eslint.config.mjs') });
  const [result] = await eslint.lintFiles([file]);
  return [...new Set(result?.messages.map((message) => message.ruleId ?? message.message))];
}

describe('lint rules', () => {
  it.each([
    ['no-explicit-any', '@typescript-eslint/no-explicit-any'],
    ['no-floating-promises', '@typescript-eslint/no-floating-promises'],
    ['no-misused-promises', '@typescript-eslint/no-misused-promises'],
    ['ban-ts-comment', '@typescript-eslint/ban-ts-comment'],
    ['method-as-text', '@typescript-eslint/restrict-template-expressions'],
    ['date-now', 'no-restricted-properties'],
    ['new-date', 'no-restricted-syntax'],
    ['math-random', 'no-restricted-properties'],
    ['set-timeout', 'no-restricted-globals'],
    ['set-interval', 'no-restricted-globals'],
    ['timers-import', 'no-restricted-imports'],
    ['random-import', 'no-restricted-imports'],
  ])('refuse %s outside the clock', async (file, rule) => {
    expect(await brokenRules(fixtures, `src/server/maintenance/${file}.ts`)).toEqual([rule]);
  });

  it('refuse performance.now as a global and as a property', async () => {
    const broken = await brokenRules(fixtures, 'src/server/maintenance/performance-now.ts');
    expect(broken.sort()).toEqual(['no-restricted-globals', 'no-restricted-properties']);
  });

  it('let time and chance in by the clock', async () => {
    expect(await brokenRules(fixtures, 'src/server/core/clock.ts')).toEqual([]);
  });

  it('let a given moment be shown and a text be hashed', async () => {
    expect(await brokenRules(fixtures, 'src/server/maintenance/sound.ts')).toEqual([]);
  });
});

describe('size rules', () => {
  let cwd: string;

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'lint-size-'));
    await writeFile(join(cwd, 'tsconfig.json'), '{ "include": ["."] }');
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));

  async function lint(file: string, lines: readonly string[]): Promise<string[]> {
    await mkdir(dirname(join(cwd, file)), { recursive: true });
    await writeFile(join(cwd, file), `${lines.join('\n')}\n`);
    return brokenRules(cwd, file);
  }
  const constants = (count: number) =>
    Array.from({ length: count }, (_, index) => `export const c${index} = ${index};`);
  const func = (count: number) => [
    'export function long(): void {',
    ...Array.from({ length: count - 2 }, (_, index) => `  console.error(${index});`),
    '}',
  ];

  it('allow 250 lines a file, and comments besides', async () => {
    expect(await lint('src/shared/fits.ts', [...constants(250), '// why', ''])).toEqual([]);
    expect(await lint('src/shared/long.ts', constants(251))).toEqual(['max-lines']);
  });

  it('allow 60 lines a function', async () => {
    expect(await lint('src/shared/fitting-function.ts', func(60))).toEqual([]);
    expect(await lint('src/shared/long-function.ts', func(61))).toEqual(['max-lines-per-function']);
  });

  it('leave tests and tools alone', async () => {
    expect(await lint('__tests__/long.test.ts', constants(251))).toEqual([]);
  });
});
