/**
 * `npm run demo [-- --nodes N] [--port P]`: a real cluster on this machine, with its own PostgreSQL and Redis, N nodes
 * started at the same moment on an empty database, and a balancer in front. Everything is gone after Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { beforeSweep, ROOT_USER, startBalancer, startCluster, startPostgres, startRedis } from './cluster';
import type { Balancer, Cluster } from './cluster';
import { canListen } from './cluster/ports';

interface Wishes {
  nodes: number;
  port: number | undefined;
}

const MOST_NODES = 16;
const PAGE = 'admin/settings/cluster-maintenance';
const started = performance.now();

void main();

async function main(): Promise<void> {
  try {
    const wishes = await readWishes(process.argv.slice(2));
    // Ctrl-C is how a demo ends well.
    process.once('SIGINT', () => process.exit(0));
    beforeSweep(() => process.stdout.write('\nStopping the cluster and removing its data …\n'));
    const { cluster, balancer } = await start(wishes);
    printSummary(cluster, balancer);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function start(wishes: Wishes): Promise<{ cluster: Cluster; balancer: Balancer }> {
  say('starting PostgreSQL and Redis');
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const database = 'demo';
  await postgres.createDatabase(database);
  say(`starting ${wishes.nodes} ${wishes.nodes === 1 ? 'node' : 'nodes together'} on an empty database`);
  const cluster = await startCluster({
    nodes: wishes.nodes,
    database,
    postgres,
    redis,
    together: true,
    supervised: true,
    waitServing: false,
  });
  const balancer = await startBalancer({
    targets: () => cluster.nodes.map((node) => node.url),
    ...(wishes.port === undefined ? {} : { port: wishes.port }),
  });
  await waitForAll(cluster);
  await cluster.enablePlugin();
  return { cluster, balancer };
}

async function waitForAll({ nodes }: Cluster): Promise<void> {
  let serving = 0;
  const heartbeat = setInterval(() => say(`still starting (${serving} of ${nodes.length} serve)`), 5000);
  const waiting = nodes.map(async (node) => {
    await node.waitServing(300_000);
    serving += 1;
    say(`${node.name} serves`);
  });
  await Promise.all(waiting).finally(() => clearInterval(heartbeat));
}

function printSummary(cluster: Cluster, balancer: Balancer): void {
  const lines = [
    '',
    `The page:   ${balancer.url}/${PAGE}`,
    `            ${balancer.url}/v/${PAGE}  (NocoBase's new interface)`,
    `Sign in:    ${ROOT_USER.account} / ${ROOT_USER.password}`,
    ...cluster.nodes.map(({ name, url, pid }) => `${name}:      ${url}  (process ${pid}; try kill -9, it comes back)`),
    `Logs:       ${cluster.slot.storage}/node*.log`,
    'Stop:       Ctrl-C',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function readWishes(args: string[]): Promise<Wishes> {
  const { values } = parse(args);
  const nodes = wholeNumber('--nodes', values.nodes ?? '3', 1, MOST_NODES);
  const port = values.port === undefined ? undefined : wholeNumber('--port', values.port, 1, 65_535);
  if (port !== undefined && !(await canListen(port))) {
    throw new Error(`Port ${port} cannot be used: something listens on it already, or it needs more rights.`);
  }
  return { nodes, port };
}

function parse(args: string[]): { values: { nodes?: string | undefined; port?: string | undefined } } {
  const options = { nodes: { type: 'string' }, port: { type: 'string' } } as const;
  try {
    return parseArgs({ args, options });
  } catch {
    throw new Error(`Not understood: ${args.join(' ')}. Usage: npm run demo [-- --nodes N] [--port P].`);
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Error(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}

function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`[${seconds} s] ${text}\n`);
}
