import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { signIn, type Api } from './api';
import { endProcessesWith } from './cleanup';
import type { HostImage } from './host-image';
import { operatorEnv, placeEnv, type Env } from './node-env';
import { startNode, type ClusterNode } from './node';
import { PLUGIN_PACKAGE, temporaryDirectory } from './paths';
import { packedPlugin, unpackPlugin } from './plugin-files';
import { freePort } from './ports';
import type { PostgresServer } from './postgres';
import type { RedisServer } from './redis';
import { acquireSlot, type Slot } from './slots';

export interface ClusterOptions {
  nodes: number;
  /** Name of an existing database, empty or installed. */
  database: string;
  postgres: PostgresServer;
  redis?: RedisServer;
  /** For all nodes and for the command line. */
  env?: Env;
  /** For one node, counted from 0. */
  nodeEnv?: (index: number) => Env;
  /**
   * none: the bare host · disk: our plugin's files are in place before the first start, as an image would bring them ·
   * installed (default): the same, and when the first node serves, the plugin is enabled if it is not yet.
   */
  plugin?: 'installed' | 'disk' | 'none';
  /** All nodes at the same moment; otherwise (default) each one when the one before serves, as the manual asks. */
  together?: boolean;
  /** False: return when the processes exist. Default true: return when all of them serve. */
  waitServing?: boolean;
  /** A process that ends by itself is replaced by a new one. */
  supervised?: boolean;
  /** How long a node may take to serve, in ms. */
  timeout?: number;
}

export interface CliResult {
  code: number;
  /** Standard output and error together. */
  output: string;
}

export interface Cluster {
  readonly nodes: ClusterNode[];
  readonly slot: Slot;
  readonly env: Env;
  readonly database: string;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer | undefined;
  /** The node with this index, counted from 0; throws when there is none. */
  node(index: number): ClusterNode;
  /** A root user's client of a node (the first one unless told otherwise). */
  signIn(node?: ClusterNode): Promise<Api>;
  /** Enables a plugin (ours by default) through the first node unless it is enabled, and waits until all serve. */
  enablePlugin(name?: string): Promise<void>;
  /** Adds a node; does not wait until it serves. */
  addNode(env?: Env, image?: HostImage): Promise<ClusterNode>;
  /** A NocoBase command in a process of its own; with `node` it goes through that running app, as on its machine. */
  runCli(args: string[], options?: { node?: ClusterNode; env?: Env; timeout?: number }): Promise<CliResult>;
  /** Ends all nodes and gives the slot back. The database stays. */
  stopAll(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts real NocoBase processes that share a database, and a host folder as they would share a volume. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const slot = acquireSlot();
  const { plugin = 'installed', database, postgres, redis } = options;
  const env = { ...operatorEnv(slot, postgres, database, redis), ...options.env };
  if (plugin !== 'none') {
    await unpackPlugin(await packedPlugin(), slot);
  }
  const run = temporaryDirectory('run');
  const nodes: ClusterNode[] = [];
  const cluster: Cluster = {
    nodes,
    slot,
    env,
    database,
    postgres,
    redis,
    node: (index) => nodes[index] ?? fail(`The cluster has ${nodes.length} nodes, so none with index ${index}.`),
    signIn: (node = cluster.node(0)) => signIn(node.url),
    enablePlugin: (name = PLUGIN_PACKAGE) => enablePlugin(cluster, name),
    addNode: (extra, image) => addNode(cluster, run.path, options, extra, image),
    runCli: (args, cli = {}) => runCli(cluster, run.path, args, cli),
    async stopAll(signal = 'SIGKILL') {
      await Promise.all(nodes.map((node) => node.stop(signal)));
      // Plugin updates start a PM2 daemon, which belongs to no node.
      endProcessesWith(`PM2_HOME=${run.path}/`);
      slot.release();
      run.remove();
    },
  };
  try {
    await startNodes(cluster, options);
  } catch (error) {
    await cluster.stopAll();
    throw error;
  }
  return cluster;
}

async function startNodes(cluster: Cluster, options: ClusterOptions): Promise<void> {
  const { together = false, waitServing = true, timeout } = options;
  for (let index = 0; index < options.nodes; index += 1) {
    const node = await cluster.addNode(options.nodeEnv?.(index));
    if (waitServing && !together) {
      await node.waitServing(timeout);
      await enableOnce(cluster, options, index);
    }
  }
  if (waitServing && together) {
    await Promise.all(cluster.nodes.map((node) => node.waitServing(timeout)));
    await enableOnce(cluster, options, 0);
  }
}

async function enableOnce(cluster: Cluster, { plugin = 'installed' }: ClusterOptions, index: number): Promise<void> {
  if (plugin === 'installed' && index === 0) {
    await cluster.enablePlugin();
  }
}

/** As an admin would do it, with a request to one node. */
async function enablePlugin(cluster: Cluster, name: string): Promise<void> {
  const sql = 'SELECT enabled FROM "applicationPlugins" WHERE name = $1';
  const rows = await cluster.postgres.query<{ enabled: boolean }>(cluster.database, sql, [name]);
  if (rows[0]?.enabled) {
    return;
  }
  const api = await cluster.signIn();
  const answer = await api.post(`pm:enable?filterByTk=${encodeURIComponent(name)}&awaitResponse=true`);
  if (answer.status !== 200) {
    throw new Error(`Enabling ${name} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  await Promise.all(cluster.nodes.map((node) => node.waitServing()));
}

async function addNode(
  cluster: Cluster,
  run: string,
  options: ClusterOptions,
  extra: Env = {},
  image?: HostImage,
): Promise<ClusterNode> {
  const name = `node${cluster.nodes.length + 1}`;
  const node = await startNode({
    name,
    slot: cluster.slot,
    image,
    env: { ...cluster.env, ...extra },
    supervised: options.supervised ?? false,
    place: { port: await freePort(), socketPath: join(run, `${name}.sock`), pm2Home: join(run, `${name}.pm2`) },
  });
  cluster.nodes.push(node);
  return node;
}

function runCli(
  { slot, env }: Cluster,
  run: string,
  args: string[],
  { node, env: extra = {}, timeout = 180_000 }: { node?: ClusterNode; env?: Env; timeout?: number },
): Promise<CliResult> {
  const own = mkdtempSync(join(run, 'cli-'));
  const place = { port: node?.port ?? 13000, socketPath: node?.socketPath ?? join(own, 'none.sock'), pm2Home: own };
  const command = [join(slot.directory, 'node_modules', '@nocobase', 'cli-v1', 'bin', 'index.js'), ...args];
  const settings = { cwd: slot.directory, env: { ...env, ...placeEnv(place), ...extra }, timeout, maxBuffer: 64 << 20 };
  return new Promise((resolve) => {
    execFile(process.execPath, command, settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, output: stdout + stderr });
    });
  });
}

function fail(message: string): never {
  throw new Error(message);
}
