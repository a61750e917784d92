import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, processInfo, registerPath } from './cleanup';

// Below Linux' range for outgoing connections (32768 and up): a port of ours that is free for a moment, because its
// process restarts, is never taken by a connection that somebody opens meanwhile.
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;
const reservations = join(tmpdir(), 'cluster-maintenance-ports');

/** A TCP port on 127.0.0.1 that is free and that no other run of the harness takes until this one ends. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (reserve(port) && (await canListen(port))) {
      return port;
    }
  }
  throw new Error(`No free TCP port between ${FIRST_PORT} and ${LAST_PORT}: stop something that listens there.`);
}

function reserve(port: number): boolean {
  mkdirSync(reservations, { recursive: true, mode: 0o777 });
  const file = join(reservations, String(port));
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, `${process.pid} ${processInfo(process.pid)?.startedAt ?? ''}`);
    closeSync(handle);
    registerPath(file);
    return true;
  } catch {
    removeIfStale(file);
    return false;
  }
}

/** The next attempt that hits this port may then have it. */
function removeIfStale(file: string): void {
  try {
    const [pid, startedAt] = readFileSync(file, 'utf8').split(' ');
    // An empty file may be one that is being written right now.
    const fresh = Date.now() - statSync(file).mtimeMs < 60_000;
    if (!isRunning(Number(pid), startedAt) && !fresh) {
      rmSync(file, { force: true });
    }
  } catch {
    // Its owner removed it.
  }
}

export function canListen(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
