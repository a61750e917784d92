import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isClosed, mayStartDuring } from '../core/node-machine';
import { drainSentence } from '../core/sentences';
import type { AppLifecycle } from '../ports';

export const BLIND = 'This node reaches neither Redis nor the database, so nobody could tell it to stop.';
const MISSED = 'This process stood still for too long: another node works, and what was under way here must not go on.';
const STALE = 'This process stood still while another node changed the database: it loads that before it goes on.';

export interface WriteFenceOptions {
  readonly app: AppLifecycle;
  readonly clock: Clock;
  /** How long a statement may wait for a look, in milliseconds. */
  readonly patience: number;
  /** Whether the app is being loaded. */
  readonly loads: () => boolean;
  /** Whether this process was asked to end: then a load may fail. */
  readonly ends: () => boolean;
  /** Whether the last sight is recent. */
  readonly sees: () => boolean;
  /** The operation of another node that this one must not be in the way of. */
  readonly mustStop: () => OperationRecord | undefined;
  /** It serves what was before a change that it has not seen. */
  readonly isStale: () => boolean;
  /** Resolves at the next news, at the latest after `ms`. */
  readonly news: (ms: number) => Promise<void>;
}

/**
 * A process that has just been woken up after a long stop, or was cut off, may have been taken for gone: its connections
 * were dead. It looks before it uses the database again, and what it was doing for users does not end in the middle of
 * somebody's work (rule R3).
 */
export class WriteFence {
  constructor(private readonly options: WriteFenceOptions) {}

  /** Resolves when the database may be used; rejects with one sentence when it must not be. */
  async look(): Promise<void> {
    const { clock, patience, sees, news, ends } = this.options;
    const giveUp = clock.monotonic() + patience;
    while (!sees() && clock.monotonic() < giveUp) await news(giveUp - clock.monotonic());
    if (!sees()) throw new Error(BLIND);
    // A load that fails would leave the app broken. It has begun before the work, and is done anew after it.
    while (this.loadsBesideWork && !ends()) await news(patience);
    const record = this.atWork();
    if (record) throw new Error(drainSentence(record));
    if (this.options.isStale()) throw new Error(STALE);
  }

  /** The app loads, and another node has begun to work meanwhile: it had to take this one for gone. */
  get loadsBesideWork(): boolean {
    const record = this.atWork();
    return record?.scope === 'all' && !mayStartDuring(record) && this.options.loads();
  }

  /** The first sight after a long stop. A sentence: requests were under way, and have to be cut off. */
  missed(record: OperationRecord | undefined): string | undefined {
    if (this.options.app.inFlight() === 0) return undefined;
    // What only has to stop writing goes on reading: its statements are asked one by one.
    if (record?.scope === 'all' && this.atWork()) return MISSED;
    return this.options.isStale() ? STALE : undefined;
  }

  private atWork(): OperationRecord | undefined {
    const record = this.options.mustStop();
    return record && isClosed(record) ? record : undefined;
  }
}
