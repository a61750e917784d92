import { join } from 'node:path';
import { freePort, projectRoot, request, until, type ClusterNode, type Env } from '../../cluster';
import { launch } from '../../cluster/processes';

export interface LightNodeOptions {
  readonly name: string;
  /** File of the bundled program. */
  readonly program: string;
  /** For its logs. */
  readonly folder: string;
  readonly env: Env;
}

/** A process that can be treated like a real node. */
export async function startLightNode({ name, program, folder, env }: LightNodeOptions): Promise<ClusterNode> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(folder, `${name}.log`);
  let extra: Env = {};
  const begin = () =>
    launch({
      label: name,
      command: process.execPath,
      args: ['--enable-source-maps', program],
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        NODE_PATH: join(projectRoot, 'node_modules'),
        ...env,
        ...extra,
        APP_PORT: `${port}`,
      },
      logFile,
    });
  let starts = 1;
  let current = begin();
  const status = (path: string) =>
    request(url, path, { signal: AbortSignal.timeout(2_000) }).then(
      (answer) => answer.status,
      () => 0,
    );
  const node: ClusterNode = {
    ...{ name, url, port, logFile, socketPath: '', supervised: false, status },
    get pid() {
      return current.pid;
    },
    get running() {
      return current.running;
    },
    get starts() {
      return starts;
    },
    get exited() {
      return current.exited;
    },
    live: () => status('clusterMaintenance:live'),
    ready: () => status('clusterMaintenance:ready'),
    health: () => status('__health_check'),
    waitServing: async (timeout = 10_000) => {
      await until(
        async () => (await node.ready()) === 200,
        timeout,
        () => `${name} does not serve.\n${current.log()}`,
      );
    },
    kill: (signal) => current.kill(signal),
    stop: (signal) => current.stop(signal),
    async restart(more = {}) {
      await current.stop('SIGKILL');
      extra = { ...extra, ...more };
      current = begin();
      starts += 1;
    },
    log: () => current.log(),
    waitForLog: (pattern, timeout) => current.waitForLog(pattern, timeout),
  };
  return node;
}
