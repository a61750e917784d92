import { client } from '../../cluster/api';
import { temporaryDirectory, type Cluster, type Env, type PostgresServer, type RedisServer } from '../../cluster';
import { startLightNode } from './node';

export interface LightClusterOptions {
  readonly program: string;
  readonly database: string;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** For all nodes. */
  readonly env: Env;
}

/** Light nodes, in the shape of a cluster of real ones: whoever does something to those can do it to these. */
export function openLightCluster(options: LightClusterOptions): Cluster {
  const { database, postgres, redis, env, program } = options;
  const { path, remove } = temporaryDirectory('light');
  const cluster: Cluster = {
    nodes: [],
    slot: { number: 0, directory: path, storage: path, plugins: path, release: remove },
    ...{ database, postgres, redis, env },
    node(index) {
      const node = cluster.nodes[index];
      if (!node) throw new Error(`The cluster has ${cluster.nodes.length} nodes, so none with index ${index}.`);
      return node;
    },
    // Light nodes know no users.
    signIn: async (node = cluster.node(0)) => client(node.url, 'light'),
    enablePlugin: () => Promise.reject(new Error('A light node has no files of plugins.')),
    async addNode(extra = {}) {
      const name = extra.CLUSTER_MAINTENANCE_NODE_NAME ?? `node${cluster.nodes.length + 1}`;
      const node = await startLightNode({ name, program, folder: path, env: { ...env, ...extra } });
      cluster.nodes.push(node);
      return node;
    },
    runCli: async () => ({ code: 1, output: 'Light nodes have no command line.' }),
    async stopAll(signal = 'SIGKILL') {
      await Promise.all(cluster.nodes.map((node) => node.stop(signal)));
      remove();
    },
  };
  return cluster;
}
