import { Link, type FaultRates } from './network';
import type { Host, Simulation } from './simulation';

export const DATABASE_TIMEOUT = 4_000;

/** All ways of one process to the world. */
export class Links {
  readonly store: Link;
  readonly database: Link;
  /** The connection that holds the guard is one of its own. */
  readonly guard: Link;

  constructor(simulation: Simulation, host: Host, storeTimeout: number, pausedUntil: () => number) {
    this.store = new Link(simulation, host, storeTimeout, pausedUntil);
    this.database = new Link(simulation, host, DATABASE_TIMEOUT, () => 0);
    this.guard = new Link(simulation, host, DATABASE_TIMEOUT, () => 0);
  }

  /** When the process last had an answer of store or database. */
  get answeredAt(): number {
    return Math.max(this.store.answeredAt, this.database.answeredAt);
  }

  setRates(rates: FaultRates): void {
    this.store.rates = rates;
    const once = { ...rates, before: rates.before / 4, twice: 0 };
    this.database.rates = { ...once, after: rates.after / 4 };
    // An error on the guard's connection ends it, and with it the lock: that is `ModelNode.loseGuard`.
    this.guard.rates = { ...once, after: 0 };
  }

  slowDown(ms: number): void {
    for (const link of this.all) link.slowedBy = ms;
  }

  heal(): void {
    for (const link of this.all) link.state = 'up';
  }

  /** Heals, and nothing that was prepared happens any more. */
  calmDown(): void {
    this.heal();
    for (const link of this.all) link.calmDown();
  }

  describe(): string {
    return `store ${this.store.state}, db ${this.database.state}, guard ${this.guard.state}`;
  }

  private get all(): readonly Link[] {
    return [this.store, this.database, this.guard];
  }
}
