import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { Coordination } from '../../src/server/ports';
import { busContract } from './coordination-bus';
import { leaseContract } from './coordination-lease';
import { renewalContract } from './coordination-renewal';
import { rosterContract } from './coordination-roster';
import { settlementContract } from './coordination-settlement';
import { stateContract } from './coordination-state';

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

/** What every implementation of `Lease`, `StateStore`, `Bus` and `Coordination` must do. */
export function coordinationContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`coordination by ${name}`, () => {
    let store: StoreUnderTest | undefined;
    const subject: Subject = () => {
      if (!store) throw new Error(`The store of ${name} did not start.`);
      return store;
    };
    beforeAll(async () => {
      store = await start();
    });
    beforeEach(() => subject().flush());
    afterAll(() => store?.stop());

    leaseContract(subject);
    renewalContract(subject);
    stateContract(subject);
    settlementContract(subject);
    rosterContract(subject);
    busContract(subject);
  });
}
