import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Prospect } from '../../src/shared/policy-api';
import type { Api, Cluster } from '../../tools/cluster';
import { operation, pings } from './commands';
import { asked, ENABLE, policyOf, PRODUCTION, setPolicy, yes } from './policy-support';
import { epochNow, installedDatabase, servingCluster, tellStoryOnFailure } from './support';

const SAMPLE = { name: 'policy-sample', version: '1.0.0', text: 'here' };
const DAY = 86_400_000;

describe('the policy of a production cluster of three nodes', () => {
  let cluster: Cluster;
  let api: Api;

  beforeAll(async () => {
    const nodeEnv = (index: number) => ({ CLUSTER_MAINTENANCE_NODE_NAME: `node ${'abc'.charAt(index)}` });
    const database = await installedDatabase();
    ({ cluster, api } = await servingCluster({ database, nodes: 3, env: PRODUCTION, nodeEnv, samples: [SAMPLE] }));
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  const at = (index: number) => api.at(cluster.node(index).url);
  const rows = (sql: string) => cluster.postgres.query<Record<string, unknown>>(cluster.database, sql);

  it('says what would happen before it enables a plugin, does it with the answer and a reason, and only once', async () => {
    const before = await epochNow(cluster, api);
    const first = asked(await api.post(`${ENABLE}${SAMPLE.name}`));
    expect(first).toMatchObject({
      status: 428,
      code: 'MAINTENANCE_CONFIRMATION_REQUIRED',
      reasons: ['reason-needed'],
      prospect: {
        action: 'pm:enable',
        group: 'plugins',
        class: 'exclusive',
        subject: SAMPLE.name,
        verdict: { decision: 'ask', maintenance: 'full' },
        nodes: ['node a', 'node b', 'node c'],
        bringsFile: false,
      },
    });
    expect(await epochNow(cluster, api)).toBe(before);

    // Asked by one node, answered by another.
    const confirmed = () => at(1).post(`${ENABLE}${SAMPLE.name}`, undefined, yes(first.confirm));
    await operation({ cluster, api }, { kind: 'pm.enable', subject: SAMPLE.name }, async () => {
      expect((await confirmed()).status).toBe(200);
    });
    expect(await pings(cluster, SAMPLE.name)).not.toContain(404);
    expect(asked(await confirmed())).toMatchObject({ status: 428, reasons: ['reason-needed'] });
  });

  it('takes an answer only for the very request that it was given for, and not without a reason', async () => {
    const { confirm } = asked(await api.post(`pm:disable?filterByTk=${SAMPLE.name}`));
    const disable = `pm:disable?filterByTk=${SAMPLE.name}`;
    const tries: [string, Record<string, string>][] = [
      ['pm:disable?filterByTk=users', yes(confirm)],
      [`pm:disable?filterByTk[]=${SAMPLE.name}`, yes(confirm)],
      [`pm:enable?filterByTk=${SAMPLE.name}`, yes(confirm)],
      [disable, yes(confirm, ' ')],
      [disable, { 'X-Maintenance-Reason': 'only a reason' }],
      [disable, yes(`${confirm}x`)],
      [disable, yes(confirm.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))],
      [disable, yes('1.2.3')],
    ];
    for (const [path, headers] of tries) {
      expect(asked(await api.post(path, undefined, headers)).status, `${path} ${JSON.stringify(headers)}`).toBe(428);
    }
    const [row] = await rows(`SELECT enabled FROM "applicationPlugins" WHERE name = '${SAMPLE.name}'`);
    expect(row?.enabled).toBe(true);
  });

  it('denies writes to the rows of the plugin manager, and says so to reads in nothing', async () => {
    const values = { enabled: false };
    const path = `applicationPlugins:update?filter=${encodeURIComponent(JSON.stringify({ name: SAMPLE.name }))}`;
    for (const answer of [
      await api.post(path, values),
      await api.post('applicationPlugins:create', { name: 'x' }),
      await api.post('applicationPlugins:destroy?filterByTk=1'),
      await api.post(path, values, { 'X-Data-Source': 'main' }),
    ]) {
      expect(asked(answer)).toMatchObject({ status: 403, code: 'MAINTENANCE_DENIED', reasons: ['denied'] });
    }
    expect((await api.get('applicationPlugins:list')).status).toBe(200);
    expect((await api.get('pm:list')).status).toBe(200);
  });

  it('asks before a collection is made, and drains nothing for it', async () => {
    const before = await epochNow(cluster, api);
    const values = { name: 'policy_notes', fields: [{ type: 'string', name: 'title' }] };
    const first = asked(await api.post('collections:create', values));
    expect(first).toMatchObject({ status: 428, prospect: { subject: 'policy_notes', nodes: [] } });
    expect((await api.post('collections:create', values, yes(first.confirm))).status).toBe(200);
    expect(await epochNow(cluster, api)).toBe(before);
  });

  it('asks to type the name before a restore', async () => {
    const first = asked(await api.post('backups:restore', { name: 'none.nbdata' }));
    expect(first.reasons).toEqual(['reason-needed', 'name-needed']);
    const again = (name: string) => api.post('backups:restore', { name: 'none.nbdata' }, yes(first.confirm, 'r', name));
    expect(asked(await again('other')).reasons).toEqual(['name-wrong']);
    // The policy has no more to say: there is no such file.
    expect((await again('none.nbdata')).status).toBe(400);
  });

  it('tells what would happen to who asks, on every node, and changes nothing', async () => {
    for (const index of [0, 1, 2]) {
      const path = `clusterMaintenance:preflight?action=pm:remove&subject=${SAMPLE.name}`;
      const { status, body } = await at(index).get<{ data: Prospect }>(path);
      expect(status).toBe(200);
      expect(body.data).toMatchObject({ verdict: { decision: 'ask' }, nodes: ['node a', 'node b', 'node c'] });
      expect(body.data.verdict.reasons.map(({ code }) => code)).toEqual(['reason-needed', 'name-needed']);
    }
    expect((await api.get('clusterMaintenance:preflight?action=users:list')).status).toBe(400);
  });

  it('counts on every node as soon as it is stored, and the one who is too late is told', async () => {
    const { revision, document } = await policyOf(api);
    await setPolicy(api, { rules: [{ group: 'plugins', demand: 'deny' }] });
    for (const index of [0, 1, 2]) {
      expect(asked(await at(index).post(`${ENABLE}${SAMPLE.name}`))).toMatchObject({
        status: 403,
        reasons: ['denied'],
      });
    }
    const late = await at(2).post('clusterMaintenance:updatePolicy', { document, revision });
    expect(late.status).toBe(409);
    expect((await api.post('clusterMaintenance:updatePolicy', { document: { version: 2 }, revision })).status).toBe(
      400,
    );
    await setPolicy(api, {});
  });

  it('lets nothing risky begin in a freeze, or outside of its windows, and says when it may', async () => {
    const now = Date.now();
    const calendar = { zone: 'Europe/Kyiv', weekly: [], once: [], freezes: [] };
    const rules = [{ group: 'plugins', demand: 'nothing', inWindows: true }] as const;
    await setPolicy(api, { rules, calendar: { ...calendar, once: [{ from: now + DAY, to: now + 2 * DAY }] } });
    const outside = asked(await api.post(`${ENABLE}${SAMPLE.name}`));
    expect(outside).toMatchObject({
      status: 403,
      reasons: ['outside-windows'],
      prospect: { verdict: { decision: 'wait', nextWindow: now + DAY } },
    });
    expect(outside.confirm).not.toBe('');
    const freezes = [{ from: now - DAY, to: now + DAY, reason: 'Sale' }];
    await setPolicy(api, { calendar: { ...calendar, freezes } });
    const frozen = asked(await api.post(`${ENABLE}${SAMPLE.name}`));
    expect(frozen).toMatchObject({ status: 403, prospect: { verdict: { nextWindow: now + DAY } } });
    expect(frozen.reasons).toContain('frozen');
    await setPolicy(api, {});
  });

  it('denies everything risky when it cannot be read, keeps serving, and can be mended', async () => {
    const { revision } = await policyOf(api);
    await setPolicy(api, {});
    await rows(
      `UPDATE cluster_maintenance_policy SET document = '{"version":1,"rules":[{"demand":"maybe"}]}',
         mark = (txid_current() % 4294967296)::text || ':' || split_part(mark, ':', 2) WHERE id = 'policy'`,
    );
    for (const index of [0, 1, 2]) {
      const answer = asked(await at(index).post(`${ENABLE}${SAMPLE.name}`));
      expect(answer).toMatchObject({ status: 403, reasons: ['policy-error'] });
      expect((await at(index).get('users:list')).status).toBe(200);
      expect(await cluster.node(index).ready()).toBe(200);
    }
    expect((await policyOf(api)).problem).toMatch(/demand/);
    expect((await policyOf(api)).revision).toBeGreaterThan(revision);
    await setPolicy(api, {});
    expect(asked(await api.post(`${ENABLE}${SAMPLE.name}`)).status).toBe(428);
  });
});
