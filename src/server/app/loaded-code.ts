import path from 'node:path';
import { findAllPlugins, PluginManager } from '@nocobase/server';
import type { PluginPrint } from '../../shared/domain';
import { PACKAGE_NAME } from '../../shared/api';
import { nodeModulesPath, packageFolder, printOnDisk } from './plugin-prints';

/**
 * Which plugin code this process has in memory. The host requires every plugin on disk at process start, enabled or
 * not, and never again: so the print at that time counts until the code is forgotten here.
 */
export class LoadedCode {
  private readonly prints = new Map<string, PluginPrint>();
  private captured: Promise<void> | undefined;

  /** To be called at process start; what is asked later waits for it. */
  capture(): Promise<void> {
    return (this.captured ??= this.captureAll());
  }

  /** The print of the code that is in memory, or will be when the package is loaded for the first time. */
  async print(packageName: string): Promise<PluginPrint | undefined> {
    await this.capture();
    const known = this.prints.get(packageName);
    if (known) return known;
    const print = await printOnDisk(packageName);
    if (print) this.prints.set(packageName, print);
    return print;
  }

  /** Packages that this process has met so far. */
  known(): string[] {
    return [...this.prints.keys()];
  }

  /** Packages whose files on disk are no longer what is in memory. */
  async changed(packageNames: readonly string[]): Promise<string[]> {
    const pairs = await Promise.all(
      packageNames.map(async (name) => ({ name, disk: await printOnDisk(name), loaded: await this.print(name) })),
    );
    return pairs.filter(({ disk, loaded }) => disk && loaded && disk.hash !== loaded.hash).map(({ name }) => name);
  }

  /**
   * Makes the next load of these packages read their files again, together with every other plugin that required
   * them (it would keep the old classes otherwise). Returns false when this plugin itself is among them: its
   * connections and locks live in the code that would have to go, so only a new process can load it.
   */
  async forget(packageNames: readonly string[]): Promise<boolean> {
    const folders = await pluginFolders();
    const stale = withDependents(packageNames, folders);
    if (stale.has(PACKAGE_NAME)) return false;
    for (const file of Object.keys(require.cache)) {
      const owner = ownerOf(file, folders);
      if (owner !== undefined && stale.has(owner)) forgetModule(file);
    }
    for (const name of stale) this.prints.delete(name);
    return true;
  }

  private async captureAll(): Promise<void> {
    const packages = await allPackages();
    const prints = await Promise.all(packages.map((name) => printOnDisk(name)));
    for (const print of prints) if (print) this.prints.set(print.name, print);
  }
}

async function allPackages(): Promise<string[]> {
  const names = await findAllPlugins();
  const packages = await Promise.all(names.map((name) => PluginManager.getPackageName(name)));
  return packages.filter((name) => name !== null);
}

/** Every folder that files of a package are known by: the host runs Node.js with links preserved, others may not. */
type Folders = ReadonlyMap<string, readonly string[]>;

async function pluginFolders(): Promise<Folders> {
  const packages = await allPackages();
  const entries = packages.map(async (name) => {
    const real = await packageFolder(name);
    const link = path.join(nodeModulesPath(), name);
    return [name, real === undefined ? [link] : [link, real]] as const;
  });
  return new Map(await Promise.all(entries));
}

function ownerOf(file: string, folders: Folders): string | undefined {
  for (const [name, places] of folders) if (places.some((place) => file.startsWith(place + path.sep))) return name;
  return undefined;
}

function withDependents(packageNames: readonly string[], folders: Folders): Set<string> {
  const stale = new Set(packageNames);
  for (let grown = true; grown;) {
    grown = false;
    for (const module of Object.values(require.cache)) {
      const owner = module && ownerOf(module.filename, folders);
      if (!owner || stale.has(owner)) continue;
      const requiresStale = module.children.some((child) => stale.has(ownerOf(child.filename, folders) ?? ''));
      if (requiresStale) grown = stale.add(owner) !== undefined;
    }
  }
  return stale;
}

function forgetModule(file: string): void {
  const module = require.cache[file];
  delete require.cache[file];
  // A parent's list of children would keep the old code in memory for ever.
  for (const parent of Object.values(require.cache)) {
    const index = module && parent ? parent.children.indexOf(module) : -1;
    if (index >= 0) parent?.children.splice(index, 1);
  }
}
