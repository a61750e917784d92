import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HARMLESS, HARMLESS_COMMANDS } from '../../src/server/core/policy/harmless';
import { RISKY_ACTIONS, RISKY_COMMANDS } from '../../src/server/core/policy/risk-list';
import { temporaryDirectory, until, type Cluster } from '../../tools/cluster';
import { enableEveryPlugin, pluginsOnDisk } from './every-plugin';
import { figures, resourcesOf, walk, walkCommands, type Found, type Surface } from './policy-walk';
import { installedDatabase, servingCluster, tellStoryOnFailure } from './support';

/** Of plugins that are sold; they cannot be here. */
const SOLD = {
  resources: ['migration', 'versionControl'],
  commands: ['migration', 'migration.run', 'migration.generate'],
};
/** Not commands of the host, but what this plugin calls its own. */
const OWN_COMMANDS = ['backup', 'roll-back', 'maintenance.run'];
/** Only apps that measure themselves have it. */
const ON_DEMAND = ['perf'];

describe('what an app with all plugins that NocoBase brings along can be asked to do', () => {
  const folder = temporaryDirectory('policy-probe');
  const script = JSON.stringify(join(__dirname, 'policy-probe.cjs'));
  const env = { NODE_OPTIONS: `--require ${script}`, POLICY_PROBE_FOLDER: folder.path };
  let cluster: Cluster;
  let surface: Surface;
  let actions: readonly Found[];
  let commands: readonly Found[];

  beforeAll(async () => {
    const database = await installedDatabase();
    const serving = await servingCluster({ database, nodes: 1, redis: 'none', env });
    cluster = serving.cluster;
    await enableEveryPlugin(serving.api, cluster);
    surface = await ask();
    actions = Object.values(surface.dataSources).flatMap(walk);
    commands = walkCommands(surface.commands);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await cluster?.stopAll();
    folder.remove();
  });

  it('is asked for with every plugin enabled', () => {
    expect(surface.error).toBeUndefined();
    const enabled = surface.plugins.filter((plugin) => plugin.enabled).map((plugin) => plugin.package);
    expect(enabled).toEqual(expect.arrayContaining([...pluginsOnDisk(cluster)]));
    expect(actions.length).toBeGreaterThan(1_000);
    expect(commands.length).toBeGreaterThan(25);
  });

  it('has nothing that nobody has decided about', () => {
    const left = [...actions, ...commands].filter(({ kind }) => kind === 'unknown').map(({ name }) => name);
    expect(left).toEqual([]);
  });

  it('has every action that the list of risks names', () => {
    const rows = RISKY_ACTIONS.filter(({ resource }) => !SOLD.resources.includes(resource));
    expect(gone(rows.map((row) => [row.resource, row.actions === 'writes' ? [] : row.actions]))).toEqual([]);
    const known = [...SOLD.commands, ...OWN_COMMANDS, ...surface.commands];
    expect(Object.keys(RISKY_COMMANDS).filter((name) => !known.includes(name.replace(/ --.*/, '')))).toEqual([]);
  });

  it('has everything that is called harmless', () => {
    const rows = HARMLESS.filter(({ resource }) => !ON_DEMAND.includes(resource));
    expect(gone(rows.map((row) => [row.resource, row.actions === 'rows' ? [] : row.actions]))).toEqual([]);
    expect(Object.keys(HARMLESS_COMMANDS).filter((name) => !surface.commands.includes(name))).toEqual([]);
  });

  it('is asked about, refused or let through in production as these figures say', () => {
    process.stdout.write(`\n${figures(actions, commands)}\n\n`);
    const denied = actions.filter(({ risk }) => risk?.group === 'plugin-rows');
    expect(denied.map(({ name }) => name)).toContain('applicationPlugins:updateOrCreate');
  });

  function gone(rows: readonly (readonly [string, readonly string[]])[]): string[] {
    const names = new Set(actions.map(({ name }) => name));
    const resources = new Set(Object.values(surface.dataSources).flatMap((source) => [...resourcesOf(source)]));
    return rows.flatMap(([resource, named]) =>
      resources.has(resource)
        ? named.map((action) => `${resource}:${action}`).filter((name) => !names.has(name))
        : [resource],
    );
  }

  async function ask(): Promise<Surface> {
    const { pid, name } = cluster.node(0);
    const file = join(folder.path, `${pid}.json`);
    process.kill(pid, 'SIGUSR2');
    await until(
      () => existsSync(file),
      30_000,
      () => `${name} does not say what it has.`,
    );
    return JSON.parse(readFileSync(file, 'utf8')) as Surface;
  }
});
