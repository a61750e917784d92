import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, until, type ClusterNode, type Env } from '../cluster';
import { pause } from './timing';

/** Of one node, in MB (10^6 bytes). */
export interface Memory {
  /** Resident, as an operator sees it: with whatever garbage happens to lie around. */
  readonly raw: number;
  /** Resident after garbage collection. */
  readonly resident: number;
  /** What is really in use: objects and buffers that survive a garbage collection. */
  readonly live: number;
}

const PASSES = 2;
/** The collector gives its pages back a few seconds after it has run. */
const GIVEN_BACK_MS = 5000;
const COLLECTION_TIMEOUT = 30_000;

let folder: string | undefined;

/** What a node needs in its environment so that its memory can be measured. */
export function memoryEnv(): Env {
  folder ??= temporaryDirectory('memory').path;
  const script = join(__dirname, 'collect-garbage.cjs');
  return { NODE_OPTIONS: `--require ${JSON.stringify(script)}`, BENCH_MEMORY_FOLDER: folder };
}

/** Measures nodes that were started with `memoryEnv`, all at the same moment. */
export async function measureMemory(nodes: readonly ClusterNode[]): Promise<Memory[]> {
  const raw = nodes.map(residentMegabytes);
  let live: number[] = [];
  for (let pass = 1; pass <= PASSES; pass += 1) {
    live = await Promise.all(nodes.map(collect));
    await pause(GIVEN_BACK_MS);
  }
  return nodes.map((node, index) => ({
    raw: raw[index] ?? NaN,
    resident: residentMegabytes(node),
    live: live[index] ?? NaN,
  }));
}

async function collect({ pid, name }: ClusterNode): Promise<number> {
  const file = join(folder ?? '', `${pid}.json`);
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  await until(
    () => existsSync(file),
    COLLECTION_TIMEOUT,
    () => `${name} did not collect its garbage within ${COLLECTION_TIMEOUT / 1000} s.`,
  );
  const { heapUsed, external } = JSON.parse(readFileSync(file, 'utf8')) as NodeJS.MemoryUsage;
  return (heapUsed + external) / 1e6;
}

function residentMegabytes({ pid, name }: ClusterNode): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error(`The memory of ${name} (process ${pid}) cannot be read.`);
  return (Number(kibibytes) * 1024) / 1e6;
}
