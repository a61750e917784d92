import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths';
import type { Slot } from './slots';

/** The packed plugin (`npm pack`), as an admin would download it. The bootstrap makes it anew when sources change. */
export async function packedPlugin(): Promise<string> {
  const folder = join(projectRoot, '.host', 'plugin');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.tgz')) : [];
  const [archive] = files;
  if (archive === undefined || files.length > 1) {
    throw new Error('The plugin is not packed: run `node tools/bootstrap.mjs plugin`.');
  }
  return join(folder, archive);
}

/** Unpacks a plugin's .tgz into the slot's storage, as an image or a volume would bring it; gives its package name. */
export async function unpackPlugin(archive: string, slot: Slot): Promise<string> {
  const staging = join(slot.storage, 'tmp', 'unpack');
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  execFileSync('tar', ['xzf', archive, '--strip-components', '1', '-C', staging]);
  const { name } = JSON.parse(readFileSync(join(staging, 'package.json'), 'utf8')) as { name: string };
  const target = join(slot.plugins, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, '..'), { recursive: true });
  execFileSync('mv', [staging, target]);
  return name;
}
