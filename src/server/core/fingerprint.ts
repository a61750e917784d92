import type { Fingerprint, PluginPrint } from '../../shared/domain';

/** What distinguishes `actual` from `expected`, in one sentence; undefined when they are equal. */
export function fingerprintDifference(expected: Fingerprint, actual: Fingerprint): string | undefined {
  if (expected.digest === actual.digest) return undefined;
  if (expected.core !== actual.core)
    return `This node runs NocoBase ${actual.core}; the database is for ${expected.core}.`;
  const mine = new Map(actual.plugins.map((plugin) => [plugin.name, plugin]));
  const theirs = new Map(expected.plugins.map((plugin) => [plugin.name, plugin]));
  const words = [
    ...expected.plugins.map((plugin) => pluginDifference(plugin, mine.get(plugin.name))),
    ...actual.plugins.filter(({ name }) => !theirs.has(name)).map(({ name }) => `${name} is loaded but not enabled`),
  ].filter((word) => word !== undefined);
  return `This node's code differs: ${words.slice(0, 5).join('; ')}${words.length > 5 ? '; …' : ''}.`;
}

function pluginDifference(expected: PluginPrint, actual: PluginPrint | undefined): string | undefined {
  if (!actual) return `${expected.name} ${expected.version} is enabled but not loaded`;
  if (actual.version !== expected.version)
    return `${expected.name} is ${actual.version} instead of ${expected.version}`;
  return actual.hash === expected.hash ? undefined : `${expected.name} ${expected.version} has other files`;
}
