import { expect } from 'vitest';
import { processInfo } from '../../tools/cluster/cleanup';
import { PLUGIN_PACKAGE, type Cluster, type ClusterNode } from '../../tools/cluster';
import { collisions, installers, leads } from './logs';
import { launch, serving, stage, statusOf } from './support';
import { watch, type Sight, type Watch } from './watch';

/** How far apart the processes were started, in milliseconds (the kernel counts in steps of 10). */
export function startSpread(cluster: Cluster): number {
  const ticks = cluster.nodes.map(({ pid }) => Number(processInfo(pid)?.startedAt));
  return (Math.max(...ticks) - Math.min(...ticks)) * 10;
}

/** Every node serves, signs in, lists plugins, and knows all the others as its equals. */
export async function expectWhole(cluster: Cluster): Promise<void> {
  const names = cluster.nodes.map(() => 'serving equal');
  for (const node of cluster.nodes) {
    const api = await cluster.signIn(node);
    const [live, ready, plugins, status] = await Promise.all([
      node.live(),
      node.ready(),
      api.get('pm:list'),
      statusOf(api, node),
    ]);
    expect({ node: node.name, live, ready, plugins: plugins.status }).toEqual({
      node: node.name,
      live: 200,
      ready: 200,
      plugins: 200,
    });
    expect(status).toMatchObject({ mode: 'cluster', online: true, message: '' });
    expect(status.nodes.map(({ phase, fingerprintMatch }) => `${phase} ${fingerprintMatch}`)).toEqual(names);
    expect(new Set(status.nodes.map(({ fingerprint, version }) => fingerprint + version)).size).toBe(1);
  }
}

/** One node installed, by its own word and by the host's, and nobody else took the lease for anything. */
export function expectOneInstall(cluster: Cluster): ClusterNode {
  const taken = leads(cluster);
  expect(taken).toHaveLength(1);
  expect(taken[0]).toMatchObject({ kind: 'install', epoch: 1 });
  expect(installers(cluster)).toEqual([taken[0]?.node]);
  const leader = cluster.nodes.find(({ name }) => name === taken[0]?.node);
  if (!leader) throw new Error('The leader is none of the nodes.');
  return leader;
}

/** Neither a node nor the database has seen two hands at the same thing. `mark`: length of its log before. */
export function expectNoCollision(cluster: Cluster, mark: number): void {
  for (const node of cluster.nodes) expect(collisions(node.log()), `log of ${node.name}`).toEqual([]);
  expect(collisions(cluster.postgres.log().slice(mark)), 'log of PostgreSQL').toEqual([]);
}

/** Starts all at the same moment; one installs, the others wait, and all come up whole. `keep` has the cluster at once. */
export async function installTogether(
  nodes: number,
  database: string,
  keep: (cluster: Cluster) => void,
): Promise<void> {
  const { postgres } = await stage();
  const mark = postgres.log().length;
  const cluster = await launch({ database, nodes });
  keep(cluster);
  expect(startSpread(cluster)).toBeLessThanOrEqual(100);
  const seen = watch(cluster.nodes);
  await serving(cluster).finally(() => seen.stop());

  await expectWhole(cluster);
  const leader = expectOneInstall(cluster);
  expectNoCollision(cluster, mark);
  await expectSwitchedOn(cluster);
  for (const node of cluster.nodes) {
    expectSteadiness(seen, node);
    if (node !== leader) expectPatience(seen, node, leader);
  }
}

export async function expectSwitchedOn({ postgres, database }: Cluster): Promise<void> {
  const sql = 'SELECT enabled, installed, "builtIn" FROM "applicationPlugins" WHERE name = $1';
  const rows = await postgres.query(database, sql, [PLUGIN_PACKAGE]);
  expect(rows).toEqual([{ enabled: true, installed: true, builtIn: false }]);
}

/** A node that waits is alive, takes no traffic, and tells everybody whom it waits for and how far that is. */
export function expectPatience(seen: Watch, waiter: ClusterNode, leader: ClusterNode): void {
  const sights = seen.of(waiter);
  const waiting = sights.filter(({ body }) => messageOf(body).startsWith('Waiting for '));
  const name = `:${leader.port}, which runs install: `;
  const steps = new Set(waiting.map(({ body }) => messageOf(body)).filter((message) => message.includes(name)));
  expect(steps.size, `${waiter.name} named the leader and its steps: ${[...steps].join(' | ')}`).toBeGreaterThan(2);
  for (const { api, body, retryAfter } of waiting) {
    expect({ api, body, retryAfter }).toEqual({
      api: 503,
      retryAfter: expect.stringMatching(/^[1-9]\d*$/) as string,
      body: { error: { status: 503, maintaining: true, code: 'CLUSTER_MAINTENANCE', message: messageOf(body) } },
    });
  }
}

/** Alive from the first answer on; and who has once taken traffic does not stop doing so. */
export function expectSteadiness(seen: Watch, node: ClusterNode): void {
  const sights = seen.of(node);
  const word = ({ live, ready, api }: Sight) => `live ${live} ready ${ready} api ${api}`;
  expect(sights.filter(({ live }) => live !== 0 && live !== 200).map(word), `${node.name} alive`).toEqual([]);
  const first = sights.findIndex(({ api }) => api === 200);
  const after = sights.slice(first + 1);
  expect(first, `${node.name} takes traffic`).toBeGreaterThan(0);
  // No answer within two seconds (0) is a busy machine: a process that ended is noticed elsewhere.
  const left = after.filter(({ api, ready }) => ![0, 200].includes(api) || ![0, 200].includes(ready));
  expect(left.map(word), `${node.name} stays`).toEqual([]);
  // Probe and request of one sight are not answered at exactly the same moment.
  const early = sights.slice(0, Math.max(0, first - 1)).filter(({ ready }) => ready === 200);
  expect(early.map(word), `${node.name} is ready only when it answers`).toEqual([]);
}

export function messageOf(body: unknown): string {
  const { message } = (body as { error?: { message?: unknown } } | undefined)?.error ?? {};
  return typeof message === 'string' ? message : '';
}
