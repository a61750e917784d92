import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { OWN_TABLES } from '../../src/server/database/tables';
import { draftOf, ended } from '../contract/coordination-samples';
import { postgresServer } from './servers';
import { guardOf, ledgerOf } from './subjects';
import { PREFIX, useDatabase } from './support';

const HELD: OperationRecord = { ...draftOf('held'), epoch: 5, phase: 'held', changed: true };

/** PostgreSQL loads keys after all rows; dumps of MySQL and MariaDB bring each table whole. */
describe('tables of a dump that was loaded in part, on PostgreSQL', () => {
  const database = useDatabase(postgresServer);

  it('have no keys, and work again as soon as something is to be written', async () => {
    const ledger = ledgerOf(database());
    const guard = guardOf(database());
    await ledger.write(HELD);
    const entered = await guard.enter(await guard.allocate(5), 1_000);
    if (entered.outcome === 'entered') await entered.hold.leave();
    for (const table of OWN_TABLES) {
      const name = `${PREFIX}cluster_maintenance_${table}`;
      await database().query(`ALTER TABLE ${name} DROP CONSTRAINT ${name}_pkey`);
    }
    await ledger.write(ended(HELD));
    expect(await ledger.history(20)).toEqual([ended(HELD)]);
    await ledger.join({ bootId: 'b1', name: 'node 1', sentAt: 1 });
    await ledger.join({ bootId: 'b1', name: 'node 1', sentAt: 2 });
    expect(await ledger.nodes()).toHaveLength(1);
    expect(await guard.allocate()).toBeGreaterThan(6);
    const keys = await database().query(
      `SELECT conrelid::regclass AS name FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace`,
    );
    expect(keys).toHaveLength(OWN_TABLES.length);
    await ledger.leave();
  });
});
