import { expect } from 'vitest';
import type { OperationKind, OperationRecord } from '../../src/shared/domain';
import { request, type Answer, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { ended, epochNow, eventually, MINUTE, serving, statusOf } from './support';

/** What every node answers for the sample plugin: its text, or the status when it is not there. */
export async function pings(cluster: Cluster, name: string): Promise<(string | number)[]> {
  return Promise.all(
    cluster.nodes.map(async ({ url }) => {
      const { status, body } = await request<{ data?: { text?: string } }>(url, `${name}:ping`);
      return status === 200 ? (body.data?.text ?? '') : status;
    }),
  );
}

export function pluginAction(api: Api, action: 'enable' | 'disable', name: string, node: ClusterNode): Promise<Answer> {
  return api.at(node.url).post(`pm:${action}?filterByTk=${encodeURIComponent(name)}&awaitResponse=true`);
}

/** Does something that must become an operation, and waits until that has ended and every node takes traffic again. */
export async function operation(
  { cluster, api }: { cluster: Cluster; api: Api },
  expected: Partial<OperationRecord> & { readonly kind: OperationKind },
  act: () => Promise<unknown>,
): Promise<OperationRecord> {
  const before = await epochNow(cluster, api);
  await act();
  const record = await ended(cluster, api, before);
  expect(record).toMatchObject({ phase: 'idle', result: 'done', ...expected });
  await serving(cluster);
  return record;
}

/** One after the other: nodes serve a moment before the operation that they have loaded anew for is over. */
export async function enableAll(
  { cluster, api }: { cluster: Cluster; api: Api },
  names: readonly string[],
  node = cluster.node(0),
): Promise<void> {
  for (const name of names) {
    await operation({ cluster, api }, { kind: 'pm.enable' }, async () => {
      const { status, body } = await pluginAction(api, 'enable', name, node);
      expect(status, JSON.stringify(body)).toBe(200);
    });
  }
}

/** The running operation as this node tells it, once it is in that phase. */
export function inPhase(cluster: Cluster, api: Api, node: ClusterNode, phase: string): Promise<OperationRecord> {
  return eventually(cluster, `No operation became ${phase}`, MINUTE, async () => {
    const status = await statusOf(api, node).catch(() => undefined);
    return status?.operation?.phase === phase && status.operation;
  });
}

/** What a user reads while another node works: the body that makes NocoBase's client show its maintenance screen. */
export function drainedBody(leader: ClusterNode, what: string): object {
  const message = expect.stringMatching(new RegExp(`:${leader.port} runs ${what}\\b`)) as string;
  return { error: { status: 503, maintaining: true, code: 'CLUSTER_MAINTENANCE', message } };
}

/** The answer to whoever comes second: who holds it, with what, how far it is, since when. */
export function busyBody(leader: RegExp, kind: OperationKind, phase: RegExp): object {
  const text = (pattern: RegExp) => expect.stringMatching(pattern) as string;
  return {
    errors: [
      expect.objectContaining({
        code: 'MAINTENANCE_IN_PROGRESS',
        message: text(new RegExp(`${leader.source} runs ${kind} .* since \\d{4}-.*Z \\(.*${phase.source}.*\\)`)),
        holder: text(leader),
        kind,
        phase: text(phase),
        since: expect.any(Number) as number,
      }),
    ],
  };
}

export function processes(cluster: Cluster): { pid: number; starts: number }[] {
  return cluster.nodes.map(({ pid, starts }) => ({ pid, starts }));
}
