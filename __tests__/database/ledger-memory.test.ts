import { beforeEach, describe } from 'vitest';
import { MemoryDatabase } from '../../src/server/memory/database';
import { ledgerContract } from '../contract/ledger';
import { ManualClock } from '../memory/manual-clock';

describe('ledger within one process', () => {
  let clock: ManualClock;
  let database: MemoryDatabase;
  beforeEach(() => {
    clock = new ManualClock();
    database = new MemoryDatabase(clock);
  });

  ledgerContract(() => ({
    open: async () => Promise.resolve(database.ledger()),
    disconnect: async (ledger) => Promise.resolve(database.disconnect(ledger)),
    pass: async (ms) => Promise.resolve(clock.pass(ms)),
    dropTables: async () => Promise.resolve(database.drop()),
    dump: async () => {
      const dump = database.dump();
      return Promise.resolve(async () => Promise.resolve(database.load(dump)));
    },
  }));
});
