import { packSamplePlugin, startCluster, startPostgres, startRedis, unpackPlugin, until } from '../cluster';
import type { Env, PostgresServer, RedisServer, SamplePlugin } from '../cluster';
import { change, operate } from '../bench/procedures';
import { START_TIMEOUT, type Side } from '../bench/stage';

export const NODES = 3;
/** What is enabled and disabled while everybody works. */
export const SUBJECT = 'traffic-subject';
/** Everybody writes here. */
export const TABLE = 'trafficNotes';
const NOTES = 'traffic-notes';
const SAMPLES: readonly SamplePlugin[] = [
  { name: SUBJECT, version: '1.0.0', text: 'subject' },
  { name: NOTES, version: '1.0.0', text: 'notes', collection: TABLE },
];

/** With the plugin a node that joins skips the upgrade pass of the host; for the same start the others skip it, too. */
const SAME_START = { SKIP_SAME_VERSION_UPGRADE: 'true' };

export interface Servers {
  readonly postgres: PostgresServer;
  /** Only nodes with the plugin talk to it. */
  readonly redis: RedisServer;
}

export type Kind = 'with' | 'without';

export async function openServers(): Promise<Servers> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  return { postgres, redis };
}

/** Three nodes with or without the plugin, on a database that has the table. */
export async function openSide({ postgres, redis }: Servers, kind: Kind, more: Env = {}): Promise<Side> {
  const database = `traffic_${kind}`;
  await postgres.createDatabase(database);
  const plugin = kind === 'with' ? ({ plugin: 'disk', redis } as const) : ({ plugin: 'none' } as const);
  const cluster = await startCluster({ nodes: 0, database, postgres, env: { ...SAME_START, ...more }, ...plugin });
  for (const sample of SAMPLES) await unpackPlugin(packSamplePlugin(sample), cluster.slot);
  await (await cluster.addNode()).waitServing(START_TIMEOUT);
  const api = await cluster.signIn();
  await (kind === 'with' ? operate(api, 'enable', NOTES) : change(api, 'enable', NOTES));
  const others = [await cluster.addNode()];
  // Without the plugin, nodes that start together on one database break each other.
  if (kind === 'without') await others[0]?.waitServing(START_TIMEOUT);
  others.push(await cluster.addNode());
  await Promise.all(others.map((node) => node.waitServing(START_TIMEOUT)));
  await haveTable({ cluster, api });
  return { cluster, api };
}

async function haveTable({ cluster, api }: Side): Promise<void> {
  for (const node of cluster.nodes) {
    const own = api.at(node.url);
    await until(
      async () => (await own.get(`${TABLE}:list?pageSize=1`)).status === 200,
      START_TIMEOUT,
      () => `${node.name} does not know the table ${TABLE}.`,
    );
  }
}
