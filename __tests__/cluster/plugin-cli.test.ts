import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Cluster } from '../../tools/cluster';
import { inPhase, operation, pings, processes } from './commands';
import { holdPluginWork, waitersOf, type Hold } from './holds';
import { epochNow, eventually, installedDatabase, MINUTE, servingCluster, tellStoryOnFailure } from './support';
import { watch } from './watch';

const sample = (name: string) => ({ name, version: '1.0.0', text: `text of ${name}` });

describe('plugin commands on the command line, with three nodes running', () => {
  let cluster: Cluster;
  let api: Api;
  let hold: Hold | undefined;
  let before: unknown;

  beforeAll(async () => {
    const samples = [sample('sample-via'), sample('sample-own')];
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3, samples }));
    before = processes(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => {
    await hold?.release();
    await cluster?.stopAll();
  });

  it('a plugin enabled through the socket of a running node is served by every node', async () => {
    await operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-via', requestedBy: 'CLI' }, async () => {
      const { code, output } = await cluster.runCli(['pm', 'enable', 'sample-via'], { node: cluster.node(1) });
      expect(code, output).toBe(0);
    });
    expect(await pings(cluster, 'sample-via')).toEqual(Array(3).fill('text of sample-via'));
  });

  it('a plugin enabled by a process of its own is served by every node, and that process ends well', async () => {
    await operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-own', requestedBy: 'CLI' }, async () => {
      const { code, output } = await cluster.runCli(['pm', 'enable', 'sample-own']);
      expect(code, output).toBe(0);
      expect(output).toContain('[cluster maintenance] done');
    });
    expect(await pings(cluster, 'sample-own')).toEqual(Array(3).fill('text of sample-own'));
  });

  it('a plugin disabled by a process of its own is gone from every node', async () => {
    await operation({ cluster, api }, { kind: 'pm.disable', subject: 'sample-via', requestedBy: 'CLI' }, async () => {
      const { code, output } = await cluster.runCli(['pm', 'disable', 'sample-via']);
      expect(code, output).toBe(0);
    });
    expect(await pings(cluster, 'sample-via')).toEqual([404, 404, 404]);
  });

  it.each(['a process of its own', 'the socket of a running node'])(
    'a plugin that does not exist is refused in one sentence, and nobody is drained: %s',
    async (way) => {
      const epoch = await epochNow(cluster, api);
      const seen = watch(cluster.nodes);
      const options = way.startsWith('the socket') ? { node: cluster.node(1) } : {};
      const { code, output } = await cluster.runCli(['pm', 'enable', 'sample-none'], options);
      await seen.stop();
      expect(code, output).not.toBe(0);
      expect(output).toContain('There is no plugin "sample-none"');
      expect(await epochNow(cluster, api)).toBe(epoch);
      const words = cluster.nodes.flatMap((node) => seen.of(node).map(({ ready, api: word }) => `${ready} ${word}`));
      expect(words.filter((word) => /503/.test(word))).toEqual([]);
    },
  );

  it('a process of its own that comes second learns who works, and ends', async () => {
    hold = await holdPluginWork(cluster);
    const enabling = operation({ cluster, api }, { kind: 'pm.enable', subject: 'sample-via' }, () =>
      api.post('pm:enable?filterByTk=sample-via&awaitResponse=true'),
    );
    enabling.catch(() => undefined);
    await inPhase(cluster, api, cluster.node(1), 'working');
    await eventually(cluster, 'The leader does not work', MINUTE, () => waitersOf(cluster, 'applicationPlugins'));

    const { code, output } = await cluster.runCli(['pm', 'disable', 'sample-own']);
    expect(code, output).not.toBe(0);
    expect(output).toMatch(new RegExp(`:${cluster.node(0).port}[^"\\n]* runs pm\\.enable`));
    await hold.release();
    await enabling;
    expect(await pings(cluster, 'sample-own')).toEqual(Array(3).fill('text of sample-own'));
  });

  it('no node was restarted for any of this', () => {
    expect(processes(cluster)).toEqual(before);
  });
});
