// The last one out: a detached process that removes what a run leaves behind.
//
// It learns over its standard input what the run has started (one JSON line per change). When that pipe closes, by a
// normal exit as well as by kill -9 of the run, or when it gets SIGTERM, it ends those processes and removes those
// paths. It uses nothing but Node itself, so that it stays small and works while the project's modules are replaced.
//
// Lines: {op: 'add' | 'remove', kind: 'process', pid, startedAt, signal}   a process that leads a group of its own
//        {op: 'add' | 'remove', kind: 'path', path}                        a file or folder
//        {op: 'add', kind: 'marker', value}                                text in the environment of the run's processes
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const processes = new Map();
const paths = new Set();
let marker;

/** State letter and start time (clock ticks after boot) of a process, or undefined when there is none. */
function processInfo(pid) {
  try {
    // The command name in parentheses may itself contain spaces and parentheses.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: fields[0], startedAt: fields[19] };
  } catch {
    return undefined;
  }
}

function isRunning({ pid, startedAt }) {
  const info = processInfo(pid);
  // A pid that was given to somebody else meanwhile has another start time.
  return info !== undefined && info.startedAt === startedAt && info.state !== 'Z';
}

function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function waitUntilGone(list, deadline) {
  while (list.some(isRunning) && Date.now() < deadline) {
    pause(10);
  }
}

/** Processes that carry the run's marker: also those that made themselves daemons, such as pm2's. */
function markedProcesses() {
  const found = [];
  for (const name of marker ? readdirSync('/proc') : []) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) {
      continue;
    }
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(marker)) {
        found.push({ pid, ...processInfo(pid) });
      }
    } catch {
      // It ended while we looked, or it belongs to another user and so not to the run.
    }
  }
  return found;
}

function endProcesses() {
  const known = [...processes.values()];
  for (const entry of known.filter(isRunning)) {
    signalQuietly(-entry.pid, entry.signal);
  }
  // PostgreSQL gives its shared memory back only when it is told to quit, so it gets a moment for that.
  waitUntilGone(known, Date.now() + 3000);
  for (const entry of known.filter(isRunning)) {
    signalQuietly(-entry.pid, 'SIGKILL');
  }
  // A process of the run can start another one while we look, so look until there is none.
  for (let round = 0; round < 50; round += 1) {
    const marked = markedProcesses().filter(isRunning);
    if (marked.length === 0) {
      break;
    }
    marked.forEach(({ pid }) => signalQuietly(pid, 'SIGKILL'));
    pause(10);
  }
  waitUntilGone(known, Date.now() + 2000);
}

function sweep() {
  endProcesses();
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Nobody is left to be told.
    }
  }
  process.exit(0);
}

function apply(line) {
  const { op, kind, ...entry } = JSON.parse(line);
  if (kind === 'marker') {
    marker = entry.value;
  } else if (kind === 'process') {
    if (op === 'add') processes.set(entry.pid, entry);
    else processes.delete(entry.pid);
  } else if (op === 'add') {
    paths.add(entry.path);
  } else {
    paths.delete(entry.path);
  }
}

process.on('SIGTERM', sweep);
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
createInterface({ input: process.stdin }).on('line', apply).on('close', sweep);
