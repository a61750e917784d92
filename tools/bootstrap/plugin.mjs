// The plugin as users get it: built and packed into .host/plugin/NAME-VERSION.tgz.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, step } from './steps.mjs';

const SOURCES = ['src', 'tools/build', 'package.json', 'tsconfig.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];
const MARKERS = ['client.js', 'client.d.ts', 'client-v2.js', 'client-v2.d.ts', 'server.js', 'server.d.ts'];

export async function ensurePlugin(root) {
  const folder = join(root, '.host', 'plugin');
  const stamp = join(folder, '.stamp');
  const hash = hashOf(root, [...SOURCES, ...MARKERS]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    return;
  }
  await step('building and packing the plugin', async () => {
    await npm(['run', 'build'], root);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await npm(['pack', '--ignore-scripts', '--pack-destination', folder], root);
  });
  writeFileSync(stamp, hash);
}

/** By content and not by time: a checkout gives old files new times. */
function hashOf(root, names) {
  const hash = createHash('sha256');
  for (const file of names.flatMap((name) => filesOf(join(root, name))).sort()) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) {
    return [];
  }
  if (statSync(path).isFile()) {
    return [path];
  }
  return readdirSync(path).flatMap((name) => (name === 'node_modules' ? [] : filesOf(join(path, name))));
}
