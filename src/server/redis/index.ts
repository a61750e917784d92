import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import type { Coordination, Log } from '../ports';
import { RedisBus } from './bus';
import { RedisConnection } from './connection';
import { RedisJournal } from './journal';
import { redisKeys } from './keys';
import { RedisLease } from './lease';
import { RedisStateStore } from './state';

export interface RedisCoordination extends Coordination {
  /**
   * Connects. Resolves when Redis can be used. Rejects with the sentence of `problem()` after `deadline` ms (10 s),
   * sooner when only people can help; it goes on trying in the background either way. May be called again.
   */
  open(deadline?: number): Promise<void>;
}

/** Long enough for a Redis that starts together with NocoBase. */
const OPEN_DEADLINE = 10_000;

/** Coordination of a whole cluster through Redis. Nothing is connected before `open`. */
export function createRedisCoordination(
  settings: Pick<Settings, 'redisUrl' | 'namespace' | 'timings'>,
  clock: Clock,
  log: Log,
): RedisCoordination {
  const keys = redisKeys(settings.namespace);
  const bus = new RedisBus(() => connection, keys, clock.newId(), log);
  const connection = new RedisConnection({
    url: settings.redisUrl,
    keys,
    timings: settings.timings,
    clock,
    onMessage: (message) => bus.receive(message),
    // One trouble, one line: without commands nobody misses the hints.
    onDeaf: (problem) => {
      if (connection.problem() === undefined) bus.deaf(problem);
    },
  });
  return {
    mode: 'cluster',
    lease: new RedisLease(connection, keys),
    state: new RedisStateStore(connection, keys),
    bus,
    journal: new RedisJournal(connection, keys),
    problem: () => connection.problem(),
    open: (deadline = OPEN_DEADLINE) => connection.open(deadline),
    async close() {
      bus.close();
      await connection.close();
    },
  };
}
