import type { Clock } from '../core/clock';

/** Pauses before the next attempts of a node that failed, in milliseconds. After the last one people have to look. */
const PAUSES = [2_000, 4_000, 8_000, 16_000, 32_000];

/**
 * A node that could not load or prove its code tries again a few times: a database that was away for a moment must not
 * keep it out of traffic for ever. What stays wrong (other files on this machine) stays out of traffic.
 */
export class SecondChance {
  private attempts = 0;
  private due: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** To be told of each failure. */
  plan(): void {
    const pause = PAUSES[this.attempts];
    this.attempts += 1;
    this.due = pause === undefined ? undefined : this.clock.monotonic() + pause;
  }

  isDue(): boolean {
    return this.due !== undefined && this.clock.monotonic() >= this.due;
  }

  /** The attempt could not even be made: it does not count. */
  postpone(ms: number): void {
    this.due = this.clock.monotonic() + ms;
  }

  /** The node serves. */
  reset(): void {
    this.attempts = 0;
    this.due = undefined;
  }
}
