import { PluginManager } from '@nocobase/server';
import type { OperationKind } from '../../shared/domain';

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
