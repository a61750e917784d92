import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packSamplePlugin, type Answer, type Api, type Cluster } from '../../tools/cluster';
import { operation, pings, pluginAction, processes } from './commands';
import { installedDatabase, serving, servingCluster, tellStoryOnFailure } from './support';

const NAME = 'sample-files';
const pack = (version: string) =>
  packSamplePlugin({ name: NAME, version, text: `text of ${version}`, collection: 'sampleFiles' });

describe('plugin files that are added and updated while three nodes run', () => {
  let cluster: Cluster;
  let api: Api;
  let before: unknown;

  beforeAll(async () => {
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3 }));
    before = processes(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  it('a plugin added by upload can be enabled on every node', async () => {
    await operation({ cluster, api }, { kind: 'pm.add' }, async () =>
      accepted(await api.upload('pm:add', pack('1.0.0'))),
    );
    expect(await pings(cluster, NAME)).toEqual([404, 404, 404]);
    await operation({ cluster, api }, { kind: 'pm.enable' }, async () =>
      accepted(await pluginAction(api, 'enable', NAME, cluster.node(1))),
    );
    await expectEverywhere('1.0.0');
  });

  it('an update by upload reaches every node', async () => {
    await operation({ cluster, api }, { kind: 'pm.update' }, async () =>
      accepted(
        await api.at(cluster.node(2).url).upload(`pm:update?filterByTk=${NAME}`, pack('1.0.1'), { packageName: NAME }),
      ),
    );
    await expectEverywhere('1.0.1');
  });

  it('an update on the command line through a running node reaches every node', async () => {
    await operation({ cluster, api }, { kind: 'pm.add', requestedBy: 'CLI' }, async () => {
      const { code, output } = await cluster.runCli(['pm', 'add', pack('1.0.2')], { node: cluster.node(1) });
      expect(code, output).toBe(0);
    });
    await expectEverywhere('1.0.2');
  });

  it('an update by a process of its own reaches every node', async () => {
    await operation({ cluster, api }, { kind: 'pm.add', requestedBy: 'CLI' }, async () => {
      const { code, output } = await cluster.runCli(['pm', 'add', pack('1.0.3')]);
      expect(code, output).toBe(0);
    });
    await expectEverywhere('1.0.3');
  });

  it('a node that starts afterwards serves the newest version as well', async () => {
    const late = await cluster.addNode();
    try {
      await serving(cluster);
      await expectEverywhere('1.0.3');
    } finally {
      await late.stop();
      cluster.nodes.pop();
    }
  });

  it('a plugin that is disabled and removed leaves nothing on any node', async () => {
    await operation({ cluster, api }, { kind: 'pm.disable' }, async () =>
      accepted(await pluginAction(api, 'disable', NAME, cluster.node(0))),
    );
    await operation({ cluster, api }, { kind: 'pm.remove' }, async () =>
      accepted(await api.post(`pm:remove?filterByTk=${NAME}`)),
    );
    expect(await pings(cluster, NAME)).toEqual([404, 404, 404]);
    const sql = 'SELECT name FROM "applicationPlugins" WHERE name = $1';
    expect(await cluster.postgres.query(cluster.database, sql, [NAME])).toEqual([]);
  });

  it('no node was restarted for any of this, and no upgrade is left to do for the next start', () => {
    expect(processes(cluster)).toEqual(before);
    expect(existsSync(join(cluster.slot.storage, '.upgrading'))).toBe(false);
  });

  function accepted({ status, body }: Answer): void {
    expect({ status, body }).toMatchObject({ status: 200 });
  }

  async function expectEverywhere(version: string): Promise<void> {
    expect(await pings(cluster, NAME)).toEqual(cluster.nodes.map(() => `text of ${version}`));
    const lists = await Promise.all(cluster.nodes.map(({ url }) => api.at(url).get('sampleFiles:list')));
    expect(lists.map(({ status }) => status)).toEqual(cluster.nodes.map(() => 200));
    const sql = 'SELECT version, enabled FROM "applicationPlugins" WHERE name = $1';
    expect(await cluster.postgres.query(cluster.database, sql, [NAME])).toEqual([{ version, enabled: true }]);
  }
});
