// npm packages: the project's own and the pinned host's.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { npm, say, step } from './steps.mjs';

export async function ensureDependencies(root) {
  if (isInstalled(root)) {
    return;
  }
  await step('installing development dependencies (npm ci)', () => npm(['ci', '--no-audit', '--no-fund'], root));
}

/**
 * The NocoBase that the demo, the tests and the figures run on: .host/base, exactly the versions of
 * tools/bootstrap/host/package-lock.json. Its stamp tells the slots made from it when it has changed.
 */
export async function ensureHost(root) {
  const template = join(root, 'tools', 'bootstrap', 'host');
  const base = join(root, '.host', 'base');
  const stamp = join(base, '.installed');
  const wanted = ['package.json', 'package-lock.json'].map((name) => readFileSync(join(template, name)));
  const hash = wanted.reduce((sum, content) => sum.update(content), createHash('sha256')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    return;
  }
  mkdirSync(base, { recursive: true });
  rmSync(stamp, { force: true });
  for (const name of ['package.json', 'package-lock.json']) {
    copyFileSync(join(template, name), join(base, name));
  }
  // NocoBase's command line reads it when it is asked for its version, and fails without it.
  writeFileSync(join(base, '.env.e2e.example'), '');
  if (isInstalled(base)) {
    say('the NocoBase host is complete');
  } else {
    await step('installing the NocoBase host (npm ci, about 1.1 GB on disk, a minute or two)', () =>
      npm(['ci', '--legacy-peer-deps', '--no-audit', '--no-fund'], base),
    );
  }
  // Last, so that an interrupted install is done again.
  writeFileSync(stamp, hash);
}

/**
 * Whether node_modules is what package-lock.json asks for. npm writes its own record of what it has installed as the
 * very last thing, so an interrupted install has none.
 */
function isInstalled(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) {
    return false;
  }
  const installed = packagesOf(record);
  const wanted = Object.entries(packagesOf(join(folder, 'package-lock.json'))).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) => {
    const found = installed[path];
    // npm leaves out optional packages that are for other platforms.
    return found ? found.version === version : optional === true;
  });
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
