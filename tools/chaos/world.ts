import { Redis } from 'ioredis';
import type { Client } from 'pg';
import {
  packSamplePlugin,
  startCluster,
  startPostgres,
  startProxy,
  startRedis,
  unpackPlugin,
  until,
  type Api,
  type Cluster,
  type Env,
  type PostgresServer,
  type RedisServer,
  type SamplePlugin,
} from '../cluster';
import { hostEnv } from '../cluster/node-env';
import { story } from '../../__tests__/cluster/logs';
import { followJournal, type JournalFollower } from './journal-kill';
import type { Member } from './member';
import { namesOf } from './names';
import { rememberCommits, watchOverlaps, type OverlapWatch } from './overlap';
import { newestRecord, type Sources } from './records';
import { servingAll } from './serving';

/** Short, so that a run takes seconds, and the shortest that the plugin accepts for the lease. */
export const TTL = 3_000;
export const DRAIN_DEADLINE = 15_000;
const TIMINGS = {
  CLUSTER_MAINTENANCE_LEASE_TTL_MS: `${TTL}`,
  CLUSTER_MAINTENANCE_LEASE_RENEW_MS: '750',
  CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: '2000',
  CLUSTER_MAINTENANCE_COMMAND_TIMEOUT_MS: '700',
  CLUSTER_MAINTENANCE_NODE_TTL_MS: `${TTL}`,
  CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: `${DRAIN_DEADLINE}`,
  CLUSTER_MAINTENANCE_RELOAD_DEADLINE_MS: '30000',
};

/** What is enabled and disabled in turn. */
export const SUBJECT = 'chaos-subject';
/** Its table is locked so that a request on one node does not end. */
export const SLOW_TABLE = 'chaosSlow';
/** Users write here all the time. */
export const USER_TABLE = 'chaosNotes';
const SAMPLES: readonly SamplePlugin[] = [
  { name: SUBJECT, version: '1.0.0', text: 'subject' },
  { name: 'chaos-slow', version: '1.0.0', text: 'slow', collection: SLOW_TABLE },
  { name: 'chaos-notes', version: '1.0.0', text: 'notes', collection: USER_TABLE },
];

export interface Servers {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** Straight to Redis. */
  readonly control: Redis;
}

/** One cluster on a database of its own, and everything that looks at it past its nodes. */
export interface World extends Sources, Servers {
  readonly cluster: Cluster;
  readonly members: readonly Member[];
  readonly sql: Client;
  readonly overlaps: OverlapWatch;
  readonly journal: JournalFollower;
  close(): Promise<void>;
}

/** A world whose nodes serve. */
export interface ServingWorld extends World {
  /** The root user on the first node. */
  readonly api: Api;
}

export async function openServers(): Promise<Servers> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  await rememberCommits(postgres);
  const control = new Redis(redis.url, {
    retryStrategy: () => 50,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 500,
  });
  control.on('error', () => undefined);
  return { postgres, redis, control };
}

/** An empty database and nodes that have just been started on it. */
export async function openWorld(servers: Servers, database: string, nodes = 3): Promise<World> {
  const { postgres, redis } = servers;
  await postgres.createDatabase(database);
  const cluster = await startCluster({ nodes: 0, database, postgres, plugin: 'disk', env: TIMINGS });
  const names = namesOf(await hostEnv(cluster.slot, cluster.env));
  const sql = await postgres.connect(database);
  // The server may be told to end this connection, too.
  sql.on('error', () => undefined);
  const overlaps = await watchOverlaps(sql, names, USER_TABLE);
  const journal = followJournal(redis.url, names.keys.journal);
  for (const sample of SAMPLES) await unpackPlugin(packSamplePlugin(sample), cluster.slot);
  const indexes = Array.from({ length: nodes }, (_, index) => index);
  const ways = await Promise.all(indexes.map(() => openWays(servers)));
  const members: Member[] = [];
  for (const [index, way] of ways.entries()) {
    const name = `node${index + 1}`;
    members.push({ name, ...way, node: await cluster.addNode(memberEnv(name, way)) });
  }
  const close = async () => {
    await cluster.stopAll();
    journal.stop();
    await Promise.all([sql.end(), ...ways.flatMap(({ redis: own, db }) => [own.stop(), db.stop()])]);
  };
  return { ...servers, cluster, members, names, sql, overlaps, journal, close };
}

/** Waits until all serve, signs in, and enables what users of this cluster need. */
export async function settle(world: World): Promise<ServingWorld> {
  const { cluster, members } = world;
  await servingAll(cluster, members, 180_000);
  await idle(world);
  const api = await cluster.signIn();
  for (const { name } of SAMPLES.slice(1)) {
    const answer = await api.post(`pm:enable?filterByTk=${name}&awaitResponse=true`);
    if (answer.status !== 200) throw new Error(`Enabling ${name} answered ${JSON.stringify(answer.body)}`);
    await idle(world);
    await servingAll(cluster, members, 60_000);
  }
  await expectToSee(world);
  return { ...world, api };
}

/** Nodes serve a moment before their operation is over, and until then another one is refused. */
async function idle(world: World): Promise<void> {
  await until(
    async () => (await newestRecord(world))?.result !== undefined,
    30_000,
    () => `The operation does not end.\n${story(world.cluster)}`,
  );
}

/** What is looked for under a wrong name is never found, and then everything would seem well. */
async function expectToSee({ control, names, overlaps, cluster }: World): Promise<void> {
  await until(
    async () => (await control.exists(names.keys.nodes)) === 1,
    5_000,
    () => `Redis has no ${names.keys.nodes}: the plugin keeps its state under another name.\n${story(cluster)}`,
  );
  const { operations, changes, unguarded } = await overlaps.verdict();
  if (operations < 3 || changes === 0 || unguarded === changes) {
    const seen = `${operations} operations and ${changes} changes, ${unguarded} of them without the guard`;
    throw new Error(`The database has noted ${seen}: the guard's lock or table has another name.`);
  }
}

async function openWays({ redis, postgres }: Servers): Promise<Pick<Member, 'redis' | 'db'>> {
  const to = ({ port }: { port: number }) => startProxy({ target: { host: '127.0.0.1', port } });
  const [own, db] = await Promise.all([to(redis), to(postgres)]);
  return { redis: own, db };
}

function memberEnv(name: string, { redis, db }: Pick<Member, 'redis' | 'db'>): Env {
  return {
    CLUSTER_MAINTENANCE_REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    CLUSTER_MAINTENANCE_NODE_NAME: name,
    DB_HOST: '127.0.0.1',
    DB_PORT: `${db.port}`,
    PGAPPNAME: name,
  };
}
