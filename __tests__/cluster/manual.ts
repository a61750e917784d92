import { expect } from 'vitest';
import type { EnterBody } from '../../src/shared/api';
import { signIn, type Answer, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { eventually, statusOf } from './support';

interface Refusal {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

export function enter(api: Api, node: ClusterNode, values: object = {}): Promise<Answer<{ data?: EnterBody }>> {
  return api.at(node.url).post('clusterMaintenance:enter', { reason: 'Moving the disks', ...values });
}

/** Enters or fails the test; gives the id. */
export async function entered(api: Api, node: ClusterNode, values: object = {}): Promise<string> {
  const { status, body } = await enter(api, node, values);
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { data: { operation: { kind: 'maintenance', phase: 'working' } } },
  });
  return body.data?.operation.id ?? '';
}

export function exit(api: Api, node: ClusterNode, operationId: string, more: object = {}): Promise<Answer> {
  return api.at(node.url).post('clusterMaintenance:exit', { operationId, ...more });
}

/** Status, code and sentence of an answer that says no. */
export function refusal({ status, body }: Answer): readonly [number, string, string] {
  const [error] = (body as Partial<Refusal>).errors ?? [];
  return [status, error?.code ?? '', error?.message ?? JSON.stringify(body)];
}

/** What the probes say, node by node. */
export function readiness(cluster: Cluster): Promise<number[]> {
  return Promise.all(cluster.nodes.map((node) => node.ready()));
}

/** The id of the maintenance that this node sees. */
export function seen(cluster: Cluster, api: Api, node: ClusterNode): Promise<string> {
  return eventually(cluster, 'Nobody sees the maintenance', 10_000, async () => {
    const status = await statusOf(api, node).catch(() => undefined);
    return status?.operation?.id;
  });
}

/** Another person with the right to do the same. */
export async function secondAdmin(api: Api): Promise<Api> {
  const account = { username: 'petro', email: 'petro@example.com', password: 'petro-123' };
  const made = await api.post('users:create', { ...account, nickname: 'Petro', roles: ['admin'] });
  expect(made.status).toBe(200);
  return asAdmin(await signIn(api.baseUrl, { account: account.email, password: account.password }));
}

/** The host takes the first role that a user has, unless it is told another. */
function asAdmin(api: Api): Api {
  const role = { 'x-role': 'admin' };
  return {
    ...api,
    get: (path, headers) => api.get(path, { ...role, ...headers }),
    post: (path, body, headers) => api.post(path, body, { ...role, ...headers }),
    at: (url) => asAdmin(api.at(url)),
  };
}

/** A collection whose records carry the id that their client gave them. */
export async function makeNotes(api: Api): Promise<void> {
  const fields = [
    { name: 'id', type: 'bigInt', autoIncrement: true, primaryKey: true },
    { name: 'uid', type: 'string' },
  ];
  expect((await api.post('collections:create', { name: 'notes', fields })).status).toBe(200);
}

export async function notesIn({ postgres, database }: Cluster): Promise<string[]> {
  const rows = await postgres.query<{ uid: string }>(database, 'SELECT uid FROM notes ORDER BY uid');
  return rows.map(({ uid }) => uid);
}
