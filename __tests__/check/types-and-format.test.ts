import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as prettier from 'prettier';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { findAddresses } from '../../tools/check/addresses.mjs';

const fixtures = join(__dirname, '..', '..', 'tools/check/fixtures');

function compile(directory: string): Record<string, number[]> {
  const config = ts.getParsedCommandLineOfConfigFile(join(directory, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
    },
  });
  if (!config) throw new Error(`${directory} has no readable tsconfig.json.`);
  const program = ts.createProgram(config.fileNames, { ...config.options, incremental: false });
  const found: Record<string, number[]> = {};
  for (const { file, code } of ts.getPreEmitDiagnostics(program)) {
    const name = file?.fileName.split('/').pop() ?? 'config';
    (found[name] ??= []).push(code);
  }
  return found;
}

async function isFormatted(file: string): Promise<boolean> {
  const path = join(fixtures, 'format', file);
  const options = await prettier.resolveConfig(path, { editorconfig: true });
  return prettier.check(await readFile(path, 'utf8'), { ...options, filepath: path });
}

describe('the compiler options', () => {
  it('refuse each kind of carelessness', () => {
    expect(compile(join(fixtures, 'types'))).toEqual({
      'strict.ts': [2322],
      'implicit-any.ts': [7006],
      'unchecked-index.ts': [2322],
      'exact-optional.ts': [2375],
      'override.ts': [4114],
    });
  });
});

describe('the format', () => {
  it.each(['double-quotes.ts', 'no-trailing-comma.ts', 'long-line.ts'])('refuses %s', async (file) => {
    expect(await isFormatted(file)).toBe(false);
  });

  it('accepts single quotes', async () => {
    expect(await isFormatted('sound.ts')).toBe(true);
  });
});

describe('the address check', () => {
  const path = (...parts: string[]) => ['', ...parts].join('/');

  it.each([
    ['a path of one machine', `cd ${path('work', 'main')}`],
    ['a home directory', `const root = '${path('root', 'project')}';`],
    ['a package registry', `"resolved": "https:${path('', 'registry.example.org', 'x.tgz')}"`],
  ])('finds %s and its line', (_, text) => {
    expect(findAddresses(`first line\n${text}\n`)).toMatchObject([{ line: 2 }]);
  });

  it.each([
    ['relative paths', `see ./docs${path('work', 'flow')}.md and ..${path('root', 'cause')}.md`],
    ['paths in variables', `\${directory}${path('work', 'x')}`],
    ['other addresses', 'https://docs.example.org/work'],
  ])('leaves %s alone', (_, text) => {
    expect(findAddresses(text)).toEqual([]);
  });
});
