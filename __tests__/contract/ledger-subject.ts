import type { Ledger } from '../../src/server/ports';

/** A database, empty before each test, and what happens to it besides. */
export interface LedgerUnderTest {
  /** Another process's view of it. */
  open(): Promise<Ledger>;
  /** The connection by which this process proves that it is there dies. */
  disconnect(ledger: Ledger, bootId: string): Promise<unknown>;
  /** Lets time pass by the clock of the database. */
  pass(ms: number): Promise<unknown>;
  /** What `db:clean` does: no table is left, not even the plugin's own. */
  dropTables(): Promise<unknown>;
  /** Dumps everything; the answer loads that dump again. */
  dump(): Promise<() => Promise<unknown>>;
}
