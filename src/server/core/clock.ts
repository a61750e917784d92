import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The one door through which time and chance enter. Everything else in src/server takes a Clock;
 * the lint rules refuse Date.now, timers and randomness elsewhere.
 */
export interface Clock {
  /** Milliseconds since 1970. For display only: machines disagree about it. */
  wall(): number;
  /** Milliseconds that only grow, unaffected by clock changes. For deadlines and lease validity. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects: the caller looks at the signal. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborts after `ms`. Does not keep the process alive. */
  timeout(ms: number): AbortSignal;
  /** A random identity: boot ids, operation ids. */
  newId(): string;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  newId: () => randomUUID(),
  timeout: (ms) => AbortSignal.timeout(ms),
  async sleep(ms, signal) {
    try {
      await delay(Math.max(0, ms), undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
