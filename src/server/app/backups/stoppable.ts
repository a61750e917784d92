import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../core/clock';
import { AsyncScope } from '../async-scope';

/** How long a program may take to end when it was asked to, in milliseconds. */
const PATIENCE = 5_000;

type Started = (program: ChildProcess) => void;

const storage = new AsyncScope<Started>();
let listening = false;

/**
 * Runs work of the host that starts programs, and ends these when the signal aborts: the host keeps its programs to
 * itself, but Node.js tells of each one in the asynchronous context of who starts it. Resolves and rejects as the work does.
 */
export function stoppable<T>(signal: AbortSignal, clock: Clock, work: () => Promise<T>): Promise<T> {
  if (!listening) subscribe('child_process', told);
  listening = true;
  const started: Started = (program) => {
    const end = () => void endProgram(program, clock);
    if (signal.aborted) return void program.once('spawn', end);
    signal.addEventListener('abort', end, { once: true });
    program.once('exit', () => signal.removeEventListener('abort', end));
  };
  return storage.run(started, work);
}

function told(message: unknown): void {
  const { process: program } = message as { readonly process: ChildProcess };
  storage.get()?.(program);
}

async function endProgram(program: ChildProcess, clock: Clock): Promise<void> {
  const gone = new AbortController();
  program.once('exit', () => gone.abort());
  program.kill('SIGTERM');
  await clock.sleep(PATIENCE, gone.signal);
  if (!gone.signal.aborted) program.kill('SIGKILL');
}
