import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/server/core/policy/defaults';
import type { AuditBody } from '../../src/shared/policy-api';
import { signIn, type Api, type Cluster } from '../../tools/cluster';
import { standing, tableFor, type Attempt } from './policy-attempts';
import { BY_TWO, byApproval } from './policy-attempts-approval';
import { byCommand } from './policy-attempts-cli';
import { byAction, byAddress, byLeads, byPeople, byRows, POSTS, VICTIM } from './policy-attempts-http';
import { byConfirmation, byTools, confirmed } from './policy-attempts-more';
import { ended, installedDatabase, serving, servingCluster, tellStoryOnFailure } from './support';

const PASSWORD = 'secret-123';
const PLUGINS = { name: 'plugins', type: 'belongsToMany', target: 'applicationPlugins', through: 'postsPlugins' };

describe('whoever tries to get around the policy of a production app', () => {
  let cluster: Cluster;
  let root: Api;
  let attempts: readonly Attempt[];
  let before: unknown;
  const done: (Attempt & { readonly got: string })[] = [];

  beforeAll(async () => {
    const samples = [{ name: VICTIM, version: '1.0.0', text: 'enabled', collection: 'victims' }];
    const env = { CLUSTER_MAINTENANCE_POLICY: undefined };
    const served = await servingCluster({ database: await installedDatabase(), nodes: 2, samples, env });
    ({ cluster, api: root } = served);
    await confirmed(root, 'pm:enable?filterByTk=mcp-server&awaitResponse=true');
    await confirmed(root, 'collections:create', { name: POSTS, fields: [{ name: 'title', type: 'string' }, PLUGINS] });
    expect((await root.post(`${POSTS}:create`, { title: 'one' })).status).toBe(200);
    const [member, other] = [await person('member'), await person('admin')];
    const elsewhere = cluster.node(1).url;
    const sender = { url: cluster.node(0).url, token: root.token };
    attempts = [
      ...byAddress(sender),
      ...byAction(sender),
      ...byRows(sender),
      ...byLeads(sender),
      ...byPeople(sender, member.token),
      ...byConfirmation(sender, other.token, elsewhere),
      ...byTools(sender),
      ...byApproval({
        one: sender,
        other: { ...sender, token: other.token },
        member: { ...sender, token: member.token },
        elsewhere,
      }),
      ...byCommand(cluster, cluster.node(0)),
    ];
    const document = { ...DEFAULT_POLICY, rules: [...DEFAULT_POLICY.rules, BY_TWO] };
    const written = await root.post('clusterMaintenance:updatePolicy', { document, revision: 0 });
    expect(written.status, JSON.stringify(written.body)).toBe(200);
    await ended(cluster, root, 0);
    await serving(cluster);
    before = await standing(cluster);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => cluster?.stopAll());

  it('is stopped each time, with this answer', async () => {
    for (const attempt of attempts) done.push({ ...attempt, got: await attempt.send() });
    process.stdout.write(`\n${tableFor(done)}\n\n`);
    const wrong = done.filter(({ expected, got }) => expected !== got);
    expect(wrong.map(({ what, expected, got }) => `${what}: ${got} instead of ${expected}`)).toEqual([]);
    expect(done.length).toBeGreaterThanOrEqual(60);
  });

  it('has changed nothing', async () => {
    expect(await standing(cluster)).toEqual(before);
    expect((await root.get(`${VICTIM}:ping`)).status).toBe(404);
  });

  it('stands in the audit where it was risky, also where the rights of NocoBase have refused it', async () => {
    const action = encodeURIComponent('pm:enable');
    const { body } = await root.get<{ data: AuditBody }>(`clusterMaintenance:audit?limit=200&action=${action}`);
    const told = body.data.entries.filter(({ reasons }) => reasons.some(({ code }) => code === 'host-refused'));
    expect(told.map(({ result, subject }) => [result, subject])).toContainEqual(['403', VICTIM]);
  });

  it('and whoever gives what is asked for gets it', async () => {
    await confirmed(root, `pm:enable?filterByTk=${VICTIM}&awaitResponse=true`);
    expect((await root.get(`${VICTIM}:ping`)).status).toBe(200);
  });

  /** Of a role, signed in. */
  async function person(role: string): Promise<Api> {
    const account = `of-${role}`;
    const made = await root.post('users:create', { username: account, password: PASSWORD, roles: [role] });
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    return signIn(cluster.node(0).url, { account, password: PASSWORD });
  }
});
