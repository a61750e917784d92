import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot, temporaryDirectory } from '../../tools/cluster/paths';

/** Opens, works if it can, closes, and does nothing more: it ends when nothing keeps it alive. */
const PROGRAM = `
  import { createRedisCoordination } from './src/server/redis';
  import { systemClock } from './src/server/core/clock';
  import { readSettings } from './src/server/core/settings';
  const [, , redisUrl, patience] = process.argv;
  const { settings } = readSettings({ env: {}, bootId: 'b', hostname: 'h', namespace: 'program' });
  const say = (...all) => console.log(...all);
  const log = { info: say, warn: say, error: say };
  const coordination = createRedisCoordination({ ...settings, redisUrl }, systemClock, log);
  async function main() {
    const opening = coordination.open().then(() => 'usable', (error) => error.message);
    const waited = new AbortController();
    const early = systemClock.sleep(Number(patience), waited.signal).then(() => 'early');
    console.log(await Promise.race([opening, early]));
    waited.abort();
    await coordination.bus.hint();
    await coordination.state.roster().catch(() => undefined);
    await coordination.close();
    console.log('closed');
  }
  void main();
`;

export interface ProgramRun {
  readonly output: string;
  readonly code: number | null;
  /** Milliseconds between the return of close() and the end of the process. */
  readonly lingered: number;
}

export interface Program {
  /** Runs it in a process of its own; it stops waiting for `open` after `patience` ms. */
  run(url: string, options?: { patience?: number; env?: Record<string, string | undefined> }): Promise<ProgramRun>;
  remove(): void;
}

/** Bundles a program that uses the coordination as the plugin does, without a test runner around it. */
export async function buildProgram(): Promise<Program> {
  const { path, remove } = temporaryDirectory('program');
  const outfile = join(path, 'program.cjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: projectRoot, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    loader: { '.lua': 'text' },
    logLevel: 'silent',
  });
  return {
    remove,
    run: (url, { patience = 60_000, env = {} } = {}) =>
      watch([outfile, url, `${patience}`], { PATH: process.env.PATH, ...env }),
  };
}

function watch(args: string[], env: NodeJS.ProcessEnv): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env });
    let output = '';
    let closed = 0;
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('closed\n')) closed ||= performance.now();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ output, code, lingered: performance.now() - closed });
    });
  });
}
