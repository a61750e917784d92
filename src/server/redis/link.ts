import type { Clock } from '../core/clock';
import type { RedisClient } from './clients';
import { CLOSED, SILENT, type RedisProblem } from './problems';

export interface LinkOptions<Client extends RedisClient> {
  /** Makes a client that is not connected yet. `attempt` counts from 0. */
  readonly create: (attempt: number) => Client;
  /** Resolves when the connected client can do its job; rejects with what Redis says. */
  readonly prove: (client: Client) => Promise<unknown>;
  readonly explain: (error: unknown) => RedisProblem;
  /** Called after every attempt that failed and after every loss. */
  readonly onDown: (problem: RedisProblem) => void;
  /** Longest time for one attempt, in ms: whatever else hangs, the next attempt comes. */
  readonly patience: number;
  /** Pause after a problem that only people can solve, in ms; other pauses grow up to one second. */
  readonly permanentPause: number;
  readonly clock: Clock;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;
/** Closing waits so long at most for sockets to go, in ms. */
const FAREWELL = 500;

/**
 * One connection that is kept up for ever: connect, prove, serve until it breaks, pause, again with a new client.
 * A client is handed out only between its proof and its end, so there is no state "connected but unusable".
 */
export class Link<Client extends RedisClient> {
  private current: { readonly client: Client; readonly fail: (error: unknown) => void } | undefined;
  private lastProblem: RedisProblem | undefined;
  private running: Promise<void> | undefined;
  private readonly closing = new AbortController();
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly options: LinkOptions<Client>) {}

  /** The proven client; undefined while there is none. */
  get client(): Client | undefined {
    return this.current?.client;
  }

  /** Why there is no client; undefined before the first attempt has ended and while there is one. */
  get problem(): RedisProblem | undefined {
    return this.current ? undefined : this.lastProblem;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when there is a client; rejects at once when only people can help, and when the signal aborts. */
  async up(signal: AbortSignal, tooLate: () => Error): Promise<void> {
    this.start();
    if (this.current) return;
    await new Promise<void>((resolve, reject) => {
      const waiter = { resolve, reject };
      this.waiters.add(waiter);
      signal.addEventListener('abort', () => {
        this.waiters.delete(waiter);
        reject(tooLate());
      });
    });
  }

  /** Gives up on a client that misbehaved; nothing happens when it has been replaced already. */
  drop(client: Client, error: unknown): void {
    if (this.current?.client === client) this.current.fail(error);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  private async run(): Promise<void> {
    let failures = 0;
    for (let attempt = 0; !this.closed; attempt += 1) {
      failures = (await this.live(attempt)) ? 0 : failures + 1;
      await this.options.clock.sleep(this.pause(failures), this.closing.signal);
    }
    this.settle((waiter) => waiter.reject(new Error('The connection to Redis was closed.')));
  }

  private pause(failures: number): number {
    if (this.lastProblem?.permanent) return this.options.permanentPause;
    return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 10));
  }

  /** The whole life of one client; tells whether it ever served. Never rejects, or nobody would try again. */
  private async live(attempt: number): Promise<boolean> {
    let client: Client;
    try {
      client = this.options.create(attempt);
    } catch (error) {
      this.down(error);
      return false;
    }
    const over = new AbortController();
    const ended = new Promise<void>((resolve) => void client.once('end', resolve));
    let served = false;
    try {
      await new Promise<void>((_, reject) => {
        this.watch(client, reject, over.signal);
        this.bring(client).then(() => {
          if (over.signal.aborted) return;
          served = true;
          this.current = { client, fail: reject };
          this.settle((waiter) => waiter.resolve());
        }, reject);
      });
    } catch (error) {
      this.down(error);
    }
    over.abort();
    await this.dismiss(client, ended);
    return served;
  }

  private async bring(client: Client): Promise<void> {
    await client.connect();
    await this.options.prove(client);
  }

  /** The first thing that goes wrong decides: later ones are only its consequences. */
  private watch(client: Client, fail: (error: unknown) => void, over: AbortSignal): void {
    client.on('error', fail);
    client.once('end', () => fail(new Error(CLOSED)));
    const closed = () => fail(new Error(CLOSED));
    this.closing.signal.addEventListener('abort', closed);
    over.addEventListener('abort', () => this.closing.signal.removeEventListener('abort', closed));
    if (this.closed) closed();
    // Sentinels and cluster nodes are asked one after the other: say early what is wrong with the first.
    for (const event of ['sentinelError', 'node error']) client.on(event, (error: unknown) => this.note(error, over));
    void this.options.clock.sleep(this.options.patience, over).then(() => {
      if (!over.aborted && this.current?.client !== client) fail(new Error(SILENT));
    });
  }

  private note(error: unknown, over: AbortSignal): void {
    if (!this.closed && !over.aborted && !this.current) this.lastProblem = this.options.explain(error);
  }

  private down(error: unknown): void {
    this.current = undefined;
    if (this.closed) return;
    const problem = this.options.explain(error);
    this.lastProblem = problem;
    this.options.onDown(problem);
    if (problem.permanent) this.settle((waiter) => waiter.reject(new Error(problem.sentence)));
  }

  private settle(how: (waiter: Waiter) => void): void {
    for (const waiter of this.waiters) how(waiter);
    this.waiters.clear();
  }

  private async dismiss(client: Client, ended: Promise<void>): Promise<void> {
    if (client.status === 'end') return;
    client.disconnect();
    const enough = new AbortController();
    await Promise.race([ended, this.options.clock.sleep(FAREWELL, enough.signal)]);
    enough.abort();
  }
}
