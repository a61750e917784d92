import type { Host, Simulation } from './simulation';

/** How a link treats calls: `cut` refuses at once, `silent` never answers. */
export type LinkState = 'up' | 'cut' | 'silent';

export interface FaultRates {
  /** A call fails before it has had its effect. */
  readonly before: number;
  /** A call has its effect, but its answer is lost. */
  readonly after: number;
  /** A call or an answer takes long. */
  readonly slow: number;
  /** A call arrives a second time, later; but for the one whose client makes sure that it does not. */
  readonly twice: number;
  /** A hint is lost, late or doubled. */
  readonly hints: number;
}

export const NO_FAULTS: FaultRates = { before: 0, after: 0, slow: 0, twice: 0, hints: 0 };

/** What a network that swallowed a packet may still deliver, this long after it works again, in ms. */
const LATE = 3_000;
/** A call that arrives twice does so within this time, in ms. */
const AGAIN = 8_000;

/** What becomes of a call, for whoever looks on. */
export type Stage = 'sent' | 'done' | 'answered' | 'failed';

/** The two ends of a call: only the first word counts. */
interface Ends<T> {
  readonly succeed: (value: T) => void;
  readonly fail: (error: unknown) => void;
  readonly done: (value: T) => void;
}

/** The way from one host to a server and back: every call takes time, and may fail before or after its effect. */
export class Link {
  rates: FaultRates = NO_FAULTS;
  /** What every call and answer takes longer at most, in ms. */
  slowedBy = 0;
  /** Calls that have reached the server. */
  calls = 0;
  /** When the host last had an answer. */
  answeredAt = 0;
  /** Looks on. */
  onCall: ((what: string, stage: Stage, detail: unknown) => void) | undefined;
  private present: LinkState = 'up';
  /** Calls that nobody waits for any more, and that arrive nevertheless. */
  private stuck: (() => void)[] = [];
  private trap: { left: number; readonly what: string | undefined; readonly act: () => void } | undefined;
  private refusal: { left: number; readonly what: string } | undefined;
  private delay: { readonly what: string; readonly ms: number; readonly act: () => void } | undefined;

  constructor(
    private readonly simulation: Simulation,
    private readonly host: Host,
    /** Until when a call is answered, or fails at its caller, in ms. */
    private readonly timeout: number,
    /** The server does nothing before this time (CLIENT PAUSE). */
    private readonly pausedUntil: () => number,
  ) {}

  get state(): LinkState {
    return this.present;
  }

  set state(next: LinkState) {
    const { simulation } = this;
    this.present = next;
    if (next !== 'up') return;
    for (const deliver of this.stuck.splice(0)) {
      simulation.after(simulation.random.between(0, LATE), simulation.world, deliver);
    }
  }

  /**
   * Does something to the host at the worst moment: a call (the n-th one, of this kind) has had its effect, and the host
   * does not know it yet.
   */
  interrupt(calls: number, act: () => void, what?: string): void {
    this.trap = { left: calls, what, act };
  }

  /** Forgets what was prepared for calls to come. */
  calmDown(): void {
    this.trap = undefined;
    this.delay = undefined;
    this.refusal = undefined;
    this.slowedBy = 0;
  }

  /** The next call of this kind arrives so much later; `act` tells that there is one. */
  delayNext(what: string, ms: number, act: () => void): void {
    this.delay = { what, ms, act };
  }

  /** The next calls of this kind fail before they have had an effect. */
  refuse(what: string, calls: number): void {
    this.refusal = { what, left: calls };
  }

  /** Runs `effect` at the server; the promise is settled on the host. */
  call<T>(what: string, effect: () => T | Promise<T>, args: readonly unknown[] = []): Promise<T> {
    const { simulation, host } = this;
    this.onCall?.(what, 'sent', args);
    return new Promise<T>((resolve, reject) => {
      const late = simulation.timer(this.timeout, host, () => ends.fail(new Error('no answer in time')));
      const ends = this.ends(what, resolve, reject, () => late());
      const fail = (why: string) => ends.fail(new Error(why));
      if (this.present === 'cut') return simulation.after(1, host, () => fail('connection refused'));
      const send = () => this.arrive(what, effect, ends);
      if (this.present === 'silent') {
        if (simulation.random.chance(0.5)) this.stuck.push(send);
        return;
      }
      if (what !== 'acquire' && simulation.random.chance(this.rates.twice)) this.sendAgain(effect);
      if (this.isRefused(what) || simulation.random.chance(this.rates.before))
        simulation.after(this.latency(), host, () => fail('not sent'));
      else simulation.after(this.latency() + this.delayOf(what), simulation.world, send);
    });
  }

  private ends<T>(
    what: string,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
    callOff: () => void,
  ): Ends<T> {
    return {
      succeed: (value) => {
        callOff();
        this.answeredAt = this.simulation.time;
        this.onCall?.(what, 'answered', value);
        resolve(value);
      },
      fail: (error) => {
        callOff();
        this.onCall?.(what, 'failed', error);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
      done: (value) => this.onCall?.(what, 'done', value),
    };
  }

  private arrive<T>(what: string, effect: () => T | Promise<T>, ends: Ends<T>): void {
    const { simulation, host } = this;
    const wait = this.pausedUntil() - simulation.time;
    if (wait > 0) return simulation.after(wait, simulation.world, () => this.arrive(what, effect, ends));
    // What was on its way when the link broke does not arrive.
    if (this.present !== 'up') return;
    this.calls += 1;
    const answer = (how: () => void) => simulation.after(this.latency(), host, how);
    void Promise.resolve()
      .then(effect)
      .then(
        (value) => {
          ends.done(value);
          this.spring(what);
          // What the server answers does not arrive either.
          if (this.present !== 'up') return;
          if (simulation.random.chance(this.rates.after)) answer(() => ends.fail(new Error('the answer was lost')));
          else answer(() => ends.succeed(value));
        },
        (error: unknown) => answer(() => ends.fail(error)),
      );
  }

  private spring(what: string): void {
    const { trap } = this;
    if (!trap || (trap.what !== undefined && trap.what !== what) || (trap.left -= 1) > 0) return;
    this.trap = undefined;
    trap.act();
  }

  /** Nobody waits for the answer. */
  private sendAgain<T>(effect: () => T | Promise<T>): void {
    const { simulation } = this;
    const send = () =>
      void Promise.resolve()
        .then(effect)
        .catch(() => undefined);
    simulation.after(simulation.random.between(1, AGAIN), simulation.world, send);
  }

  private delayOf(what: string): number {
    const { delay } = this;
    if (delay?.what !== what) return 0;
    this.delay = undefined;
    delay.act();
    return delay.ms;
  }

  private isRefused(what: string): boolean {
    const { refusal } = this;
    if (refusal?.what !== what || refusal.left === 0) return false;
    refusal.left -= 1;
    return true;
  }

  private latency(): number {
    const { random } = this.simulation;
    const slow = this.slowedBy > 0 ? random.between(0, this.slowedBy) : 0;
    return slow + (random.chance(this.rates.slow) ? random.between(50, 1_500) : random.between(0.1, 2));
  }
}
