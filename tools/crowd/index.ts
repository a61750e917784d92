import { join } from 'node:path';
import { build } from 'esbuild';
import { namespaceOf } from '../chaos/names';
import { projectRoot, temporaryDirectory, type Cluster } from '../cluster';
import { launch, type RunningProcess } from '../cluster/processes';

export interface CrowdMember {
  readonly name: string;
  readonly version: string;
  /** Digest of what it says that it has loaded. */
  readonly fingerprint: string;
}

export interface Crowd {
  stop(): Promise<void>;
}

/** A process is small, and two cores are few. */
const IN_A_PROCESS = 8;

/** Adds nodes without an app to the roster of this cluster, and waits until they are in it. */
export async function startCrowd(cluster: Cluster, members: readonly CrowdMember[]): Promise<Crowd> {
  const { path, remove } = temporaryDirectory('crowd');
  const program = await bundle(path);
  const env = {
    PATH: process.env.PATH,
    NODE_PATH: join(projectRoot, 'node_modules'),
    CLUSTER_MAINTENANCE_REDIS_URL: cluster.redis?.url,
    CROWD_NAMESPACE: namespaceOf(cluster.env),
  };
  const processes = groupsOf(members).map((group, index) =>
    launch({
      label: `crowd ${index + 1}`,
      command: process.execPath,
      args: [program],
      cwd: path,
      env: { ...env, CROWD_MEMBERS: JSON.stringify(group) },
      logFile: join(path, `crowd-${index + 1}.log`),
    }),
  );
  await Promise.all(processes.map((each) => each.waitForLog(/all of them serve/)));
  return { stop: () => stopAll(processes).finally(remove) };
}

async function stopAll(processes: readonly RunningProcess[]): Promise<void> {
  await Promise.all(processes.map((each) => each.stop('SIGTERM')));
}

function groupsOf(members: readonly CrowdMember[]): CrowdMember[][] {
  const count = Math.ceil(members.length / IN_A_PROCESS);
  return Array.from({ length: count }, (_, index) => members.slice(index * IN_A_PROCESS, (index + 1) * IN_A_PROCESS));
}

async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'crowd.cjs');
  await build({
    entryPoints: [join(projectRoot, 'tools', 'crowd', 'process.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['ioredis', '@nocobase/server'],
    loader: { '.lua': 'text' },
    logLevel: 'silent',
  });
  return outfile;
}
