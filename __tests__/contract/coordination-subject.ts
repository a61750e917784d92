import type { Coordination } from '../../src/server/ports';

/** One store and three nodes that share it. */
export interface StoreUnderTest {
  readonly nodes: readonly [Coordination, Coordination, Coordination];
  /** One more node, to be closed by the test itself. */
  join(): Promise<Coordination>;
  /** Lets at least `ms` pass by the clock of the store. */
  pass(ms: number): Promise<void>;
  /** The store forgets everything and goes on, as FLUSHALL does. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** What each part of the contract gets: the store of the present run. */
export type Subject = () => StoreUnderTest;
