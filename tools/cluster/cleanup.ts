/**
 * Everything that the harness starts is registered here, and nothing of it outlives the run: not after a normal end,
 * Ctrl-C, an uncaught exception, and not after kill -9 either. A detached process (`reaper.mjs`) does the removing,
 * because only somebody outside survives a kill -9; this file tells it what there is.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Forget = () => void;

/** Set in the environment of every process of this run, so that also its daemons can be found. */
export const runMarker = { CLUSTER_HARNESS_RUN: randomUUID() };

let reaper: ChildProcess | undefined;
let sweeping = false;
const endHooks = new Set<() => void>();

/** Registers a process that leads its own group; `signal` is what ends it well. */
export function registerProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): Forget {
  return register({ kind: 'process', pid, startedAt: processInfo(pid)?.startedAt, signal });
}

/** Registers a file or folder that belongs to the run. */
export function registerPath(path: string): Forget {
  return register({ kind: 'path', path });
}

/** Runs `hook` (synchronous) right before the sweep, for example to print a line. */
export function beforeSweep(hook: () => void): Forget {
  endHooks.add(hook);
  return () => void endHooks.delete(hook);
}

/** Pid of the reaper: as long as it lives, what the run owned may still be in use. */
export function reaperPid(): number {
  return (reaper ??= startReaper()).pid ?? 0;
}

/** State letter and start time (clock ticks after boot) of a process, or undefined when there is none. */
export function processInfo(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function isRunning(pid: number, startedAt?: string): boolean {
  const info = processInfo(pid);
  return info !== undefined && info.state !== 'Z' && (startedAt === undefined || info.startedAt === startedAt);
}

/** kill -9 for all processes that have `text` in their environment, among them daemons that left their group. */
export function endProcessesWith(text: string): void {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (readFileSync(`/proc/${name}/environ`, 'latin1').includes(text)) {
        process.kill(Number(name), 'SIGKILL');
      }
    } catch {
      // It ended meanwhile, or it belongs to another user.
    }
  }
}

/** Ends and removes everything registered, and returns when that is done. */
export function sweepNow(): void {
  if (sweeping || reaper?.pid === undefined) {
    return;
  }
  sweeping = true;
  endHooks.forEach((hook) => hook());
  // The end of its input and not a signal: one that came before the reaper is up would just kill it.
  reaper.stdin?.destroy();
  // This may run inside an 'exit' handler, where nothing asynchronous works any more.
  const deadline = Date.now() + 10_000;
  while (isRunning(reaper.pid) && Date.now() < deadline) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}

function register(entry: Record<string, unknown>): Forget {
  tell({ op: 'add', ...entry });
  return () => tell({ op: 'remove', ...entry });
}

function tell(line: Record<string, unknown>): void {
  reaper ??= startReaper();
  if (!sweeping) {
    reaper.stdin?.write(`${JSON.stringify(line)}\n`);
  }
}

function startReaper(): ChildProcess {
  const child = spawn(process.execPath, [join(__dirname, 'reaper.mjs')], {
    detached: true,
    cwd: '/',
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${JSON.stringify({ op: 'add', kind: 'marker', value: runMarker.CLUSTER_HARNESS_RUN })}\n`);
  child.unref();
  unrefStream(child.stdin);
  watchTheEnd();
  return child;
}

function unrefStream(stream: unknown): void {
  if (stream && typeof (stream as { unref?: () => void }).unref === 'function') {
    (stream as { unref(): void }).unref();
  }
}

function watchTheEnd(): void {
  process.once('exit', sweepNow);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => endWith(code));
  }
  // A test worker whose runner was killed is left without its channel.
  process.once('disconnect', () => endWith(1));
}

function endWith(code: number): void {
  sweepNow();
  process.exit(code);
}
