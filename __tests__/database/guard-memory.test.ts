import { beforeEach, describe } from 'vitest';
import { systemClock } from '../../src/server/core/clock';
import { MemoryDatabase } from '../../src/server/memory/database';
import { guardContract } from '../contract/guard';

describe('guard within one process', () => {
  let database: MemoryDatabase;
  beforeEach(() => {
    database = new MemoryDatabase(systemClock);
  });

  guardContract(() => ({
    open: async () => Promise.resolve(database.guard()),
    disconnect: async (guard) => Promise.resolve(database.disconnect(guard)),
    dropTables: async () => Promise.resolve(database.drop()),
    createTable: async (name) => Promise.resolve(database.tables.add(name)),
    tables: async () => Promise.resolve([...database.tables]),
    dump: async () => {
      const dump = database.dump();
      return Promise.resolve(async () => Promise.resolve(database.load(dump)));
    },
  }));
});
