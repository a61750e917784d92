/**
 * Another image of the host: the same NocoBase whose core reports another version and may bring a migration, as the next
 * release would. It is a slot of its own in which one package is a real copy; nodes that run it keep using the storage of
 * their cluster, as containers of two images share a volume.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseHost, baseHostStamp } from './paths';
import { acquireSlot, type Slot } from './slots';

export interface HostImage {
  readonly version: string;
  /** The host folder that nodes of this image run in. */
  readonly directory: string;
  /** To be called when no node runs it any more. */
  release(): void;
}

export interface HostImageOptions {
  /** Of the cluster whose storage and plugins the image shares. */
  readonly slot: Slot;
  readonly version: string;
  /** A migration of the core by its file name: a module of JavaScript. */
  readonly migrations?: Readonly<Record<string, string>>;
}

/** The host asks this package for the version of the core and for its migrations. */
const CORE = join('node_modules', '@nocobase', 'server');

export function hostImage({ slot, version, migrations = {} }: HostImageOptions): HostImage {
  const own = acquireSlot();
  const core = join(own.directory, CORE);
  const stamp = join(own.directory, '.installed');
  // Without its stamp the slot is made anew, should this run end before it has put the package back.
  rmSync(stamp);
  copy('-a', core);
  const manifest = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(core, 'package.json'), JSON.stringify({ ...manifest, version }, null, 2));
  for (const [name, text] of Object.entries(migrations)) writeFileSync(join(core, 'lib', 'migrations', name), text);
  linkPlugins(slot, own);
  return {
    version,
    directory: own.directory,
    release() {
      copy('-al', core);
      writeFileSync(stamp, readFileSync(baseHostStamp));
      own.release();
    },
  };
}

function copy(how: '-a' | '-al', target: string): void {
  rmSync(target, { recursive: true });
  execFileSync('cp', [how, join(baseHost, CORE), target]);
}

/** What `nocobase postinstall` does before a container's first start. */
function linkPlugins(from: Slot, to: Slot): void {
  const source = join(from.directory, 'node_modules');
  for (const name of linksIn(source)) {
    const link = join(to.directory, 'node_modules', name);
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(readlinkSync(join(source, name)), link);
  }
}

function linksIn(folder: string, scope = ''): string[] {
  return readdirSync(join(folder, scope), { withFileTypes: true }).flatMap((entry) => {
    const name = join(scope, entry.name);
    if (entry.isSymbolicLink()) return [name];
    return scope === '' && entry.name.startsWith('@') ? linksIn(folder, name) : [];
  });
}
