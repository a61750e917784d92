import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestUnderWay } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { oldestOf, type Running } from './under-way';

interface Watcher {
  readonly ended: () => boolean;
  readonly resolve: () => void;
}

/** What has passed the gate and has not been answered: a drain waits for its end. */
export class RequestsUnderWay {
  /** In the order in which they began. */
  private readonly running = new Map<IncomingMessage, Running>();
  /** Those that the app is working on: it goes on when their client hangs up. */
  private readonly inside = new WeakSet<IncomingMessage>();
  private readonly excluded = new WeakSet<IncomingMessage>();
  private readonly watchers = new Set<Watcher>();

  /** `writes`: whether a request may write; `url` as it came, because the host may have changed it since. */
  constructor(
    private readonly apiBasePath: string,
    private readonly writes: (req: IncomingMessage, url: string | undefined) => boolean,
    private readonly clock: Clock,
  ) {}

  begin(req: IncomingMessage, res: ServerResponse): void {
    this.running.set(req, { res, url: req.url, since: this.clock.monotonic() });
    // `close` comes after the answer was sent and also when the client went away.
    res.once('close', () => {
      if (!this.inside.has(req)) this.end(req);
    });
  }

  /**
   * Runs the app's handling of a request, which counts as under way until that has ended: a client that hangs up does
   * not stop what it has asked for. Requests that did not pass the gate do not count.
   */
  async within(req: IncomingMessage, res: ServerResponse, handle: () => Promise<unknown>): Promise<void> {
    if (!this.running.has(req)) return void (await handle());
    this.inside.add(req);
    try {
      await handle();
    } finally {
      this.inside.delete(req);
      // An answer that is still being sent, such as a stream, ends with `close`.
      if (res.closed || res.destroyed) this.end(req);
    }
  }

  /** The request that started an operation is never waited for by its own leader. */
  exclude(req: IncomingMessage): void {
    this.excluded.add(req);
    this.wake();
  }

  /** Their clients are told not to come back on the same connection. */
  sendAway(): void {
    for (const { res } of this.running.values()) if (!res.headersSent) res.setHeader('Connection', 'close');
  }

  /** How many there are, without those that nobody waits for. */
  count(): number {
    let count = 0;
    for (const req of this.running.keys()) if (!this.excluded.has(req)) count += 1;
    return count;
  }

  /** What the longest of them are, without those that nobody waits for. */
  oldest(): readonly RequestUnderWay[] {
    return oldestOf(this.running, (req) => !this.excluded.has(req), this.clock.monotonic(), this.apiBasePath);
  }

  /** Resolves when nothing is under way, or when the signal aborts. */
  quiet(signal: AbortSignal): Promise<void> {
    return this.watch(() => this.count() === 0, signal);
  }

  /** The same for what may write. */
  writesEnded(signal: AbortSignal): Promise<void> {
    const writes = ([req, { url }]: [IncomingMessage, Running]) => !this.excluded.has(req) && this.writes(req, url);
    return this.watch(() => ![...this.running].some(writes), signal);
  }

  private async watch(ended: () => boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ended()) return;
    await new Promise<void>((resolve) => {
      const watcher = { ended, resolve };
      this.watchers.add(watcher);
      signal.addEventListener('abort', () => (this.watchers.delete(watcher), resolve()), { once: true });
    });
  }

  private end(req: IncomingMessage): void {
    this.running.delete(req);
    this.wake();
  }

  private wake(): void {
    for (const watcher of this.watchers) {
      if (!watcher.ended()) continue;
      this.watchers.delete(watcher);
      watcher.resolve();
    }
  }
}
