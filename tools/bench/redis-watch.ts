import { Redis } from 'ioredis';
import type { RedisServer } from '../cluster';

/** A command as Redis executed it. */
export interface SeenCommand {
  /** Milliseconds since 1970 by the clock of Redis, to the microsecond. */
  readonly at: number;
  /** Sent by a client, or by a script on behalf of one. */
  readonly from: 'client' | 'script';
  readonly args: readonly string[];
}

export interface RedisWatch {
  readonly seen: readonly SeenCommand[];
  stop(): void;
}

/** Sees every command from now on. A watcher of its own, so nothing that is measured has to report itself. */
export async function watchRedis(redis: RedisServer): Promise<RedisWatch> {
  const client = new Redis(redis.url);
  const monitor = await client.monitor();
  client.disconnect();
  const seen: SeenCommand[] = [];
  monitor.on('monitor', (time: string, args: string[], source: string) => {
    seen.push({ at: Number(time) * 1000, from: source === 'lua' ? 'script' : 'client', args });
  });
  return { seen, stop: () => monitor.disconnect() };
}
