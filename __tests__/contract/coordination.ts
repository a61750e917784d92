import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { busContract } from './coordination-bus';
import { cancelContract } from './coordination-cancel';
import { commitContract } from './coordination-commit';
import { journalContract } from './coordination-journal';
import { leaseContract } from './coordination-lease';
import { renewalContract } from './coordination-renewal';
import { restoreContract } from './coordination-restore';
import { rosterContract } from './coordination-roster';
import { settlementContract } from './coordination-settlement';
import { standingContract } from './coordination-standing';
import { stateContract } from './coordination-state';
import type { StoreUnderTest, Subject } from './coordination-subject';

/** What every implementation of `Lease`, `StateStore`, `Bus`, `JournalStream` and `Coordination` must do. */
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
    standingContract(subject);
    cancelContract(subject);
    commitContract(subject);
    restoreContract(subject);
    rosterContract(subject);
    journalContract(subject);
    busContract(subject);
  });
}
