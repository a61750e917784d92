/**
 * A slot is a host folder that one cluster has for itself. NocoBase links plugins into its own node_modules and keeps
 * its storage beside them, so two clusters in one folder would see each other's plugins.
 *
 * A slot is a copy of the pinned host by hard links: it looks to Node and to NocoBase exactly like a real install,
 * takes seconds to make, hardly any disk, and is kept for the next run. (A node_modules of symbolic links would be
 * made faster still, but `pm remove` deletes what a link points to: the pinned host itself.)
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { baseHost, baseHostStamp, hostRoot } from './paths';
import { lockSlot } from './slot-lock';

export interface Slot {
  readonly number: number;
  /** The host folder: package.json, node_modules, storage. */
  readonly directory: string;
  /** Shared by the nodes of the cluster, as a volume would be. */
  readonly storage: string;
  readonly plugins: string;
  release(): void;
}

const slotsRoot = join(hostRoot, 'slots');
// The host writes its index.html here at each start; through a hard link it would write into every slot's.
const WRITTEN_BY_HOST = join('node_modules', '@nocobase', 'app');

/** Takes the first slot that is free, makes it if need be, and clears away what a former run has left in it. */
export function acquireSlot(): Slot {
  if (!existsSync(baseHostStamp)) {
    throw new Error('The NocoBase host is not installed: run `node tools/bootstrap.mjs host`.');
  }
  mkdirSync(slotsRoot, { recursive: true });
  for (let number = 1; ; number += 1) {
    const release = lockSlot(join(slotsRoot, `${number}.lock`));
    if (release) {
      return prepare(number, release);
    }
  }
}

function prepare(number: number, release: () => void): Slot {
  const directory = join(slotsRoot, `${number}`);
  if (!isCurrent(directory)) {
    copyHost(directory);
  }
  pluginLinks(join(directory, 'node_modules')).forEach((link) => rmSync(link));
  const storage = join(directory, 'storage');
  rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
  const plugins = join(storage, 'plugins');
  mkdirSync(plugins, { recursive: true });
  mkdirSync(join(storage, 'tmp'));
  return { number, directory, storage, plugins, release };
}

function isCurrent(directory: string): boolean {
  const stamp = join(directory, '.installed');
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === readFileSync(baseHostStamp, 'utf8') &&
    // `pm remove` takes a package out of node_modules for good.
    packageNames(directory) === packageNames(baseHost)
  );
}

function copyHost(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const name of ['package.json', 'node_modules', '.env.e2e.example']) {
    copy(join(baseHost, name), join(directory, name));
  }
  const written = join(directory, WRITTEN_BY_HOST);
  rmSync(written, { recursive: true });
  execFileSync('cp', ['-a', join(baseHost, WRITTEN_BY_HOST), written]);
  // Last, so that an interrupted copy is made anew.
  writeFileSync(join(directory, '.installed'), readFileSync(baseHostStamp));
}

function copy(from: string, to: string): void {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' });
  } catch {
    // No hard links here (another file system, another `cp`): a real copy does as well, only slower.
    rmSync(to, { recursive: true, force: true });
    execFileSync('cp', ['-a', from, to]);
  }
}

/** Links to plugins: npm itself makes none in node_modules but those in .bin. */
function pluginLinks(nodeModules: string): string[] {
  return entries(nodeModules)
    .filter(([, entry]) => entry.isSymbolicLink())
    .map(([path]) => path);
}

function packageNames(directory: string): string {
  const root = join(directory, 'node_modules');
  return entries(root)
    .filter(([, entry]) => entry.isDirectory())
    .map(([path]) => path.slice(root.length))
    .sort()
    .join();
}

/** Packages of a node_modules with their paths, those in scopes included. */
function entries(nodeModules: string): [string, Dirent][] {
  return readdirSync(nodeModules, { withFileTypes: true }).flatMap((entry): [string, Dirent][] => {
    const path = join(nodeModules, entry.name);
    return entry.name.startsWith('@') && entry.isDirectory() ? entries(path) : [[path, entry]];
  });
}
