import type { Client } from 'pg';
import { startProxy, type Cluster, type Env } from '../../cluster';
import { followJournal } from '../journal-kill';
import type { Member } from '../member';
import type { OverlapWatch } from '../overlap';
import { DRAIN_DEADLINE, settle, TTL, type Servers, type ServingWorld, type World } from '../world';
import { openLightCluster } from './cluster';
import { namesIn } from './names';

/** The same as on a real cluster. */
const TIMINGS = {
  CLUSTER_MAINTENANCE_LEASE_TTL_MS: `${TTL}`,
  CLUSTER_MAINTENANCE_LEASE_RENEW_MS: '750',
  CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: '2000',
  CLUSTER_MAINTENANCE_COMMAND_TIMEOUT_MS: '700',
  CLUSTER_MAINTENANCE_NODE_TTL_MS: `${TTL}`,
  CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: `${DRAIN_DEADLINE}`,
  CLUSTER_MAINTENANCE_RELOAD_DEADLINE_MS: '30000',
};

export interface LightServers extends Servers {
  /** File of the bundled program. */
  readonly program: string;
  readonly dialect: 'postgres' | 'mysql';
  /** Whom a node of this name is to the database. */
  userOf(node: string): string;
  /** Watches an empty database; `sql` is a connection to it. */
  watch(sql: Client, database: string): Promise<OverlapWatch>;
  /** How nodes find Redis when they do not go through a proxy of their own. */
  readonly redisUrl?: string;
}

/** An empty database, and light nodes that have just been started on it. */
export async function openLightWorld(servers: LightServers, database: string, nodes = 3): Promise<World> {
  const { postgres, redis, program } = servers;
  await postgres.createDatabase(database);
  const sql = await postgres.connect(database);
  // The server may be told to end this connection, too.
  sql.on('error', () => undefined);
  const names = namesIn(database);
  const overlaps = await servers.watch(sql, database);
  const journal = followJournal(redis.url, names.keys.journal);
  const env = { ...TIMINGS, LIGHT_NAMESPACE: database };
  const cluster = openLightCluster({ program, database, postgres, redis, env });
  const members = await Promise.all(Array.from({ length: nodes }, (_, index) => addMember(cluster, servers, index)));
  const close = async () => {
    await cluster.stopAll();
    journal.stop();
    await Promise.all([sql.end(), ...members.flatMap((member) => [member.redis.stop(), member.db.stop()])]);
    await postgres.dropDatabase(database);
  };
  return { ...servers, cluster, members, names, sql, overlaps, journal, close };
}

/** The same, when all of them serve. */
export async function openServingWorld(servers: LightServers, database: string): Promise<ServingWorld> {
  const world = await openLightWorld(servers, database);
  return settle(world).catch(async (error: unknown) => {
    await world.close();
    throw error;
  });
}

async function addMember(cluster: Cluster, servers: LightServers, index: number): Promise<Member> {
  const to = ({ port }: { port: number }) => startProxy({ target: { host: '127.0.0.1', port } });
  const [redis, db] = await Promise.all([to(servers.redis), to(servers.postgres)]);
  const name = `node${index + 1}`;
  const node = await cluster.addNode(memberEnv(name, servers, redis.port, db.port, cluster.database));
  return { name, node, redis, db };
}

function memberEnv(name: string, servers: LightServers, redis: number, db: number, database: string): Env {
  const { dialect, postgres } = servers;
  const login = { host: '127.0.0.1', port: db, database, username: servers.userOf(name), password: postgres.password };
  return {
    CLUSTER_MAINTENANCE_REDIS_URL: servers.redisUrl ?? `redis://127.0.0.1:${redis}`,
    CLUSTER_MAINTENANCE_NODE_NAME: name,
    LIGHT_DATABASE: JSON.stringify({ ...login, dialect, pool: { max: 5, acquire: 10_000 } }),
    PGAPPNAME: name,
  };
}
