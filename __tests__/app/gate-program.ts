import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot, temporaryDirectory } from '../../tools/cluster/paths';

/** A server behind the gate, in a process of its own: what it can still do must not depend on its clients' process. */
const PROGRAM = `
  import { createServer } from 'node:http';
  import { systemClock } from './src/server/core/clock';
  import { RequestGate } from './src/server/app/request-gate';
  const limits = JSON.parse(process.argv[2]);
  const gate = new RequestGate({
    apiBasePath: '/api/',
    filesPath: '/files/',
    limits,
    remaining: () => 42_000,
    clock: systemClock,
    probe: async () => ({ ready: gate.isOpen, body: { status: 'drained', node: 'n' } }),
  });
  gate.close('Drained.', 'hold');
  const server = createServer((req, res) => {
    const work = async () => void res.end('served');
    void gate.handle(req, res).then((handled) => (handled ? undefined : gate.underWay.within(req, res, work)));
  });
  process.on('message', (word) => {
    if (word === 'open') gate.open();
    global.gc?.();
    process.send({ waiting: gate.waiting, bytes: process.memoryUsage().rss });
  });
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', 8_192, () => process.send({ port: server.address().port }));
`;

export interface GateProgram {
  readonly port: number;
  /** Who waits, and the memory of the process. */
  look(word?: 'open'): Promise<{ readonly waiting: number; readonly bytes: number }>;
  stop(): void;
}

/** `holdLimit` in milliseconds. */
export async function startGate(limits: { holdLimit: number; holdSeats: number }): Promise<GateProgram> {
  const { path, remove } = temporaryDirectory('gate-program');
  const file = join(path, 'program.cjs');
  const stdin = { contents: PROGRAM, resolveDir: projectRoot, loader: 'ts' as const };
  await build({ stdin, outfile: file, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' });
  const child = fork(file, [JSON.stringify(limits)], { execArgv: ['--expose-gc'] });
  const { port } = (await word(child)) as { port: number };
  return {
    port,
    look: async (what) => {
      const answer = word(child);
      child.send(what ?? 'look');
      return (await answer) as { waiting: number; bytes: number };
    },
    stop: () => {
      child.disconnect();
      remove();
    },
  };
}

function word(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The program ended with ${code}.`)));
  });
}
