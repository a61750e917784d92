import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './paths';
import { freePort } from './ports';
import { launch, until, type RunningProcess } from './processes';
import { startRedis, type RedisServer } from './redis';

export interface RedisSentinelGroup {
  readonly name: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly sentinels: { host: string; port: number; process: RunningProcess }[];
  /** Port of the server that the sentinels call the master now. */
  masterPort(): Promise<number>;
  /** Resolves when they agree that `port` is no longer the master. */
  waitForFailover(port: number, timeout?: number): Promise<number>;
  stop(): Promise<void>;
}

export interface RedisClusterGroup {
  readonly masters: RedisServer[];
  readonly nodes: { host: string; port: number }[];
  stop(): Promise<void>;
}

const MASTER_NAME = 'maintenance';

/** One master, one replica and 1-3 sentinels that fail over within about two seconds. */
export async function startRedisSentinel({ sentinels = 1 } = {}): Promise<RedisSentinelGroup> {
  const fast = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
  const master = await startRedis({ args: fast });
  const replica = await startRedis({ args: [...fast, '--replicaof', '127.0.0.1', `${master.port}`] });
  await until(
    async () => (await replica.cli('info', 'replication')).includes('master_link_status:up'),
    15_000,
    () => `The replica does not follow its master:\n${replica.log()}`,
  );
  const folder = temporaryDirectory('sentinel');
  const ports = await Promise.all(Array.from({ length: sentinels }, () => freePort()));
  const first = ports[0] ?? 0;
  const started = ports.map((port) => ({
    host: '127.0.0.1',
    port,
    process: sentinel(folder.path, port, master.port, sentinels),
  }));
  const masterPort = async () =>
    Number((await ask(master, first, 'get-master-addr-by-name', MASTER_NAME)).split('\n')[1]);
  const group: RedisSentinelGroup = {
    name: MASTER_NAME,
    master,
    replica,
    sentinels: started,
    masterPort,
    waitForFailover: (port, timeout = 20_000) =>
      until(
        async () => {
          const now = await masterPort().catch(() => port);
          return now !== port && now;
        },
        timeout,
        () => `The sentinels still call ${port} the master:\n${started.map((one) => one.process.log()).join('\n')}`,
      ),
    async stop() {
      await Promise.all(started.map((one) => one.process.stop('SIGKILL')));
      await Promise.all([master.stop(), replica.stop()]);
      folder.remove();
    },
  };
  // Until a sentinel has found the replica it cannot fail over to it.
  await Promise.all(ports.map((port) => waitForView(group, port, sentinels)));
  return group;
}

function sentinel(folder: string, port: number, master: number, count: number): RunningProcess {
  const file = join(folder, `${port}.conf`);
  const quorum = Math.floor(count / 2) + 1;
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master} ${quorum}`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
      `sentinel failover-timeout ${MASTER_NAME} 3000`,
      '',
    ].join('\n'),
  );
  return launch({
    label: `sentinel on port ${port}`,
    command: 'redis-server',
    args: [file, '--sentinel'],
    cwd: folder,
    env: { PATH: process.env.PATH },
    logFile: join(folder, `${port}.log`),
  });
}

async function waitForView(group: RedisSentinelGroup, port: number, count: number): Promise<void> {
  await until(
    async () => {
      const view = await ask(group.master, port, 'master', MASTER_NAME).catch(() => '');
      return valueOf(view, 'num-slaves') >= 1 && valueOf(view, 'num-other-sentinels') >= count - 1;
    },
    20_000,
    () => `Sentinel ${port} does not know the whole group.`,
  );
}

function valueOf(reply: string, name: string): number {
  const lines = reply.split('\n');
  return Number(lines[lines.indexOf(name) + 1]);
}

/** redis-cli of any server can talk to any port: the last `-p` counts. */
function ask(server: RedisServer, port: number, ...command: string[]): Promise<string> {
  return server.cli('-p', `${port}`, 'sentinel', ...command);
}

/** Three masters that share all slots, without replicas. */
export async function startRedisCluster(): Promise<RedisClusterGroup> {
  const masters = await Promise.all([startMaster(), startMaster(), startMaster()] as const);
  const addresses = masters.map(({ port }) => `127.0.0.1:${port}`);
  await masters[0].cli('--cluster', 'create', ...addresses, '--cluster-yes');
  await until(
    async () => {
      const views = await Promise.all(masters.map((one) => one.cli('cluster', 'info')));
      return views.every((view) => view.includes('cluster_state:ok') && view.includes('cluster_known_nodes:3'));
    },
    20_000,
    () => `The Redis cluster does not come up:\n${masters[0].log()}`,
  );
  return {
    masters: [...masters],
    nodes: masters.map(({ port }) => ({ host: '127.0.0.1', port })),
    async stop() {
      await Promise.all(masters.map((one) => one.stop()));
    },
  };
}

async function startMaster(): Promise<RedisServer> {
  // The bus listens on a second port; by default that is 10000 higher, where others may be.
  const bus = await freePort();
  return startRedis({
    args: ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-node-timeout', '2000'],
  });
}
