import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../core/clock';

/** Of all scopes of the process: those that are switched on, how many calls are within one, and how often that changed. */
const on = new Set<AsyncLocalStorage<never>>();
let inside = 0;
let changes = 0;

/**
 * What something was called within, for whatever it calls, however late. As long as one such scope is switched on, Node.js
 * (up to 23) runs code for every promise of the process, which a request of the host makes a thousand of: the first use
 * switches it on, and `ScopeWatch` off again.
 */
export class AsyncScope<T> {
  private readonly storage = new AsyncLocalStorage<T>();

  async run<R>(value: T, act: () => Promise<R>): Promise<R> {
    on.add(this.storage as AsyncLocalStorage<never>);
    inside += 1;
    changes += 1;
    try {
      return await this.storage.run(value, act);
    } finally {
      inside -= 1;
      changes += 1;
    }
  }

  /** Undefined outside of it, and in what has outlived it by more than a minute while nothing went on. */
  get(): T | undefined {
    return this.storage.getStore();
  }
}

/** How often is looked, in milliseconds; after so many looks in a row that found nothing, scopes are switched off. */
const LOOK_EVERY = 10_000;
const LOOKS = 6;

/** Switches the scopes of this process off when nothing that was begun within one can still go on. */
export class ScopeWatch {
  /** Of all apps of the process. */
  private static readonly all = new Set<ScopeWatch>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly clock: Clock,
    /** Something goes on in this app that may have been begun within a scope: an operation, or a node that does not serve. */
    private readonly isBusy: () => boolean,
  ) {}

  start(): void {
    ScopeWatch.all.add(this);
    void this.watch();
  }

  stop(): void {
    ScopeWatch.all.delete(this);
    this.stopped.abort();
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopped;
    let [seen, quiet] = [changes, 0];
    while (!signal.aborted) {
      await this.clock.sleep(LOOK_EVERY, signal);
      quiet = this.isQuiet(seen) ? quiet + 1 : 0;
      seen = changes;
      if (quiet >= LOOKS && !signal.aborted) switchOff();
    }
  }

  private isQuiet(seen: number): boolean {
    return inside === 0 && changes === seen && ![...ScopeWatch.all].some((watch) => watch.isBusy());
  }
}

function switchOff(): void {
  for (const storage of on) storage.disable();
  on.clear();
}
