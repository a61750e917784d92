import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Fingerprint, PluginPrint } from '../../shared/domain';

/** The order of plugins does not count. */
export function makeFingerprint(core: string, plugins: readonly PluginPrint[]): Fingerprint {
  const sorted = [...plugins].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = sorted.map(({ name, version, hash }) => `${name}@${version}#${hash}`);
  const digest = createHash('sha256')
    .update([core, ...lines].join('\n'))
    .digest('hex')
    .slice(0, 16);
  return { digest, core, plugins: sorted };
}

/** Where the host links all plugin packages. */
export function nodeModulesPath(): string {
  return process.env.NODE_MODULES_PATH ?? path.resolve('node_modules');
}

/** Real folder of a plugin package; undefined when it is not on this disk. */
export async function packageFolder(packageName: string): Promise<string | undefined> {
  try {
    return await realpath(path.join(nodeModulesPath(), packageName));
  } catch {
    return undefined;
  }
}

/**
 * Version and content hash of a plugin's server code on disk; undefined when the package is not there.
 * Content instead of times, because every machine unpacks at another time.
 */
export async function printOnDisk(packageName: string): Promise<PluginPrint | undefined> {
  const folder = await packageFolder(packageName);
  if (!folder) return undefined;
  try {
    const manifest = await readFile(path.join(folder, 'package.json'), 'utf8');
    const hash = createHash('sha256').update(manifest);
    for (const file of await serverFiles(path.join(folder, 'dist', 'server'))) {
      hash.update(`\n${path.relative(folder, file)}\n`).update(await readFile(file));
    }
    return { name: packageName, version: versionOf(manifest), hash: hash.digest('hex').slice(0, 16) };
  } catch {
    // Being unpacked right now, or broken: in both cases there is nothing that could be loaded.
    return undefined;
  }
}

async function serverFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = async (entry: Dirent): Promise<string[]> => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : serverFiles(full);
    return /\.(c?js|json)$/.test(entry.name) ? [full] : [];
  };
  return (await Promise.all(entries.map(below))).flat().sort();
}

function versionOf(manifest: string): string {
  const { version } = JSON.parse(manifest) as { version?: unknown };
  return typeof version === 'string' ? version : '0.0.0';
}
