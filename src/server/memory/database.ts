import type { Clock } from '../core/clock';
import type { Guard, Ledger } from '../ports';
import { MemoryGuard, type GuardMemory } from './guard';
import { MemoryLedger, type LedgerMemory } from './ledger';

/** Everything that the plugin keeps in a database, at one moment. */
export interface Dump {
  readonly guard: Omit<GuardMemory, 'inside' | 'tables'>;
  readonly ledger: Omit<LedgerMemory, 'present'>;
  readonly tables: readonly string[];
}

/**
 * What nodes agree on that share a database, within one process: where the database has no lock to share (SQLite), and in
 * simulations. Each node has its own guard and ledger, as each would have its own connections.
 */
export class MemoryDatabase {
  private readonly inGuard: GuardMemory = { epoch: undefined, tables: new Set() };
  private readonly inLedger: LedgerMemory = { nodes: new Map(), operations: new Map(), lines: [], present: new Map() };

  constructor(private readonly clock: Clock) {}

  /** Names of the app's tables. Nobody makes or fills them but a simulation. */
  get tables(): Set<string> {
    return this.inGuard.tables;
  }

  guard(): Guard {
    return new MemoryGuard(this.inGuard, this.clock);
  }

  ledger(): Ledger {
    return new MemoryLedger(this.inLedger, this.clock);
  }

  /** The connection of one node's guard or ledger dies: it is not inside or present any more, and gets to know it. */
  disconnect(node: Guard | Ledger): void {
    const { inside } = this.inGuard;
    if (inside?.guard === node) {
      this.inGuard.inside = undefined;
      inside.losing.abort(new Error('The connection to the database is gone.'));
    }
    for (const [bootId, holder] of this.inLedger.present) {
      if (holder === node) this.inLedger.present.delete(bootId);
    }
  }

  /** What `db:clean` does: no table is left, not even the plugin's own. */
  drop(): void {
    this.load({
      guard: { epoch: undefined },
      ledger: { nodes: new Map(), operations: new Map(), lines: [] },
      tables: [],
    });
  }

  /** Which epochs were given out is lost, as when older tables are loaded by hand. */
  forgetEpochs(): void {
    delete this.inGuard.allocated;
  }

  dump(): Dump {
    const { inside: _inside, tables, ...guard } = this.inGuard;
    const { present: _present, ...ledger } = this.inLedger;
    return structuredClone({ guard, ledger, tables: [...tables] });
  }

  /** Replaces all tables by those of the dump. Locks belong to connections, and stay. */
  load(dump: Dump): void {
    const { guard, ledger, tables } = structuredClone(dump);
    Object.assign(this.inGuard, { fingerprint: undefined, ...guard, installing: undefined });
    this.inGuard.tables.clear();
    tables.forEach((table) => this.inGuard.tables.add(table));
    for (const stored of ledger.operations.values()) stored.genuine = false;
    Object.assign(this.inLedger, ledger);
  }
}

/** For a database that only one process can use. */
export function createProcessDatabase(clock: Clock): { readonly guard: Guard; readonly ledger: Ledger } {
  const database = new MemoryDatabase(clock);
  return { guard: database.guard(), ledger: database.ledger() };
}
