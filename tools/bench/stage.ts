import { PLUGIN_PACKAGE, packSamplePlugin, startCluster, startPostgres, startRedis, unpackPlugin } from '../cluster';
import type { Api, Cluster, PostgresServer, RedisServer } from '../cluster';
import type { Figure } from './figures';
import { memoryEnv } from './memory';

/** Two clusters of the same size, on installed databases, side by side. */
export interface Pair {
  readonly without: Side;
  readonly with: Side;
}

export interface Side {
  readonly cluster: Cluster;
  /** The root user on the first node. */
  readonly api: Api;
}

/** What all parts share. */
export interface Stage {
  readonly rounds: number;
  readonly postgres: PostgresServer;
  /** Only nodes with the plugin talk to it. */
  readonly redis: RedisServer;
  say(text: string): void;
  /** Opened by the part that asks first. */
  pair(): Promise<Pair>;
  /** Makes room: the nodes of the pair would take memory and processor time from what follows. */
  closePair(): Promise<void>;
}

export interface PartResult {
  readonly figures: readonly Figure[];
  /** What a reader has to know about the figures, for example an attempt that had to be repeated. */
  readonly notes: readonly string[];
}

/** The title of a part says in one line what is measured. */
export interface Part {
  readonly name: string;
  readonly title: string;
  run(stage: Stage): Promise<PartResult>;
}

export const NODES = 3;
/** A plugin that does next to nothing when it is enabled or disabled. */
export const SAMPLE = 'sample-of-the-bench';
export const START_TIMEOUT = 180_000;

/** With the plugin a node that joins skips the upgrade pass of the host; for the same start the others skip it, too. */
const SAME_START = { SKIP_SAME_VERSION_UPGRADE: 'true' };

export async function openStage(rounds: number, say: Stage['say']): Promise<Stage> {
  say('starting PostgreSQL and Redis');
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  let pair: Promise<Pair> | undefined;
  return {
    rounds,
    postgres,
    redis,
    say,
    pair: () => (pair ??= openPair(postgres, redis, say)),
    async closePair() {
      const open = await pair;
      pair = undefined;
      await Promise.all(open ? [open.without.cluster.stopAll(), open.with.cluster.stopAll()] : []);
    },
  };
}

async function openPair(postgres: PostgresServer, redis: RedisServer, say: Stage['say']): Promise<Pair> {
  say(`starting ${NODES} nodes without and ${NODES} with ${PLUGIN_PACKAGE} on installed databases`);
  // Both at once, so that all nodes start under the same conditions.
  const [without, withPlugin] = await Promise.all([
    openSide(postgres, 'bench_without'),
    openSide(postgres, 'bench_with', redis),
  ]);
  return { without, with: withPlugin };
}

/** A side with a Redis is the one with the plugin. */
async function openSide(postgres: PostgresServer, database: string, redis?: RedisServer): Promise<Side> {
  const kind = redis ? ({ plugin: 'disk', redis } as const) : ({ plugin: 'none' } as const);
  const env = { ...SAME_START, ...memoryEnv(), CLUSTER_MAINTENANCE_POLICY: undefined };
  await postgres.dropDatabase(database);
  await postgres.createDatabase(database);
  const cluster = await startCluster({ nodes: 0, database, postgres, env, ...kind });
  await unpackPlugin(packSamplePlugin({ name: SAMPLE, version: '1.0.0', text: 'bench' }), cluster.slot);
  // The process that installs is bigger than others for its whole life, so a new one takes its place.
  await (await cluster.addNode()).waitServing(START_TIMEOUT);
  await cluster.node(0).restart();
  await cluster.node(0).waitServing(START_TIMEOUT);
  for (let index = 1; index < NODES; index += 1) {
    // Without the plugin, nodes that start together on one database break each other.
    await (await cluster.addNode()).waitServing(START_TIMEOUT);
  }
  const api = await cluster.signIn();
  if (redis) await askNothing(api);
  return { cluster, api };
}

/** As stands in the database of a cluster, and not in a variable: it is read for each question. */
async function askNothing(api: Api): Promise<void> {
  const calendar = { zone: 'UTC', weekly: [], once: [], freezes: [] };
  const conditions = { backupWithinHours: 0, noRunningWork: false, allNodesEqual: false };
  const document = { version: 1, rules: [], calendar, conditions };
  const { status, body } = await api.post('clusterMaintenance:updatePolicy', { document, revision: 0 });
  if (status !== 200) throw new Error(`The policy could not be set: ${status} ${JSON.stringify(body)}`);
}
