import { onTestFailed } from 'vitest';
import type { StatusBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';
import {
  packSamplePlugin,
  startCluster,
  startPostgres,
  startRedis,
  unpackPlugin,
  until,
  waitForNoConnections,
  type Api,
  type Cluster,
  type ClusterNode,
  type PostgresServer,
  type RedisServer,
  type SamplePlugin,
} from '../../tools/cluster';
import { story } from './logs';

export const MINUTE = 60_000;
/** How long a cluster of this size may take to serve on a busy machine of two cores. */
export const START = 3 * MINUTE;

/** The servers that all files of a run share: each cluster has a database, and so a key space, of its own. */
interface Stage {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** Database of an installed app that nobody is connected to; made when it is first asked for. */
  template: Promise<string> | undefined;
  databases: number;
}

const shared = globalThis as { clusterStage?: Promise<Stage> };

export function stage(): Promise<Stage> {
  return (shared.clusterStage ??= openStage());
}

async function openStage(): Promise<Stage> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis({ password: 'stage-secret' })]);
  return { postgres, redis, template: undefined, databases: 0 };
}

export async function emptyDatabase(): Promise<string> {
  const here = await stage();
  const name = `app_${(here.databases += 1)}`;
  await here.postgres.createDatabase(name);
  return name;
}

/** A copy of an app that one node of this plugin has installed; nothing is enabled beyond what an install enables. */
export async function installedDatabase(): Promise<string> {
  const here = await stage();
  const template = await (here.template ??= installTemplate(here));
  const name = `app_${(here.databases += 1)}`;
  await here.postgres.createDatabase(name, template);
  return name;
}

/** Lets an app that a test has installed serve as the template, so that no time is spent on another one. */
export async function offerTemplate(database: string): Promise<void> {
  const here = await stage();
  if (here.template) return;
  await waitForNoConnections(here.postgres, database);
  here.template = Promise.resolve(database);
}

async function installTemplate({ postgres }: Stage): Promise<string> {
  const database = await emptyDatabase();
  const cluster = await launch({ database, nodes: 1 });
  try {
    await serving(cluster);
  } finally {
    await cluster.stopAll('SIGTERM');
  }
  await waitForNoConnections(postgres, database);
  return database;
}

export interface LaunchOptions {
  readonly database: string;
  readonly nodes: number;
  readonly env?: Record<string, string | undefined>;
  readonly nodeEnv?: (index: number) => Record<string, string | undefined>;
  /** `none`: single-node mode, or whatever the environment says. */
  readonly redis?: RedisServer | 'none';
  readonly plugin?: 'disk' | 'none';
  /** Plugins whose files are there before the first node starts. */
  readonly samples?: readonly SamplePlugin[];
}

/** Starts all nodes at the same moment and does not wait for any of them. */
export async function launch(options: LaunchOptions): Promise<Cluster> {
  const { postgres, redis: sharedRedis } = await stage();
  const { database, nodes, env, nodeEnv, redis = sharedRedis, plugin = 'disk', samples = [] } = options;
  const cluster = await startCluster({
    nodes: 0,
    database,
    postgres,
    plugin,
    waitServing: false,
    ...(redis === 'none' ? {} : { redis }),
    ...(env ? { env } : {}),
  });
  for (const sample of samples) await unpackPlugin(packSamplePlugin(sample), cluster.slot);
  for (let index = 0; index < nodes; index += 1) await cluster.addNode(nodeEnv?.(index));
  return cluster;
}

/** Waits until these nodes (all unless told otherwise) take traffic, by the probe and by the host's own word. */
export async function serving(cluster: Cluster, nodes: readonly ClusterNode[] = cluster.nodes): Promise<void> {
  await eventually(cluster, 'Not all nodes serve', START, async () => {
    const ended = nodes.find((node) => !node.running);
    if (ended) throw new Error(`The process of ${ended.name} ended.\n${story(cluster)}`);
    const words = await Promise.all(nodes.flatMap((node) => [node.ready(), node.health()]));
    return words.every((word) => word === 200);
  });
}

/** Starts nodes on an installed database and signs in; the nodes are stopped with `cluster.stopAll()`. */
export async function servingCluster(options: LaunchOptions): Promise<{ cluster: Cluster; api: Api }> {
  const cluster = await launch(options);
  try {
    await serving(cluster);
    return { cluster, api: await cluster.signIn() };
  } catch (error) {
    await cluster.stopAll();
    throw error;
  }
}

/** Polls until `probe` gives something other than false and undefined; fails with what the nodes' logs say. */
export function eventually<T>(
  cluster: Cluster,
  what: string,
  timeout: number,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  return until(probe, timeout, () => `${what} (waited ${timeout} ms).\n${story(cluster)}`);
}

/** To be called in `beforeEach`: a test that fails says what the plugin wrote into the log of each node. */
export function tellStoryOnFailure(cluster: () => Cluster | undefined): void {
  onTestFailed(({ task }) => {
    const [error] = task.result?.errors ?? [];
    const subject = cluster();
    if (error && subject && !error.message.includes(story(subject).slice(0, 40)))
      error.message += `\n${story(subject)}`;
  });
}

/** What the page shows, from this node. */
export async function statusOf(api: Api, node: ClusterNode): Promise<StatusBody> {
  const answer = await api.at(node.url).get<{ data?: StatusBody }>('clusterMaintenance:status');
  if (!answer.body.data) throw new Error(`status of ${node.name}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.data;
}

/** The operation that ended last, once nothing runs any more and its epoch is higher than `after`. */
export function ended(cluster: Cluster, api: Api, after: number, node = cluster.node(0)): Promise<OperationRecord> {
  return eventually(cluster, `No operation after epoch ${after} ended`, 2 * MINUTE, async () => {
    // A node that reloads answers for a moment that it cannot say.
    const status = await statusOf(api, node).catch(() => undefined);
    const { operation, lastOperation } = status ?? {};
    return !operation && lastOperation && lastOperation.epoch > after && lastOperation;
  });
}

/** Epoch of the newest operation, running or not; 0 before the first. */
export async function epochNow(cluster: Cluster, api: Api): Promise<number> {
  // A node that has just started may not know of the last one yet.
  const told = await Promise.all(cluster.nodes.map((node) => statusOf(api, node).catch(() => undefined)));
  const known = told.filter((status) => status !== undefined);
  if (known.length === 0) throw new Error('No node says what the last operation was.');
  return Math.max(
    ...known.map(({ operation, lastOperation }) => Math.max(operation?.epoch ?? 0, lastOperation?.epoch ?? 0)),
  );
}

/** The row that decides which epochs may still pass. */
export async function storedEpoch({ postgres, database }: Cluster): Promise<number> {
  const sql = 'SELECT epoch::int AS epoch FROM cluster_maintenance_state';
  return (await postgres.query<{ epoch: number }>(database, sql))[0]?.epoch ?? 0;
}
