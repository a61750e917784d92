import { systemClock, type Clock } from '../../src/server/core/clock';
import { createGuard } from '../../src/server/database/guard';
import { createLedger } from '../../src/server/database/ledger';
import { createPolicyRecords } from '../../src/server/database/policy-records';
import type { SqlDatabase } from '../../src/server/database/sql';
import type { Guard, Ledger, PolicyRecords } from '../../src/server/ports';
import type { GuardUnderTest } from '../contract/guard-subject';
import type { LedgerUnderTest } from '../contract/ledger-subject';
import type { TestDatabase } from './support';

/** A lock of MySQL belongs to the server, not to a database: the namespace tells the tests apart. */
export function guardOf(database: TestDatabase, sql: SqlDatabase = database.open(), clock?: Clock): Guard {
  const guard = createGuard(sql, database.name, clock);
  if (!guard) throw new Error(`There is no guard for ${sql.dialect}.`);
  return guard;
}

export function ledgerOf(database: TestDatabase, sql: SqlDatabase = database.open(), clock = systemClock): Ledger {
  const ledger = createLedger(sql, database.name, clock);
  if (!ledger) throw new Error(`There is no ledger for ${sql.dialect}.`);
  return ledger;
}

export function recordsOf(database: TestDatabase, sql: SqlDatabase = database.open()): PolicyRecords {
  const records = createPolicyRecords(sql);
  if (!records) throw new Error(`There are no records for ${sql.dialect}.`);
  return records;
}

export function guardSubject(database: TestDatabase): GuardUnderTest {
  return {
    open: async () => Promise.resolve(guardOf(database)),
    disconnect: () => database.endGuard(),
    dropTables: () => database.dropTables(),
    createTable: (name) => database.createTable(name),
    tables: () => database.tables(),
    dump: () => database.dump(),
  };
}

export function ledgerSubject(database: TestDatabase): LedgerUnderTest {
  return {
    open: async () => Promise.resolve(ledgerOf(database)),
    disconnect: (_ledger, bootId) => database.endPresence(bootId),
    pass: (ms) => database.pass(ms),
    dropTables: () => database.dropTables(),
    dump: () => database.dump(),
  };
}
