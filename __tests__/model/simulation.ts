import type { Clock } from '../../src/server/core/clock';
import type { Random } from './random';

interface Event {
  at: number;
  readonly order: number;
  readonly host: Host;
  /** Undefined: it was called off. */
  run: (() => void) | undefined;
}

/** A machine of the simulation: it may stand still (SIGSTOP) or be gone for good (kill -9). */
export class Host {
  state: 'running' | 'frozen' | 'dead' = 'running';
  /** When it went on last. */
  thawedAt = 0;
  /** What became due while the host stood still: it happens when it goes on. */
  readonly due: Event[] = [];
  /** Difference of this machine's wall clock, in ms: it may be wrong, and jump. */
  skew = 0;
  /** Something happened to this machine or its connections, and until then it may still suffer from it. */
  troubledUntil = 0;

  constructor(readonly name: string) {}
}

/**
 * Virtual time for all nodes, stores and networks of a scenario: one queue of events, which are run one at a time, in an
 * order that the seed decides where times are equal. Between two events everything that is ready runs to its end.
 */
export class Simulation {
  /** What is not a node: stores, the network, people. It never stops. */
  readonly world = new Host('world');
  private readonly queue: Event[] = [];
  private now = 1_000;
  private count = 0;
  private ids = 0;
  /** Events so far. */
  steps = 0;

  constructor(readonly random: Random) {}

  get time(): number {
    return this.now;
  }

  after(ms: number, host: Host, run: () => void): void {
    this.plan(ms, host, run);
  }

  /** The same for what may be called off by what is returned. */
  timer(ms: number, host: Host, run: () => void): () => void {
    const event = this.plan(ms, host, run);
    return () => (event.run = undefined);
  }

  /** Resolves on `host` after `ms`; never, if that is dead by then. */
  wait(ms: number, host: Host): Promise<void> {
    return new Promise((resolve) => this.after(ms, host, resolve));
  }

  clockOf(host: Host): Clock {
    return {
      wall: () => 1_700_000_000_000 + Math.round(this.now + host.skew),
      monotonic: () => this.now,
      newId: () => `id-${(this.ids += 1)}`,
      sleep: (ms, signal) => this.sleep(host, ms, signal),
      timeout: (ms) => {
        const controller = new AbortController();
        this.after(ms, host, () => controller.abort());
        return controller.signal;
      },
    };
  }

  freeze(host: Host): void {
    if (host.state === 'running') host.state = 'frozen';
  }

  thaw(host: Host): void {
    if (host.state !== 'frozen') return;
    host.state = 'running';
    host.thawedAt = this.now;
    for (const event of host.due.splice(0)) {
      event.at = this.now;
      this.push(event);
    }
  }

  kill(host: Host): void {
    host.state = 'dead';
    host.due.length = 0;
  }

  /** Runs events until `condition` holds or `limit` ms have passed; `check` is called after each. */
  async run(limit: number, check: () => void, condition: () => boolean = () => false): Promise<boolean> {
    const end = this.now + limit;
    for (;;) {
      await this.settle();
      check();
      if (condition()) return true;
      const event = this.pop(end);
      if (!event) break;
      if (event.host.state === 'frozen') event.host.due.push(event);
      else if (event.host.state === 'running') event.run?.();
    }
    this.now = end;
    return condition();
  }

  /** Everything that waits for nothing but other code has run when a turn of the real event loop is over. */
  private async settle(): Promise<void> {
    this.steps += 1;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  private sleep(host: Host, ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let done = false;
      const wake = () => {
        if (done) return;
        done = true;
        callOff();
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const callOff = this.timer(ms, host, wake);
      signal?.addEventListener('abort', wake);
    });
  }

  private plan(ms: number, host: Host, run: () => void): Event {
    const order = this.random.next() + (this.count += 1) * 1e-9;
    const event = { at: this.now + Math.max(0, ms), order, host, run };
    this.push(event);
    return event;
  }

  private push(event: Event): void {
    let low = 0;
    let high = this.queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isLater(this.queue[middle], event)) low = middle + 1;
      else high = middle;
    }
    // The queue is kept in reverse, so that the next event is at its end.
    this.queue.splice(low, 0, event);
  }

  private pop(end: number): Event | undefined {
    while (this.queue.length > 0 && this.queue.at(-1)?.run === undefined) this.queue.pop();
    const event = this.queue.at(-1);
    if (!event || event.at > end) return undefined;
    this.queue.pop();
    this.now = Math.max(this.now, event.at);
    return event;
  }
}

function isLater(a: Event | undefined, b: Event): boolean {
  return a !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order));
}
