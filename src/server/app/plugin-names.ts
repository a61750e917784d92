import { PluginManager } from '@nocobase/server';
import type { OperationKind } from '../../shared/domain';

/** Names of the packages of these plugins; who is unknown has none. */
export async function packagesOf(names: readonly string[]): Promise<string[]> {
  const packages = await Promise.all(names.map((name) => PluginManager.getPackageName(name).catch(() => null)));
  return packages.filter((name) => name !== null);
}

/**
 * Nobody drains a cluster for a plugin that is not there: the sentence that refuses it, or undefined. Other commands
 * bring their plugin with them.
 */
export async function missingPlugin(kind: OperationKind, names: readonly string[]): Promise<string | undefined> {
  if (kind !== 'pm.enable' && kind !== 'pm.disable') return undefined;
  for (const name of names) {
    const found = await PluginManager.getPackageName(name).catch(() => null);
    if (!found) return `There is no plugin "${name}" on this node; add it first.`;
  }
  return undefined;
}
