import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryBody } from '../../src/shared/api';
import { RIGHTS, type ApprovalRequest, type GlassBody, type QueuedAction } from '../../src/shared/policy-api';
import { ACTION_RIGHTS, RIGHT_SNIPPETS } from '../../src/shared/rights';
import { DEFAULT_POLICY } from '../../src/server/core/policy/defaults';
import type { Api, Cluster } from '../../tools/cluster';
import { auditOf, dataOf, queuedOf, requestSeenBy, requestsSeenBy, roleWith, userWith } from './approvals-support';
import { asked, ENABLE, PRODUCTION, setPolicy, yes } from './policy-support';
import { ended, epochNow, eventually, installedDatabase, servingCluster, tellStoryOnFailure } from './support';

const SAMPLES = ['approved-one', 'approved-two'].map((name) => ({ name, version: '1.0.0', text: 'here' }));
const [ONE, TWO] = ['approved-one', 'approved-two'] as const;
const HOUR = 3_600_000;
const ACTIONS = Object.keys(ACTION_RIGHTS);
const APPROVAL = [{ environment: 'production', group: 'plugins', demand: 'approval' }] as const;

describe('second admins, the queue and broken glass on three nodes', () => {
  let cluster: Cluster;
  let root: Api;
  let vira: Api;
  let member: Api;

  beforeAll(async () => {
    const nodeEnv = (index: number) => ({ CLUSTER_MAINTENANCE_NODE_NAME: `node ${'abc'.charAt(index)}` });
    const options = { database: await installedDatabase(), nodes: 3, env: PRODUCTION, nodeEnv, samples: SAMPLES };
    ({ cluster, api: root } = await servingCluster(options));
    vira = await userWith(cluster, root, 'vira', ['admin']);
    member = await userWith(cluster, root, 'member1', ['member']);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(() => cluster?.stopAll());

  const at = (api: Api, index: number) => api.at(cluster.node(index).url);
  const enable = (name: string) => `${ENABLE}${name}`;
  const by = (approval: string) => ({ 'X-Maintenance-Approval': approval });
  const rules = (...more: readonly object[]) => [...DEFAULT_POLICY.rules, ...more] as typeof DEFAULT_POLICY.rules;
  const history = async () => dataOf<HistoryBody>(await root.get('clusterMaintenance:history')).operations;

  /** Root asks for a second admin, by what the refusal of this request says. */
  async function ask(path: string): Promise<ApprovalRequest> {
    const { confirm } = asked(await root.post(path));
    return dataOf(await root.post('clusterMaintenance:requestApproval', { confirm, reason: 'It is needed.' }));
  }

  it.each(ACTIONS)('lets no member do %s', async (action) => {
    const { status } = await member.post(`clusterMaintenance:${action}`, {});
    expect(status).toBe(403);
    expect((await member.get(`clusterMaintenance:${action}`)).status).toBe(403);
  });

  it('lets a member begin nothing that stops the cluster', async () => {
    for (const path of [enable(ONE), 'backups:create', 'pm:remove?filterByTk=x', 'applicationPlugins:create']) {
      expect((await member.post(path)).status, path).toBe(403);
    }
  });

  it.each(RIGHTS)('opens with the right to %s exactly its actions', async (right) => {
    const name = `only-${right.toLowerCase()}`;
    await roleWith(root, name, ['!ui.*', RIGHT_SNIPPETS[right]]);
    const person = await userWith(cluster, root, name, [name]);
    const open: string[] = [];
    for (const action of ACTIONS) {
      const { status } = await person.post(`clusterMaintenance:${action}`, {});
      if (status !== 403) open.push(action);
    }
    expect(open).toEqual(ACTIONS.filter((action) => ACTION_RIGHTS[action] === right));
  });

  it('takes one right from a role that has all others', async () => {
    await roleWith(root, 'careful', ['pm', 'pm.*', `!${RIGHT_SNIPPETS.breakGlass}`]);
    const person = await userWith(cluster, root, 'careful', ['careful']);
    expect((await person.post('clusterMaintenance:breakGlass', { reason: 'fire' })).status).toBe(403);
    expect((await person.get('clusterMaintenance:approvals')).status).toBe(200);
  });

  it('runs what another admin has approved: exactly that, by the one who asked, once', async () => {
    await setPolicy(root, { rules: rules(...APPROVAL) });
    const path = enable(ONE);
    const first = asked(await root.post(path));
    expect(first).toMatchObject({ status: 428, reasons: ['approval-needed', 'reason-needed'] });
    expect(asked(await root.post(path, undefined, yes(first.confirm))).reasons).toEqual(['approval-needed']);

    const { id } = await ask(path);
    expect(asked(await root.post(path, undefined, by(id))).status).toBe(428);
    const decide = (api: Api, more = {}) => api.post('clusterMaintenance:approve', { id, ...more });
    expect((await decide(root)).status).toBe(409);
    expect((await decide(member)).status).toBe(403);
    expect((await requestsSeenBy(vira)).waiting).toBe(1);
    expect((await requestsSeenBy(root)).waiting).toBe(0);
    const both = await Promise.all([decide(at(vira, 1), { comment: 'go on' }), decide(at(vira, 2))]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);

    for (const [api, other] of [
      [vira, path],
      [root, enable(TWO)],
      [root, `pm:disable?filterByTk=${ONE}`],
      [root, `pm:enable?filterByTk[]=${ONE}`],
    ] as const) {
      expect(asked(await api.post(other, undefined, by(id))).status, other).toBe(428);
    }
    const before = await epochNow(cluster, root);
    const uses = await Promise.all([0, 1, 2].map((node) => at(root, node).post(path, undefined, by(id))));
    expect(uses.filter(({ status }) => status === 200)).toHaveLength(1);
    await ended(cluster, root, before);
    expect(asked(await root.post(path, undefined, by(id))).status).toBe(428);
    expect(await requestSeenBy(root, id)).toMatchObject({ state: 'used', decidedBy: 'vira', isOwn: true });
    expect((await history()).filter(({ epoch, kind }) => epoch > before && kind === 'pm.enable')).toHaveLength(1);
    const entry = (await auditOf(root, 'pm:enable')).find(({ decision }) => decision === 'allow');
    expect(entry).toMatchObject({ person: 'Super Admin', approvalId: id, approvedBy: 'vira', subject: ONE });
    const decisions = (await auditOf(root, 'clusterMaintenance:approve')).filter(({ approvalId }) => approvalId === id);
    expect(decisions.map(({ result }) => result?.slice(0, 3)).sort()).toEqual(['200', '409', '409']);
  });

  it('runs nothing that was rejected, taken back, or written around the plugin', async () => {
    const path = `pm:disable?filterByTk=${ONE}`;
    const refused = await ask(path);
    dataOf(await vira.post('clusterMaintenance:reject', { id: refused.id, comment: 'not today' }));
    expect(asked(await root.post(path, undefined, by(refused.id))).status).toBe(428);
    const back = await ask(path);
    expect((await vira.post('clusterMaintenance:withdrawApproval', { id: back.id })).status).toBe(409);
    dataOf(await root.post('clusterMaintenance:withdrawApproval', { id: back.id }));
    expect((await vira.post('clusterMaintenance:approve', { id: back.id })).status).toBe(409);
    const forged = await ask(path);
    const sql = `UPDATE cluster_maintenance_approvals SET state = 'approved', record = REPLACE(record, 'pending', 'approved'),
      mark = CAST(txid_current() % 4294967296 AS TEXT) || ':' || CAST((SELECT oid FROM pg_database
        WHERE datname = current_database()) AS TEXT) WHERE id = '${forged.id}'`;
    await cluster.postgres.query(cluster.database, sql);
    expect(await requestSeenBy(root, forged.id)).toBeUndefined();
    expect(asked(await root.post(path, undefined, by(forged.id))).status).toBe(428);
  });

  it('runs it only in the time for which it was approved', async () => {
    const path = `pm:disable?filterByTk=${ONE}`;
    const later = await ask(path);
    const decide = (id: string, times: object) => vira.post('clusterMaintenance:approve', { id, ...times });
    expect((await decide(later.id, { notAfter: Date.now() - HOUR })).status).toBe(400);
    dataOf(await decide(later.id, { notBefore: Date.now() + HOUR }));
    expect(asked(await root.post(path, undefined, by(later.id))).status).toBe(428);
    const soon = await ask(path);
    dataOf(await decide(soon.id, { notAfter: Date.now() + 4_000 }));
    await eventually(cluster, 'The approval does not end', 30_000, async () => {
      return (await requestSeenBy(root, soon.id))?.state === 'expired';
    });
    expect(asked(await root.post(path, undefined, by(soon.id))).status).toBe(428);
  });

  it('begins what waits for a window when that opens, on one of the nodes', async () => {
    const from = Date.now() + 15_000;
    const once = [{ from, to: from + HOUR }];
    const inWindows = { environment: 'production', group: 'plugins', demand: 'reason', inWindows: true };
    await setPolicy(root, { rules: rules(inWindows), calendar: { ...DEFAULT_POLICY.calendar, once } });
    const before = await epochNow(cluster, root);
    const first = asked(await root.post(enable(TWO)));
    expect(first).toMatchObject({ status: 403, reasons: ['outside-windows', 'reason-needed'] });
    const queue = (api: Api, more = {}) => api.post('clusterMaintenance:queue', { confirm: first.confirm, ...more });
    expect((await queue(root)).status).toBe(400);
    expect((await queue(vira, { reason: 'not mine' })).status).toBe(409);
    const waiting = dataOf<QueuedAction>(await queue(at(root, 1), { reason: 'in the window' }));
    expect(waiting).toMatchObject({ state: 'waiting', action: 'pm:enable', subject: TWO, startsAt: from });
    expect((await queue(root, { reason: 'twice' })).status).toBe(409);

    const begun = await eventually(cluster, 'What waits does not begin', 3 * 60_000, async () => {
      const known = await queuedOf(root, waiting.id).catch(() => undefined);
      return known?.state !== 'waiting' && known?.result !== undefined && known;
    });
    expect(begun).toMatchObject({ state: 'started', result: 'done' });
    const run = (await history()).filter(({ epoch, kind }) => epoch > before && kind === 'pm.enable');
    expect(run).toMatchObject([{ subject: TWO, result: 'done', requestedBy: 'Super Admin (queued)' }]);
    expect(run[0]?.id).toBe(begun.operationId);
    expect(run[0]?.startedAt).toBeGreaterThanOrEqual(from);
    const entries = (await auditOf(root, 'pm:enable')).filter((entry) => entry.by === 'queue');
    expect(entries).toMatchObject([{ decision: 'allow', operationId: begun.operationId }]);
  });

  it('refuses to let wait what cannot, and takes back what should not', async () => {
    const closed = { environment: 'production', class: 'exclusive', demand: 'reason', inWindows: true } as const;
    await setPolicy(root, { rules: [closed] });
    const restore = asked(await root.post('backups:restore', { name: 'none.nbdata' }));
    const later = (confirm: string) => root.post('clusterMaintenance:queue', { confirm, reason: 'later' });
    expect((await later(restore.confirm)).status).toBe(409);
    const disable = asked(await root.post(`pm:disable?filterByTk=${TWO}`));
    const { id } = dataOf<QueuedAction>(await later(disable.confirm));
    dataOf(await vira.post('clusterMaintenance:withdrawQueued', { id }));
    expect(await queuedOf(root, id)).toMatchObject({ state: 'withdrawn' });
  });

  it('lets whoever breaks the glass past the policy, in the sight of all', async () => {
    await setPolicy(root, { rules: rules({ group: 'plugins', demand: 'deny' }) });
    const disable = `pm:disable?awaitResponse=true&filterByTk=${TWO}`;
    expect(asked(await root.post(disable))).toMatchObject({ status: 403, reasons: ['denied'] });
    expect((await root.post('clusterMaintenance:breakGlass', {})).status).toBe(400);
    expect((await root.post('clusterMaintenance:breakGlass', { reason: 'fire', minutes: 61 })).status).toBe(400);
    dataOf(await root.post('clusterMaintenance:breakGlass', { reason: 'the house burns', minutes: 5 }));
    expect(dataOf<GlassBody>(await at(vira, 2).get('clusterMaintenance:glass')).broken).toMatchObject({
      by: 'Super Admin',
      reason: 'the house burns',
      isOwn: false,
    });
    expect(asked(await vira.post(disable))).toMatchObject({ status: 403, reasons: ['denied'] });
    const before = await epochNow(cluster, root);
    expect((await at(root, 1).post(disable)).status).toBe(200);
    await ended(cluster, root, before);

    expect((await history())[0]).toMatchObject({
      kind: 'pm.disable',
      requestedBy: 'Super Admin (broke the glass: the house burns)',
    });
    const [entry] = await auditOf(root, 'pm:disable');
    expect(entry).toMatchObject({ decision: 'allow', reasons: [{ code: 'glass-broken' }] });
    const lines = cluster
      .node(1)
      .log()
      .split('\n')
      .filter((line) => line.includes('glass-broken'));
    expect(lines.some((line) => /warn/i.test(line) && line.includes('pm:disable'))).toBe(true);

    dataOf(await vira.post('clusterMaintenance:mendGlass'));
    expect(dataOf<GlassBody>(await root.get('clusterMaintenance:glass'))).toEqual({});
    expect(asked(await root.post(enable(TWO)))).toMatchObject({ status: 403, reasons: ['denied'] });
  });
});
