import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { request } from './api';
import type { HostImage } from './host-image';
import { hostEnv, imageEnv, placeEnv, type Env, type NodePlace } from './node-env';
import { canListen } from './ports';
import { launch, tail, until, type Exit, type RunningProcess } from './processes';
import type { Slot } from './slots';

export interface NodeOptions {
  /** Shown in messages and used as the log's name, for example "node1". */
  name: string;
  slot: Slot;
  place: NodePlace;
  /** The operator's environment, without the place. */
  env: Env;
  /** A supervisor, as Kubernetes, Compose or PM2 are: when the process ends by itself, a new one is started. */
  supervised?: boolean;
  /** Through NocoBase's own command line instead of directly: slower, and `pid` is then that of the wrapper. */
  throughCli?: boolean;
  /** Runs this host instead of the slot's, on the slot's storage. */
  image?: HostImage | undefined;
}

export interface ClusterNode {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly socketPath: string;
  /** Of the current process; changes with each start. */
  readonly pid: number;
  readonly running: boolean;
  /** Whether a new process takes the place of one that ends. */
  readonly supervised: boolean;
  /** How many processes this node has had. */
  readonly starts: number;
  /** End of the current process. */
  readonly exited: Promise<Exit>;
  /** Status codes of the probes; 0 when there is no answer within two seconds. They never throw. */
  live(): Promise<number>;
  ready(): Promise<number>;
  health(): Promise<number>;
  /** Status of any GET, 0 when there is no answer. */
  status(path: string): Promise<number>;
  /** Resolves as soon as the node takes traffic; rejects with the tail of its log when it ends or the time is over. */
  waitServing(timeout?: number): Promise<void>;
  /** Sends a signal to the process and its children, nothing more; a supervised node that dies of it comes back. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it for good (default SIGTERM; SIGKILL when that did not help within 15 s) and resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
  /** Starts it again, on the same port (with another image); ends it before if it runs. Does not wait until it serves. */
  restart(env?: Env, image?: HostImage): Promise<void>;
  log(): string;
  waitForLog(pattern: RegExp, timeout?: number): Promise<RegExpMatchArray>;
  readonly logFile: string;
}

const SERVING_TIMEOUT = 120_000;
/** A process that ends sooner gets a successor only after this long, as supervisors do it. */
const CRASH_LOOP_MS = 2000;

/** Starts one real NocoBase process; resolves when the process exists, not when it serves. */
export async function startNode(options: NodeOptions): Promise<ClusterNode> {
  const { name, slot, place } = options;
  const url = `http://127.0.0.1:${place.port}`;
  const logFile = join(slot.storage, `${name}.log`);
  let extra: Env = {};
  let { image } = options;
  let wanted = true;
  let starts = 0;
  let begunAt = 0;
  let current = await begin();

  async function begin(): Promise<RunningProcess> {
    const process = await launchHost({ ...options, image, env: { ...options.env, ...extra } }, logFile);
    starts += 1;
    begunAt = performance.now();
    void process.exited.then(() => supervise(process));
    return process;
  }

  async function supervise(ended: RunningProcess): Promise<void> {
    const lived = performance.now() - begunAt;
    if (lived < CRASH_LOOP_MS) {
      await new Promise((resolve) => setTimeout(resolve, CRASH_LOOP_MS));
    }
    if (node.supervised && ended === current) {
      current = await begin();
    }
  }

  const status = (path: string) =>
    request(url, path, { signal: AbortSignal.timeout(2000) }).then(
      (answer) => answer.status,
      () => 0,
    );

  const node: ClusterNode = {
    name,
    url,
    port: place.port,
    socketPath: place.socketPath,
    logFile,
    get pid() {
      return current.pid;
    },
    get running() {
      return current.running;
    },
    get supervised() {
      return wanted && options.supervised === true;
    },
    get starts() {
      return starts;
    },
    get exited() {
      return current.exited;
    },
    status,
    live: () => status('clusterMaintenance:live'),
    ready: () => status('clusterMaintenance:ready'),
    health: () => status('__health_check'),
    waitServing: (timeout = SERVING_TIMEOUT) => waitServing(node, timeout),
    kill: (signal) => current.kill(signal),
    async stop(signal) {
      wanted = false;
      return current.stop(signal);
    },
    async restart(env = {}, other = image) {
      await node.stop();
      extra = { ...extra, ...env };
      image = other;
      wanted = true;
      current = await begin();
    },
    log: () => current.log(),
    waitForLog: (pattern, timeout) => current.waitForLog(pattern, timeout),
  };
  return node;
}

async function launchHost(options: NodeOptions, logFile: string): Promise<RunningProcess> {
  const { name, place, image } = options;
  const slot = image ? { ...options.slot, directory: image.directory } : options.slot;
  const env = image ? { ...options.env, ...imageEnv(slot, options.env) } : options.env;
  if (!(await canListen(place.port, '0.0.0.0'))) {
    throw new Error(`${name} cannot start: something listens on its port ${place.port} already.`);
  }
  // A node that was killed leaves its socket; the host's own `start` removes it as well.
  if (existsSync(place.socketPath)) {
    rmSync(place.socketPath);
  }
  const entry = options.throughCli ? 'cli-v1/bin/index.js' : 'app/lib/index.js';
  return launch({
    label: name,
    command: process.execPath,
    args: [join(slot.directory, 'node_modules', '@nocobase', entry), 'start', '--quickstart'],
    cwd: slot.directory,
    env: { ...(options.throughCli ? env : await hostEnv(slot, env)), ...placeEnv(place) },
    logFile,
  });
}

async function waitServing(node: ClusterNode, timeout: number): Promise<void> {
  let seen = 'nothing';
  const explain = () =>
    `${node.name} does not serve (${seen}; waited ${timeout} ms). End of its log:\n${tail(withoutProbes(node.log()))}`;
  await until(
    async () => {
      if (!node.running && !node.supervised) {
        seen = `its process ended with ${JSON.stringify(await node.exited)}`;
        throw new Error(explain());
      }
      const [health, ready] = await Promise.all([node.health(), node.ready()]);
      seen = `health ${health}, ready ${ready}`;
      // Without the plugin the host itself answers for :ready, with 401 or 404.
      return health === 200 && ready !== 0 && ready < 500;
    },
    timeout,
    explain,
    100,
  );
}

/** The host logs each refused request at length, and the harness asks ten times a second. */
function withoutProbes(log: string): string {
  const noise = /"method":"responseErrorWithCode"|clusterMaintenance:(ready|live)|^\{\}$/;
  return log
    .split('\n')
    .filter((line) => line !== '' && !noise.test(line))
    .map((line) => (line.length > 600 ? `${line.slice(0, 600)} …` : line))
    .join('\n');
}
