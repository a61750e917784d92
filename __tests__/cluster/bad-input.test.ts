import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packSamplePlugin, type Api, type Cluster } from '../../tools/cluster';
import { operation, pings, pluginAction, processes } from './commands';
import { epochNow, installedDatabase, servingCluster, storedEpoch, tellStoryOnFailure } from './support';

const pack = (version: string, failAt?: 'load' | 'migration') =>
  packSamplePlugin({ name: 'sample-old', version, text: `text of ${version}`, ...(failAt ? { failAt } : {}) });

describe('plugins that do not work, in a cluster of three nodes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cm-bad-'));
  const noArchive = join(folder, 'sample-bad-1.0.0.tgz');
  let cluster: Cluster;
  let api: Api;
  let before: unknown;

  beforeAll(async () => {
    writeFileSync(noArchive, 'This is no archive.');
    const samples = (['load', 'install'] as const).map((failAt) => ({
      name: `sample-${failAt}`,
      version: '1.0.0',
      text: failAt,
      failAt,
    }));
    const good = { name: 'sample-good', version: '1.0.0', text: 'good' };
    const old = { name: 'sample-old', version: '1.0.0', text: 'text of 1.0.0' };
    ({ cluster, api } = await servingCluster({
      database: await installedDatabase(),
      nodes: 3,
      samples: [...samples, good, old],
    }));
    before = processes(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await cluster?.stopAll();
    rmSync(folder, { recursive: true });
  });

  it.each(['load', 'install'])(
    'one that fails in %s is not enabled, and every node serves as before',
    async (phase) => {
      const reason = `sample-${phase} 1.0.0 fails at ${phase}`;
      await failing({ kind: 'pm.enable', subject: `sample-${phase}` }, reason, async () => {
        const { status, body } = await pluginAction(api, 'enable', `sample-${phase}`, cluster.node(1));
        expect(status).toBe(500);
        expect(JSON.stringify(body)).toContain(reason);
      });
      expect(await pings(cluster, `sample-${phase}`)).toEqual([404, 404, 404]);
      expect(await enabled(`sample-${phase}`)).toBe(false);
    },
  );

  it('a file that is no archive is refused, uploaded or on the command line', async () => {
    const reason = 'not a valid compressed file';
    await failing({ kind: 'pm.add' }, reason, () => api.upload('pm:add', noArchive));
    await failing({ kind: 'pm.add', requestedBy: 'CLI' }, reason, async () => {
      const { code, output } = await cluster.runCli(['pm', 'add', noArchive]);
      expect(code, output).not.toBe(0);
      expect(output).toContain(reason);
    });
  });

  it.each([
    { phase: 'load', version: '1.0.1' },
    { phase: 'migration', version: '1.0.2' },
  ] as const)(
    'an update that fails in $phase leaves every node with the version before',
    async ({ phase, version }) => {
      if (!(await enabled('sample-old'))) {
        await operation({ cluster, api }, { kind: 'pm.enable' }, () =>
          pluginAction(api, 'enable', 'sample-old', cluster.node(0)),
        );
      }
      await failing({ kind: 'pm.update', subject: 'sample-old' }, `sample-old ${version} fails at ${phase}`, () =>
        api.upload('pm:update?filterByTk=sample-old', pack(version, phase), { packageName: 'sample-old' }),
      );
      expect(await pings(cluster, 'sample-old')).toEqual(Array(3).fill('text of 1.0.0'));
    },
  );

  it('the next operation works: a good update, and another plugin', async () => {
    await operation({ cluster, api }, { kind: 'pm.update' }, () =>
      api.upload('pm:update?filterByTk=sample-old', pack('1.0.3'), { packageName: 'sample-old' }),
    );
    expect(await pings(cluster, 'sample-old')).toEqual(Array(3).fill('text of 1.0.3'));
    await operation({ cluster, api }, { kind: 'pm.enable' }, () =>
      pluginAction(api, 'enable', 'sample-good', cluster.node(2)),
    );
    expect(await pings(cluster, 'sample-good')).toEqual(['good', 'good', 'good']);
    expect(processes(cluster)).toEqual(before);
  });

  /** The operation ends `failed` with the reason, moves the epoch on, and leaves every node in traffic. */
  async function failing(
    expected: { kind: 'pm.add' | 'pm.enable' | 'pm.update'; subject?: string; requestedBy?: string },
    reason: string,
    act: () => Promise<unknown>,
  ): Promise<void> {
    const epoch = await epochNow(cluster, api);
    const record = await operation({ cluster, api }, { ...expected, result: 'failed' }, act);
    expect(record.reason).toContain(reason);
    expect(record.reason).not.toContain('out of traffic');
    expect(record.epoch).toBeGreaterThan(epoch);
    expect(await storedEpoch(cluster)).toBe(record.epoch);
    const answers = await Promise.all(cluster.nodes.map(({ url }) => api.at(url).get('users:list')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  }

  async function enabled(name: string): Promise<boolean> {
    const sql = 'SELECT name FROM "applicationPlugins" WHERE name = $1 AND enabled';
    return (await cluster.postgres.query(cluster.database, sql, [name])).length > 0;
  }
});
