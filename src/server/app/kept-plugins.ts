import { cp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { PluginPrint } from '../../shared/domain';
import { packageFolder, printOnDisk } from './plugin-prints';

interface Kept {
  readonly folder: string;
  readonly copy: string;
  readonly print: PluginPrint | undefined;
}

/**
 * The files of plugins as they were before a command that may replace them. The host overwrites a plugin's folder and
 * keeps nothing: without this, new code that throws leaves a cluster that cannot load it and has lost the old one.
 */
export class KeptPlugins {
  private constructor(
    private readonly place: string,
    private readonly kept: ReadonlyMap<string, Kept>,
  ) {}

  /** Only plugins in the host's plugin storage can be replaced; the others came with the host. */
  static async keep(packageNames: readonly string[], operationId: string): Promise<KeptPlugins> {
    const storage = path.resolve(process.env.STORAGE_PATH ?? 'storage');
    const place = path.join(storage, '.cluster-maintenance', operationId);
    const kept = new Map<string, Kept>();
    for (const name of packageNames) {
      const folder = await packageFolder(name);
      if (!folder?.startsWith(path.join(storage, 'plugins') + path.sep)) continue;
      const copy = path.join(place, name);
      await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
      kept.set(name, { folder, copy, print: await printOnDisk(name) });
    }
    return new KeptPlugins(place, kept);
  }

  /** Puts back what has changed since; returns the names of those plugins. */
  async putBack(): Promise<string[]> {
    const names: string[] = [];
    for (const [name, { folder, copy, print }] of this.kept) {
      if ((await printOnDisk(name))?.hash === print?.hash) continue;
      await rm(folder, { recursive: true, force: true });
      await rename(copy, folder);
      names.push(name);
    }
    await this.discard();
    return names;
  }

  async discard(): Promise<void> {
    await rm(this.place, { recursive: true, force: true });
  }
}
