import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nodeModulesPath, packageFolder, printOnDisk } from './plugin-prints';

/** What a set of copies is made of, as it stands beside them: another process may put them back. */
interface Manifest {
  /** Packages whose files were copied, with the print of their server code. */
  readonly kept: Readonly<Record<string, string | undefined>>;
  /** All packages that were in the plugin storage. */
  readonly before: readonly string[];
  /** Packages that came with the operation; unknown when it did not end. */
  readonly added?: readonly string[];
}

const MANIFEST = 'manifest.json';
/** Files as they were after the operation, so that putting back can be taken back. */
const AFTER = 'after';
/** Sets of copies that stay for a roll-back: they may be large. */
const SETS = 5;

/**
 * The files of plugins as they were before a command that may replace them. The host overwrites a plugin's folder and
 * keeps nothing: without this, new code that throws leaves a cluster that cannot load it and has lost the old one.
 */
export class KeptPlugins {
  private constructor(
    private readonly place: string,
    private manifest: Manifest,
  ) {}

  /** Only plugins in the host's plugin storage can be replaced; the others came with the host. */
  static async keep(packageNames: readonly string[], operationId: string): Promise<KeptPlugins> {
    await prune();
    const place = placeOf(operationId);
    const kept: Record<string, string | undefined> = {};
    for (const name of packageNames) {
      const folder = await packageFolder(name);
      if (!folder?.startsWith(pluginStorage() + path.sep)) continue;
      await cp(folder, path.join(place, name), { recursive: true, verbatimSymlinks: true });
      kept[name] = (await printOnDisk(name))?.hash;
    }
    const copies = new KeptPlugins(place, { kept, before: await storedPackages() });
    await copies.save();
    return copies;
  }

  /** Undefined when the operation changed no files, or what was kept of them has made room for later ones. */
  static async of(operationId: string): Promise<KeptPlugins | undefined> {
    const place = placeOf(operationId);
    try {
      return new KeptPlugins(place, JSON.parse(await readFile(path.join(place, MANIFEST), 'utf8')) as Manifest);
    } catch {
      return undefined;
    }
  }

  /** Puts back what has changed since, for good; returns the names of those plugins. */
  async putBack(): Promise<string[]> {
    const names = await this.changed();
    for (const name of names) await exchange(name, path.join(this.place, name), undefined);
    await this.discard();
    return names;
  }

  /** The same in such a way that `undo` can take it back; what came with the operation goes, too. */
  async rollBack(): Promise<string[]> {
    const changed = await this.changed();
    const added = this.manifest.added ?? (await this.newcomers());
    for (const name of changed) await exchange(name, path.join(this.place, name), this.aside(name));
    for (const name of added) await exchange(name, undefined, this.aside(name));
    return [...changed, ...added];
  }

  async undo(): Promise<void> {
    const after = path.join(this.place, AFTER);
    for (const name of await packagesIn(after)) {
      await exchange(name, path.join(after, name), path.join(this.place, name));
    }
  }

  /** The operation is over; the copies stay for a roll-back. */
  async seal(): Promise<void> {
    this.manifest = { ...this.manifest, added: await this.newcomers() };
    await this.save();
  }

  async discard(): Promise<void> {
    await rm(this.place, { recursive: true, force: true });
  }

  private aside(name: string): string {
    return path.join(this.place, AFTER, name);
  }

  private async changed(): Promise<string[]> {
    const names: string[] = [];
    for (const [name, hash] of Object.entries(this.manifest.kept)) {
      if ((await printOnDisk(name))?.hash !== hash) names.push(name);
    }
    return names;
  }

  private async newcomers(): Promise<string[]> {
    return (await storedPackages()).filter((name) => !this.manifest.before.includes(name));
  }

  private async save(): Promise<void> {
    await mkdir(this.place, { recursive: true });
    await writeFile(path.join(this.place, MANIFEST), JSON.stringify(this.manifest, null, 2));
  }
}

/** What is there goes to `aside` (or away), and what is at `copy` takes its place; the host's link goes with it. */
async function exchange(name: string, copy: string | undefined, aside: string | undefined): Promise<void> {
  const folder = path.join(pluginStorage(), name);
  if (aside !== undefined && (await isThere(folder))) {
    await mkdir(path.dirname(aside), { recursive: true });
    await rename(folder, aside);
  }
  await rm(folder, { recursive: true, force: true });
  const link = path.join(nodeModulesPath(), name);
  if (copy === undefined || !(await isThere(copy))) return rm(link, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(copy, folder);
  if (await isThere(link)) return;
  await mkdir(path.dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(folder, link, 'dir');
}

/** The oldest make room for a new one. */
async function prune(): Promise<void> {
  const all = await readdir(path.dirname(placeOf('any'))).catch(() => []);
  const dated = await Promise.all(
    all.map(async (id) => ({ place: placeOf(id), at: (await stat(placeOf(id)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const old = dated.sort((a, b) => b.at - a.at).slice(SETS - 1);
  for (const { place } of old) await rm(place, { recursive: true, force: true });
}

async function packagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const names = entries.map(async (entry) => {
    if (!entry.startsWith('@')) return [entry];
    const scoped = await readdir(path.join(folder, entry)).catch(() => []);
    return scoped.map((name) => `${entry}/${name}`);
  });
  return (await Promise.all(names)).flat().filter((name) => !name.startsWith('.'));
}

function storedPackages(): Promise<string[]> {
  return packagesIn(pluginStorage());
}

/** Also false for a link that leads nowhere. */
async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function storageFolder(): string {
  return path.resolve(process.env.STORAGE_PATH ?? 'storage');
}

function pluginStorage(): string {
  return path.join(storageFolder(), 'plugins');
}

function placeOf(operationId: string): string {
  return path.join(storageFolder(), '.cluster-maintenance', operationId);
}
