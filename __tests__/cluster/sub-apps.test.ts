import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationBody, StatusBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import { request, ROOT_USER, type Answer, type Api, type Cluster } from '../../tools/cluster';
import { enableAll } from './commands';
import {
  eventually,
  installedDatabase,
  MINUTE,
  serving,
  servingCluster,
  START,
  statusOf,
  tellStoryOnFailure,
} from './support';

const NAME = `sub${process.pid}`;
const PATH = `/api/__app/${NAME}`;

describe('a sub-app of the multi-app manager', () => {
  let cluster: Cluster;
  let api: Api;

  beforeAll(async () => {
    ({ cluster, api } = await servingCluster({ database: await installedDatabase(), nodes: 3 }));
    await enableAll({ cluster, api }, ['multi-app-manager']);
  });
  beforeEach(() => tellStoryOnFailure(() => cluster));
  afterAll(async () => cluster?.stopAll());

  const statuses = (path: string) =>
    Promise.all(
      cluster.nodes.map(({ url }) =>
        request(url, path).then(
          (a) => a.status,
          () => 0,
        ),
      ),
    );
  const allServe = (path: string, timeout = START) =>
    eventually(cluster, `${path} is not served everywhere`, timeout, async () =>
      (await statuses(path)).every((s) => s === 200),
    );

  async function signIn(): Promise<Record<string, string>> {
    const answer = await request<{ data: { token: string } }>(cluster.node(0).url, `${PATH}/auth:signIn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-authenticator': 'basic' },
      body: JSON.stringify(ROOT_USER),
    });
    expect(answer.status).toBe(200);
    return { authorization: `Bearer ${answer.body.data.token}`, 'x-authenticator': 'basic' };
  }

  /** What the sub-app's own database remembers, the oldest first. */
  async function operations(): Promise<Pick<OperationRecord, 'kind' | 'result'>[]> {
    const sql = 'SELECT record FROM cluster_maintenance_operations ORDER BY epoch';
    const rows = await cluster.postgres.query<{ record: string | OperationRecord }>(NAME, sql);
    const records = rows.map(({ record }) =>
      typeof record === 'string' ? (JSON.parse(record) as OperationRecord) : record,
    );
    return records.map(({ kind, result }) => ({ kind, ...(result ? { result } : {}) }));
  }

  it('is installed once, although every node is asked for it at once', async () => {
    const before = (await statusOf(api, cluster.node(0))).lastOperation?.epoch;
    const created = api.post('applications:create', { name: NAME, displayName: NAME, options: {} });
    await allServe(`${PATH}/app:getLang`);
    expect((await created).status).toBe(200);
    expect(await operations()).toEqual([{ kind: 'install', result: 'done' }]);
    const twice = 'SELECT name FROM "applicationPlugins" GROUP BY name HAVING count(*) > 1';
    expect(await cluster.postgres.query(NAME, twice)).toEqual([]);
    expect((await statusOf(api, cluster.node(0))).lastOperation?.epoch).toBe(before);
  });

  it('has operations of its own, for which nobody drains the main app', async () => {
    const headers = await signIn();
    const main: number[] = [];
    let busy = true;
    const watch = (async () => {
      while (busy)
        main.push(
          ...(await statuses('app:getLang')),
          ...(await Promise.all(cluster.nodes.map((node) => node.ready()))),
        );
    })();
    const enable = `${PATH}/pm:enable?filterByTk=departments&awaitResponse=true`;
    const answer = await request(cluster.node(1).url, enable, { method: 'POST', headers });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    await eventually(cluster, 'Not every node has the plugin', MINUTE, async () => {
      const lists = await Promise.all(
        cluster.nodes.map(({ url }) => request(url, `${PATH}/departments:list`, { headers })),
      );
      return lists.every(({ status }) => status === 200);
    });
    busy = false;
    await watch;
    expect(main.filter((status) => status !== 200)).toEqual([]);
    const status: Answer<{ data: StatusBody }> = await request(
      cluster.node(2).url,
      `${PATH}/clusterMaintenance:status`,
      { headers },
    );
    expect(status.body.data.nodes).toHaveLength(3);
    await eventually(cluster, 'It has not ended', MINUTE, async () => (await operations())[1]?.result);
    expect((await operations())[1]).toEqual({ kind: 'pm.enable', result: 'done' });
  });

  it('is upgraded by one node when all of them start, after an upgrade of the main app that names it', async () => {
    const forget = 'UPDATE cluster_maintenance_state SET fingerprint = NULL';
    await Promise.all(cluster.nodes.map((node) => node.stop('SIGTERM')));
    await cluster.postgres.query(cluster.database, forget);
    await cluster.postgres.query(NAME, forget);
    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await serving(cluster);
    await allServe(`${PATH}/app:getLang`);
    expect((await operations()).slice(2)).toEqual([{ kind: 'upgrade', result: 'done' }]);
    const fresh = await cluster.signIn();
    const { lastOperation } = await statusOf(fresh, cluster.node(0));
    expect(lastOperation?.kind).toBe('upgrade');
    const told = await fresh.get<{ data: OperationBody }>(`clusterMaintenance:get?filterByTk=${lastOperation?.id}`);
    expect(told.body.data.journal.map(({ text }) => text).join('\n')).toContain(`at its own next start: ${NAME}.`);
  });
});
