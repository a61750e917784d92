import { createServer, type Socket } from 'node:net';
import { expect } from 'vitest';
import { freePort, type Api, type Cluster, type ClusterNode } from '../../tools/cluster';
import { pluginAction } from './commands';
import { linesOf, pluginLines } from './logs';
import { eventually, stage, START, statusOf } from './support';

/** Part of every URL here; must never be seen anywhere. */
export const PASSWORD = 'hidden-word';

export interface Trouble {
  readonly name: string;
  readonly env: () => Promise<Record<string, string>>;
  /** The one sentence that says what is wrong and what to do. */
  readonly sentence: RegExp;
}

const url = (address: string) => ({ CLUSTER_MAINTENANCE_REDIS_URL: address });

export const TROUBLES = {
  refused: {
    name: 'a port where nothing listens',
    env: async () => url(`redis://:${PASSWORD}@127.0.0.1:${await freePort()}`),
    sentence: /Redis at 127\.0\.0\.1:\d+ refuses connections: check that it runs, and host and port in the Redis URL\./,
  },
  password: {
    name: 'a wrong password',
    env: async () => url(`redis://:${PASSWORD}@127.0.0.1:${(await stage()).redis.port}`),
    sentence: /Redis at 127\.0\.0\.1:\d+ rejects the user name or password: correct them in the Redis URL\./,
  },
  silent: {
    name: 'a server that accepts connections and never answers',
    env: async () => url(`redis://:${PASSWORD}@127.0.0.1:${await silentPort()}`),
    sentence: /Redis at 127\.0\.0\.1:\d+ accepts connections but did not answer within \d+ ms: check .+\./,
  },
  malformed: {
    name: 'a malformed URL',
    env: async () => url(`redis:/${PASSWORD}@somewhere:port`),
    sentence: /The Redis URL is not usable: .+\./,
  },
  tls: {
    name: 'TLS to a port that does not speak it',
    env: async () => url(`rediss://:${PASSWORD}@127.0.0.1:${(await stage()).redis.port}`),
    sentence: /Redis at 127\.0\.0\.1:\d+ .*use redis:\/\/ instead of rediss:\/\/.+\./,
  },
  shortLease: {
    name: 'a lease that is too short',
    env: async () => ({ ...url((await stage()).redis.url), CLUSTER_MAINTENANCE_LEASE_TTL_MS: '1000' }),
    sentence: /CLUSTER_MAINTENANCE_LEASE_TTL_MS is 1000: a lease under 3000 ms is lost by any pause of a node\./,
  },
  lateGiveUp: {
    name: 'a holder that gives up too late',
    env: async () => ({ ...url((await stage()).redis.url), CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: '12000' }),
    sentence: /CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS is 12000: .+ at most two thirds of the lease \(10000\)\./,
  },
} satisfies Record<string, Trouble>;

const sockets = new Set<Socket>();

async function silentPort(): Promise<number> {
  const port = await freePort();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined))).unref();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}

/** Serves users, says in its log and on the page what is wrong, refuses what needs the others, and keeps the secret. */
export async function expectOfflineButServing(
  cluster: Cluster,
  node: ClusterNode,
  { sentence }: Trouble,
): Promise<void> {
  const api = await cluster.signIn(node);
  expect((await api.get('users:list')).status).toBe(200);
  const told = await eventually(cluster, `${node.name} does not say ${sentence}`, START, () => saidIn(node, sentence));
  expect(told.length, told.join('\n')).toBeLessThanOrEqual(2);

  const status = await eventually(cluster, `The page of ${node.name} does not say ${sentence}`, START, async () => {
    const now = await statusOf(api, node);
    return sentence.test(now.message) && now;
  });
  expect(status).toMatchObject({ mode: 'cluster', online: false });
  expect(status.nodes).toMatchObject([{ isSelf: true, phase: 'serving' }]);
  await expectRefusal(api, node, sentence);
  expect(`${node.log()}${JSON.stringify(status)}`).not.toContain(PASSWORD);
}

/** Lines of the plugin with this sentence; undefined while there is none. */
function saidIn(node: ClusterNode, sentence: RegExp): string[] | undefined {
  // Before there is an app the plugin writes to the console.
  const lines = [...pluginLines(node), ...linesOf(node).filter(({ level }) => level === '')];
  const told = new Set(lines.map(({ message }) => message).filter((message) => sentence.test(message)));
  return told.size > 0 ? [...told] : undefined;
}

async function expectRefusal(api: Api, node: ClusterNode, sentence: RegExp): Promise<void> {
  const { status, body } = await pluginAction(api, 'enable', '@nocobase/plugin-departments', node);
  const message = expect.stringMatching(sentence) as string;
  expect({ status, body }).toEqual({
    status: 503,
    body: { errors: [{ code: 'MAINTENANCE_COORDINATION_OFFLINE', message }] },
  });
  expect(JSON.stringify(body)).not.toContain(PASSWORD);
}
