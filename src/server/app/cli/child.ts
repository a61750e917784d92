import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Clock } from '../../core/clock';

/** As shells say it. */
const CANNOT_RUN = { found: 126, notFound: 127, signalled: 128 };
/** After it was asked to end, in milliseconds: others may work on the database then. */
const PATIENCE = 10_000;

export interface ChildOptions {
  /** Ends the command. */
  readonly signal: AbortSignal;
  /** Its output goes where errors go: a program reads the other. */
  readonly aside: boolean;
  readonly clock: Clock;
}

/** Runs a command with the streams of this process. Resolves with its exit code, as a shell would tell it. */
export async function runChild(words: readonly string[], options: ChildOptions): Promise<number> {
  const { signal, aside, clock } = options;
  const [command = '', ...rest] = words;
  const child = spawn(command, rest, { stdio: ['inherit', aside ? 2 : 'inherit', 'inherit'] });
  const ended = new AbortController();
  const end = async () => {
    child.kill('SIGTERM');
    await clock.sleep(PATIENCE, ended.signal);
    if (!ended.signal.aborted) child.kill('SIGKILL');
  };
  const onAbort = () => void end();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? CANNOT_RUN.notFound : CANNOT_RUN.found),
    );
    child.once('exit', (status, killedBy) =>
      resolve(status ?? CANNOT_RUN.signalled + constants.signals[killedBy ?? 'SIGTERM']),
    );
  });
  ended.abort();
  signal.removeEventListener('abort', onAbort);
  return code;
}
