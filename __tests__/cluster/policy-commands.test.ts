import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Cluster, CliResult } from '../../tools/cluster';
import { operation, pings } from './commands';
import { asked, ENABLE, policyOf, PRODUCTION, setPolicy } from './policy-support';
import {
  epochNow,
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  statusOf,
  tellStoryOnFailure,
} from './support';

const SAMPLE = { name: 'typed-sample', version: '1.0.0', text: 'here' };

describe('the policy of production at the command line and at a start', () => {
  let cluster: Cluster;
  let api: Api;

  beforeAll(async () => {
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 2, env: PRODUCTION, samples: [SAMPLE] }));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  const type = (args: string[], env = {}): Promise<CliResult> => cluster.runCli(args, { node: cluster.node(0), env });

  it('a command that goes through the running app is told what to type, and then does it', async () => {
    const before = await epochNow(cluster, api);
    const refused = await type(['pm', 'enable', SAMPLE.name]);
    expect(refused.output).toContain(
      `pm.enable: A reason is needed. Type: yarn nocobase pm enable ${SAMPLE.name} --maintenance-reason WHY`,
    );
    expect(refused.code).toBe(1);
    // The running app was asked first, and goes on as if nothing had been.
    expect(cluster.node(0).log()).toMatch(/audit \{[^\n]*pm\.enable/);
    expect(await epochNow(cluster, api)).toBe(before);
    expect((await statusOf(api, cluster.node(0))).nodes.map(({ phase }) => phase)).toEqual(['serving', 'serving']);
    await operation({ cluster, api }, { kind: 'pm.enable', subject: SAMPLE.name }, async () => {
      const done = await type(['pm', 'enable', SAMPLE.name, '--maintenance-reason', 'we need it']);
      expect(done.code, done.output).toBe(0);
    });
    expect(await pings(cluster, SAMPLE.name)).not.toContain(404);
  });

  it('a command in a process of its own has to type the name, where that is asked for', async () => {
    await operation({ cluster, api }, { kind: 'pm.disable' }, () =>
      type(['pm', 'disable', SAMPLE.name, '--maintenance-reason', 'to remove it']),
    );
    const remove = ['pm', 'remove', SAMPLE.name];
    const refused = await type([...remove, '--maintenance-reason', 'gone']);
    expect(refused.output).toContain(`--maintenance-reason gone --maintenance-name ${SAMPLE.name}`);
    expect(refused.code).toBe(1);
    const wrong = await type([...remove, '--maintenance-reason', 'gone', '--maintenance-name', 'users']);
    expect(wrong.output).toContain('Another name was typed');
    await operation({ cluster, api }, { kind: 'pm.remove', subject: SAMPLE.name }, async () => {
      const done = await type([...remove, '--maintenance-reason', 'gone', '--maintenance-name', SAMPLE.name]);
      expect(done.code, done.output).toBe(0);
    });
  });

  it('a denied command begins nothing, be it an operation or not', async () => {
    await setPolicy(api, {
      rules: [
        { action: 'db:sync', demand: 'deny' },
        { action: 'restart', demand: 'deny' },
      ],
    });
    const before = await epochNow(cluster, api);
    for (const command of ['db:sync', 'restart']) {
      const { code, output } = await type([command, '--maintenance-reason', 'please']);
      expect(output).toContain(`The policy denies ${command}.`);
      expect(code, command).toBe(1);
    }
    expect(await epochNow(cluster, api)).toBe(before);
    await serving(cluster);
    await setPolicy(api, {});
  });

  it('a command that is to run alone asks, too', async () => {
    await setPolicy(api, { rules: [{ action: 'maintenance.run', demand: 'name' }] });
    const before = await epochNow(cluster, api);
    const run = ['maintenance', 'run', '--reason', 'look', '--maintenance-name'];
    const refused = await type([...run, 'false', '--', 'true']);
    expect(refused.output).toContain('Another name was typed');
    expect(await epochNow(cluster, api)).toBe(before);
    await operation({ cluster, api }, { kind: 'work', subject: 'look' }, async () => {
      const done = await type([...run, 'true', '--', 'true']);
      expect(done.code, done.output).toBe(0);
    });
    await setPolicy(api, {});
  });

  it('the environment may say why, where the host passes no options on', async () => {
    await setPolicy(api, { rules: [{ action: 'db:sync', demand: 'reason' }] });
    const refused = await type(['db:sync']);
    expect(refused.code).toBe(1);
    await operation({ cluster, api }, { kind: 'db:sync' }, async () => {
      const done = await type(['db:sync'], { CLUSTER_MAINTENANCE_REASON: 'new columns' });
      expect(done.code, done.output).toBe(0);
    });
    await setPolicy(api, {});
  });

  it('a start that must change the database waits until it may, says why, and goes on by itself', async () => {
    await setPolicy(api, { rules: [{ action: 'upgrade', demand: 'deny' }] });
    const node = cluster.node(1);
    await node.stop('SIGTERM');
    await cluster.postgres.query(cluster.database, 'UPDATE cluster_maintenance_state SET fingerprint = NULL');
    await node.restart();
    await node.waitForLog(/This start must upgrade the database, and the policy does not let it/, MINUTE);
    expect(await node.ready()).toBe(503);
    expect(await node.live()).toBe(200);
    expect(await cluster.node(0).ready()).toBe(200);
    await setPolicy(api, {});
    await eventually(cluster, 'The node does not serve', 2 * MINUTE, async () => (await node.ready()) === 200);
    await serving(cluster);
  });

  it('a node whose variable says nonsense denies, serves, and cannot be changed from the page', async () => {
    const before = await policyOf(api);
    const node = cluster.node(1);
    await node.restart({ CLUSTER_MAINTENANCE_POLICY: '/nowhere/policy.json' });
    await serving(cluster);
    const there = api.at(node.url);
    expect(asked(await there.post(`${ENABLE}charts`))).toMatchObject({ status: 403, reasons: ['policy-error'] });
    expect(await policyOf(there)).toMatchObject({
      readOnlyBy: 'CLUSTER_MAINTENANCE_POLICY',
      problem: expect.stringContaining('CLUSTER_MAINTENANCE_POLICY') as string,
    });
    const { document, revision } = before;
    expect((await there.post('clusterMaintenance:updatePolicy', { document, revision })).status).toBe(409);
    expect((await there.get('users:list')).status).toBe(200);
    expect((await policyOf(api)).readOnlyBy).toBeUndefined();
  });
});
