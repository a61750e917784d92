import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  startBalancer,
  startCluster,
  startPostgres,
  startRedis,
  type Api,
  type Balancer,
  type Cluster,
  type ClusterNode,
  type PostgresServer,
  type RedisServer,
} from '../../tools/cluster';
import { collectOwnErrors, newVisitor, startChromium, type Visitor } from './chromium';
import { ClusterPage } from './clusterPage';
import { record } from './recorder';

export const SETTINGS = '/admin/settings';
export const PAGE = `${SETTINGS}/cluster-maintenance`;
export const NAMES = ['node-1', 'node-2', 'node-3'] as const;
export const DATABASE = 'app';
export interface StageOptions {
  readonly nodes: number;
  /** How long followers may take to drain, in milliseconds. */
  readonly drainDeadline: number;
  /** How long a request may wait, in milliseconds. */
  readonly hold: number;
  /** Of all nodes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Short, so that the test of an abort is, and so that a page that is refused in the end can be looked at. */
const SHORT: StageOptions = { nodes: NAMES.length, drainDeadline: 8_000, hold: 1_000 };

/** Several nodes behind a balancer, an admin, and a browser. */
export interface Stage {
  readonly cluster: Cluster;
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly balancer: Balancer;
  readonly browser: Browser;
  readonly admin: Api;
  /** Errors in the plugin's own code, of all pages so far. */
  readonly errors: string[];
  readonly contexts: BrowserContext[];
  /** An admin who reads English on a wide screen, signs in at the balancer, and has the host's files in the cache. */
  readonly regular: BrowserContext;
  /** Another browser, of the same admin unless a token says otherwise. */
  visitor(options: Visitor): Promise<BrowserContext>;
  open(context: BrowserContext, url: string): Promise<ClusterPage>;
  close(): Promise<void>;
}

export async function openStage({ nodes, drainDeadline, hold, env = {} }: StageOptions = SHORT): Promise<Stage> {
  const [postgres, redis, browser] = await Promise.all([startPostgres(), startRedis(), startChromium()]);
  await postgres.createDatabase(DATABASE);
  const cluster = await startCluster({
    nodes,
    together: true,
    database: DATABASE,
    postgres,
    redis,
    plugin: 'disk',
    env: {
      CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: `${drainDeadline}`,
      CLUSTER_MAINTENANCE_HOLD_MS: `${hold}`,
      ...env,
    },
    nodeEnv: (index) => ({ CLUSTER_MAINTENANCE_NODE_NAME: NAMES[index] }),
    timeout: 240_000,
  });
  const balancer = await startBalancer({ targets: () => cluster.nodes.map((node) => node.url) });
  const admin = await cluster.signIn();
  const errors: string[] = [];
  const contexts: BrowserContext[] = [];
  const visitor = async (options: Visitor) => {
    const context = await newVisitor(browser, { token: admin.token, ...options });
    contexts.push(context);
    return context;
  };
  return {
    cluster,
    redis,
    postgres,
    balancer,
    browser,
    admin,
    errors,
    contexts,
    regular: await visitor({ signsInAt: balancer.url }),
    visitor,
    async open(context, url) {
      const page = await context.newPage();
      collectOwnErrors(page, errors);
      const sights = await record(page);
      await page.goto(url);
      return new ClusterPage(page, sights);
    },
    async close() {
      await browser.close();
      await balancer.stop();
      await cluster.stopAll();
      await Promise.all([redis.stop(), postgres.stop()]);
    },
  };
}

/** Every page that is open at the moment. */
export function openPages({ contexts }: Stage): Page[] {
  return contexts.flatMap((context) => context.pages());
}

/** The node that holds the websocket of what `open` opens behind the balancer: the host's word comes from there. */
export async function websocketNode(cluster: Cluster, open: () => Promise<unknown>): Promise<ClusterNode> {
  const marks = cluster.nodes.map((node) => node.log().length);
  await open();
  const found = cluster.nodes.find((node, index) => node.log().slice(marks[index]).includes('new client connected'));
  if (!found) throw new Error('The page has no websocket.');
  return found;
}
