import type { Guard } from '../../src/server/ports';

/** A database, empty before each test, and what happens to it besides. */
export interface GuardUnderTest {
  /** Another process's view of it. */
  open(): Promise<Guard>;
  /** The database connection of this guard dies by itself. */
  disconnect(guard: Guard): Promise<unknown>;
  /** What `db:clean` does: no table is left, not even the plugin's own. */
  dropTables(): Promise<unknown>;
  /** A table of the app. */
  createTable(name: string): Promise<unknown>;
  /** Names of the app's tables, in any order. */
  tables(): Promise<readonly string[]>;
  /** Dumps everything; the answer loads that dump again. */
  dump(): Promise<() => Promise<unknown>>;
}
