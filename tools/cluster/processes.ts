import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isRunning, processInfo, registerProcess, runMarker } from './cleanup';

export interface LaunchOptions {
  /** What it is called in messages, for example "node 2". */
  label: string;
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Standard output and error are appended to this file. */
  logFile: string;
  user?: { uid: number; gid: number } | undefined;
  /** What ends it well when the run ends; default SIGKILL. */
  endSignal?: NodeJS.Signals;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  readonly running: boolean;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends a signal to the process and all its children. */
  kill(signal: NodeJS.Signals): void;
  /** Sends `signal`, and SIGKILL when that did not end it within `patience` ms. */
  stop(signal?: NodeJS.Signals, patience?: number): Promise<Exit>;
  /** Output of this launch, from its own start on. */
  log(): string;
  /** Resolves with the first match in the output; rejects with the tail of the log after `timeout` ms or at the end. */
  waitForLog(pattern: RegExp, timeout?: number): Promise<RegExpMatchArray>;
}

/** Starts a process that leads a group of its own, so that one signal reaches all of its children. */
export function launch(options: LaunchOptions): RunningProcess {
  const handle = openSync(options.logFile, 'a');
  const start = readFileSync(options.logFile).length;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...options.env, ...runMarker },
    detached: true,
    stdio: ['ignore', handle, handle],
    ...options.user,
  });
  closeSync(handle);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const pid = child.pid;
  if (pid === undefined) {
    throw new Error(`Cannot start ${options.label}: the command ${options.command} could not be run.`);
  }
  const startedAt = processInfo(pid)?.startedAt;
  const forget = registerProcess(pid, options.endSignal);
  void exited.then(forget);

  const running = {
    pid,
    exited,
    get running() {
      return child.exitCode === null && child.signalCode === null && isRunning(pid, startedAt);
    },
    kill(signal: NodeJS.Signals) {
      signalGroup(pid, signal);
    },
    async stop(signal: NodeJS.Signals = 'SIGTERM', patience = 15_000) {
      signalGroup(pid, signal);
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), patience);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
    log: () => readFileSync(options.logFile).subarray(start).toString('utf8'),
    waitForLog: (pattern: RegExp, timeout?: number) => waitForLog(running, options, pattern, timeout),
  };
  return running;
}

/** Polls until `probe` gives something; `explain` says what was waited for when the time is over. */
export async function until<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeout: number,
  explain: () => string,
  interval = 50,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (performance.now() > deadline) {
      throw new Error(explain());
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

export function tail(text: string, lines = 40): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

function waitForLog(
  subject: RunningProcess,
  { label, logFile }: LaunchOptions,
  pattern: RegExp,
  timeout = 60_000,
): Promise<RegExpMatchArray> {
  const report = (why: string) =>
    `${label} ${why} before its output matched ${pattern}. End of ${basename(logFile)}:\n${tail(subject.log())}`;
  return until(
    () => {
      const ended = !subject.running;
      const match = subject.log().match(pattern);
      if (!match && ended) {
        throw new Error(report('ended'));
      }
      return match ?? undefined;
    },
    timeout,
    () => report(`was given ${timeout} ms, which were over`),
  );
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // No process of the group is left.
  }
}
