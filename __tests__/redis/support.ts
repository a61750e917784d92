import { createServer, type AddressInfo, type Socket } from 'node:net';
import { systemClock } from '../../src/server/core/clock';
import { readSettings, type Settings, type Timings } from '../../src/server/core/settings';
import type { Log } from '../../src/server/ports';
import { createRedisCoordination, type RedisCoordination } from '../../src/server/redis';
import type { StoreUnderTest } from '../contract/coordination-subject';

export const NAMESPACE = 'contract';

export function settingsFor(redisUrl: string | undefined, timings: Partial<Timings> = {}): Settings {
  const { settings } = readSettings({ env: {}, bootId: 'self', hostname: 'here', namespace: NAMESPACE });
  return { ...settings, redisUrl, timings: { ...settings.timings, ...timings } };
}

export interface RecordedLog extends Log {
  readonly lines: string[];
}

export function recordedLog(): RecordedLog {
  const lines: string[] = [];
  const add = (message: string) => void lines.push(message);
  return { lines, info: add, warn: add, error: add };
}

export function coordinationOf(
  url: string | undefined,
  timings: Partial<Timings> = {},
  log: Log = recordedLog(),
): RedisCoordination {
  return createRedisCoordination(settingsFor(url, timings), systemClock, log);
}

/** Three nodes on a running Redis, as the contract suite wants them. `stop` ends what was started for it. */
export async function redisStore(
  url: string,
  flush: () => Promise<unknown>,
  stop: () => Promise<unknown>,
): Promise<StoreUnderTest> {
  const join = async () => {
    const node = coordinationOf(url);
    await node.open();
    return node;
  };
  try {
    const nodes = [await join(), await join(), await join()] as const;
    return {
      nodes,
      join,
      pass: (ms) => systemClock.sleep(ms),
      flush: async () => void (await flush()),
      stop: async () => {
        await Promise.all(nodes.map((node) => node.close()));
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export interface SilentServer {
  readonly port: number;
  /** Connections that are open now. */
  connections(): number;
  stop(): Promise<void>;
}

/** Accepts TCP connections; answers nothing, or `answer` to everything. */
export async function silentServer(answer?: string): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => answer !== undefined && socket.write(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

/** What a promise rejects with, and after how many ms. */
export async function rejection(promise: Promise<unknown>): Promise<{ message: string; after: number }> {
  const start = performance.now();
  try {
    await promise;
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), after: performance.now() - start };
  }
  throw new Error('It was expected to be refused, and was not.');
}
