import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { Timings } from '../core/settings';
import type { JournalEvent } from '../../shared/domain';
import type { Lease, LeaseToken, Log } from '../ports';

export interface LeaseWatcher {
  /** The store had forgotten everything, and has the lease again: the record must be written anew. */
  readonly onRestored: () => void;
  readonly note: (event: JournalEvent, text: string) => void;
}

/**
 * A held lease as an object: it renews itself, and its signal aborts when it is lost.
 *
 * It does NOT guarantee that the holder has stopped when the signal aborts; it guarantees that the signal aborts
 * before anybody else can hold the lease, by this machine's monotonic clock, counted from before the last
 * successful request was sent. What must not happen twice is guarded in the database.
 */
export class LeaseSession {
  private readonly losing = new AbortController();
  private readonly stopping = new AbortController();
  private validUntil: number;
  private troubled = false;
  private readonly running: Promise<unknown>;

  /** `sentAt`: the monotonic time before the acquisition was sent. */
  constructor(
    private readonly lease: Lease,
    readonly token: LeaseToken,
    sentAt: number,
    private readonly timings: Timings,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly watcher: LeaseWatcher,
  ) {
    this.validUntil = sentAt + timings.leaseGiveUp;
    watcher.note('lease.acquired', `For ${timings.leaseTtl} ms, with epoch ${token.epoch}.`);
    this.running = Promise.all([this.renew(), this.watch()]);
  }

  /** Aborts when the lease can no longer be relied on; its reason says why. */
  get lost(): AbortSignal {
    return this.losing.signal;
  }

  /** Nobody else can hold the lease now, by the clock; unlike the signal right too in a process that just woke up. */
  get isValid(): boolean {
    return !this.losing.signal.aborted && this.clock.monotonic() < this.validUntil;
  }

  /** Ends the renewal; the lease itself is released by whoever finishes the operation, or expires. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private get over(): boolean {
    return this.stopping.signal.aborted || this.losing.signal.aborted;
  }

  private async renew(): Promise<void> {
    let pause = this.timings.leaseRenew;
    for (;;) {
      await this.clock.sleep(pause, AbortSignal.any([this.stopping.signal, this.losing.signal]));
      if (this.over) return;
      pause = await this.renewOnce();
    }
  }

  /** Returns how long to wait before the next renewal: failures are repeated soon. */
  private async renewOnce(): Promise<number> {
    const sentAt = this.clock.monotonic();
    try {
      const outcome = await this.lease.renew(this.token, this.timings.leaseTtl);
      if (outcome === 'lost') this.lose('another operation took over');
      else this.validUntil = sentAt + this.timings.leaseGiveUp;
      if (outcome === 'restored') {
        this.watcher.note('lease.restored', 'The store had forgotten it, and nobody had taken it.');
        this.watcher.onRestored();
      }
      this.troubled = false;
      return this.timings.leaseRenew;
    } catch (error) {
      this.trouble(error);
      return Math.min(500, this.timings.leaseRenew);
    }
  }

  /** Separate from the renewal, which may hang in a request for as long as Redis is silent. */
  private async watch(): Promise<void> {
    while (!this.over) {
      const left = this.validUntil - this.clock.monotonic();
      if (left <= 0) this.lose(`not renewed for ${this.timings.leaseGiveUp} ms`);
      else await this.clock.sleep(left, AbortSignal.any([this.stopping.signal, this.losing.signal]));
    }
  }

  /** Said once per trouble, not once per attempt. */
  private trouble(error: unknown): void {
    if (this.troubled) return;
    this.troubled = true;
    this.log.warn('The lease could not be renewed; trying again.', { epoch: this.token.epoch, error });
    this.watcher.note('lease.troubled', `Not renewed: ${sentence(error)}`);
  }

  private lose(why: string): void {
    if (this.over) return;
    this.watcher.note('lease.lost', `The lease is lost: ${why}.`);
    this.log.error(`The lease is lost: ${why}.`, { epoch: this.token.epoch });
    this.losing.abort(new Error(`The lease is lost: ${why}.`));
  }
}
