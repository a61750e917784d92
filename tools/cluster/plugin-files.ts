import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
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

/**
 * Brings a plugin's .tgz into the slot as `nocobase pm add` does: unpacked into storage/plugins and linked into
 * node_modules. Gives its package name. Without the link the host would find the plugin only at its second start,
 * because it makes missing links after it has loaded the plugins.
 */
export async function unpackPlugin(archive: string, slot: Slot): Promise<string> {
  const staging = join(slot.storage, 'tmp', 'unpack');
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  execFileSync('tar', ['xzf', archive, '--strip-components', '1', '-C', staging]);
  const { name } = JSON.parse(readFileSync(join(staging, 'package.json'), 'utf8')) as { name: string };
  const target = join(slot.plugins, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, '..'), { recursive: true });
  renameSync(staging, target);
  const link = join(slot.directory, 'node_modules', name);
  rmSync(link, { force: true });
  mkdirSync(join(link, '..'), { recursive: true });
  symlinkSync(target, link);
  return name;
}
