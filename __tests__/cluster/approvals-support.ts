import type { ApprovalRequest, ApprovalsBody, AuditBody, AuditEntry, QueuedAction } from '../../src/shared/policy-api';
import { signIn, type Answer, type Api, type Cluster } from '../../tools/cluster';

const PASSWORD = 'a-password-of-tests-1';

/** A new user with exactly these roles, who has signed in. */
export async function userWith(cluster: Cluster, root: Api, username: string, roles: readonly string[]): Promise<Api> {
  const values = { username, nickname: username, email: `${username}@example.com`, password: PASSWORD, roles };
  const { status, body } = await root.post('users:create', values);
  if (status !== 200) throw new Error(`users:create ${username}: ${status} ${JSON.stringify(body)}`);
  return signIn(cluster.node(0).url, { account: username, password: PASSWORD });
}

export async function roleWith(root: Api, name: string, snippets: readonly string[]): Promise<void> {
  const { status, body } = await root.post('roles:create', { name, title: name, snippets });
  if (status !== 200) throw new Error(`roles:create ${name}: ${status} ${JSON.stringify(body)}`);
}

/** The answer to what has to succeed. */
export function dataOf<T>({ status, body }: Answer): T {
  const { data } = body as { data?: T };
  if (status !== 200 || data === undefined) throw new Error(`${status} ${JSON.stringify(body)}`);
  return data;
}

export async function requestsSeenBy(api: Api): Promise<ApprovalsBody> {
  return dataOf<ApprovalsBody>(await api.get('clusterMaintenance:approvals'));
}

export async function requestSeenBy(api: Api, id: string): Promise<ApprovalRequest | undefined> {
  return (await requestsSeenBy(api)).requests.find((one) => one.id === id);
}

export async function queuedOf(api: Api, id: string): Promise<QueuedAction | undefined> {
  return dataOf<QueuedAction[]>(await api.get('clusterMaintenance:queued')).find((one) => one.id === id);
}

export async function auditOf(api: Api, action: string): Promise<readonly AuditEntry[]> {
  const path = `clusterMaintenance:audit?limit=200&action=${encodeURIComponent(action)}`;
  return dataOf<AuditBody>(await api.get(path)).entries;
}
