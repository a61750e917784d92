import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptPlugins } from '../../../src/server/app/kept-plugins';
import { temporaryDirectory } from '../../../tools/cluster/paths';

let root: string;

beforeEach(() => {
  root = temporaryDirectory('plugins').path;
  vi.stubEnv('STORAGE_PATH', path.join(root, 'storage'));
  vi.stubEnv('NODE_MODULES_PATH', path.join(root, 'node_modules'));
  install('sample-a', '1.0.0');
  install('@own/sample-b', '1.0.0');
});

const folderOf = (name: string) => path.join(root, 'storage', 'plugins', name);
const linkOf = (name: string) => path.join(root, 'node_modules', name);

/** As the host does it: files in the storage, and a link to them. */
function install(name: string, version: string): void {
  mkdirSync(path.join(folderOf(name), 'dist', 'server'), { recursive: true });
  writeFileSync(path.join(folderOf(name), 'package.json'), JSON.stringify({ name, version }));
  writeFileSync(path.join(folderOf(name), 'dist', 'server', 'index.js'), `// ${version}`);
  mkdirSync(path.dirname(linkOf(name)), { recursive: true });
  if (!existsSync(linkOf(name))) symlinkSync(folderOf(name), linkOf(name), 'dir');
}

function versionOf(name: string): string | undefined {
  const file = path.join(linkOf(name), 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
}

describe('the files of plugins that are kept for a roll-back', () => {
  it('come back in their old version, and what the operation added goes with its link', async () => {
    const kept = await KeptPlugins.keep(['sample-a', '@own/sample-b'], 'op-1');
    install('sample-a', '2.0.0');
    install('sample-new', '1.0.0');
    await kept.seal();
    install('sample-later', '1.0.0');

    const again = await KeptPlugins.of('op-1');
    expect(await again?.rollBack()).toEqual(['sample-a', 'sample-new']);
    expect([versionOf('sample-a'), versionOf('@own/sample-b')]).toEqual(['1.0.0', '1.0.0']);
    expect([versionOf('sample-new'), existsSync(folderOf('sample-new'))]).toEqual([undefined, false]);
    expect(versionOf('sample-later')).toBe('1.0.0');
  });

  it('of an operation that did not end count everything as added that was not there before', async () => {
    await KeptPlugins.keep(['sample-a'], 'op-1');
    install('sample-new', '1.0.0');
    expect(await (await KeptPlugins.of('op-1'))?.rollBack()).toEqual(['sample-new']);
  });

  it('bring a plugin back that was removed with its link', async () => {
    const kept = await KeptPlugins.keep(['sample-a'], 'op-1');
    await rm(folderOf('sample-a'), { recursive: true });
    await rm(linkOf('sample-a'));
    await kept.seal();
    expect(await kept.rollBack()).toEqual(['sample-a']);
    expect(versionOf('sample-a')).toBe('1.0.0');
  });

  it('are as after the operation again when the roll-back is taken back, and may be rolled back once more', async () => {
    const kept = await KeptPlugins.keep(['sample-a'], 'op-1');
    install('sample-a', '2.0.0');
    install('sample-new', '1.0.0');
    await kept.rollBack();
    await kept.undo();
    expect([versionOf('sample-a'), versionOf('sample-new')]).toEqual(['2.0.0', '1.0.0']);
    expect(await kept.rollBack()).toEqual(['sample-a', 'sample-new']);
    expect(versionOf('sample-a')).toBe('1.0.0');
  });

  it('go away with an operation that failed and put them back, and make room for later ones', async () => {
    const kept = await KeptPlugins.keep(['sample-a'], 'op-0');
    install('sample-a', '2.0.0');
    expect(await kept.putBack()).toEqual(['sample-a']);
    expect(versionOf('sample-a')).toBe('1.0.0');
    expect(await KeptPlugins.of('op-0')).toBeUndefined();
    for (let number = 1; number <= 7; number += 1) await KeptPlugins.keep(['sample-a'], `op-${number}`);
    expect(readdirSync(path.join(root, 'storage', '.cluster-maintenance'))).toHaveLength(5);
  });
});
