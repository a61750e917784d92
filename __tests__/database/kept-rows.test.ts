import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { keepRows } from '../../src/server/database/kept-rows';
import { draftOf, ended } from '../contract/coordination-samples';
import { mariadbServer, postgresServer } from './servers';
import { guardOf, ledgerOf, recordsOf } from './subjects';
import { useDatabase } from './support';

const OLD: OperationRecord = ended({ ...draftOf('old'), epoch: 3, changed: true });
const HELD: OperationRecord = { ...draftOf('held'), epoch: 5, phase: 'held', changed: true };
const RESTORE: OperationRecord = { ...draftOf('restore'), epoch: 7, kind: 'restore', phase: 'working', changed: true };

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])('rows that are kept while a dump replaces the tables, on %s', (_name, server) => {
  const database = useDatabase(server);

  it('are what they were, and nothing of the dump is left', async () => {
    const ledger = ledgerOf(database());
    const guard = guardOf(database());
    await ledger.write(OLD);
    await ledger.write(HELD);
    await ledger.join({ bootId: 'of-the-dump', name: 'node of the dump', sentAt: 1 });
    await ledger.leave();
    const load = await database().dump();

    await ledger.write(ended(HELD));
    await ledger.write(RESTORE);
    await ledger.join({ bootId: 'b1', name: 'node 1', sentAt: 1 });
    const line = {
      node: { bootId: 'b1', name: 'node 1' },
      seq: 1,
      at: 1,
      event: 'operation.begun',
      text: 'x',
    } as const;
    await ledger.keep([{ ...line, operation: RESTORE.id, epoch: 7 }]);
    const entered = await guard.enter(7, 1_000);
    const rows = await keepRows(database().open());
    await load();
    await rows.putBack();
    await rows.end();

    expect(await ledger.latest()).toEqual(RESTORE);
    expect(await ledger.history(20)).toEqual([RESTORE, ended(HELD), OLD]);
    expect(await ledger.journal(RESTORE.id)).toHaveLength(1);
    expect(await ledger.age(RESTORE.id)).toBeLessThan(60_000);
    expect((await ledger.nodes()).map(({ bootId, presence }) => [bootId, presence])).toEqual([['b1', 'connected']]);
    expect((await guard.applied()).epoch).toBe(7);
    expect(await guard.allocate()).toBe(8);
    if (entered.outcome === 'entered') await entered.hold.leave();
    await ledger.leave();
  });

  it('are those of the policy, too, and what was used stays used', async () => {
    const { approvals } = recordsOf(database());
    const row = { id: 'a', state: 'approved', at: await approvals.now(), record: '{}', seal: '1' };
    await approvals.add(row);
    const load = await database().dump();
    expect(await approvals.replace(row, { ...row, state: 'used', seal: '2' })).toBe(true);
    const rows = await keepRows(database().open());
    await load();
    await rows.putBack();
    await rows.end();
    expect(await approvals.list(10)).toEqual([{ ...row, state: 'used', seal: '2' }]);
  });

  it('that were not believed before are not believed afterwards', async () => {
    const ledger = ledgerOf(database());
    await ledger.write(HELD);
    const load = await database().dump();
    await load();
    expect(await ledger.latest()).toBeUndefined();
    const rows = await keepRows(database().open());
    await load();
    await rows.putBack();
    await rows.end();
    expect(await ledger.history(20)).toEqual([HELD]);
    expect(await ledger.latest()).toBeUndefined();
  });

  it('come back as often as the tables are replaced', async () => {
    const ledger = ledgerOf(database());
    const load = await database().dump();
    await ledger.write(RESTORE);
    const rows = await keepRows(database().open());
    for (let times = 0; times < 2; times += 1) {
      await load();
      await rows.putBack();
      await rows.end();
    }
    expect(await ledger.history(20)).toEqual([RESTORE]);
  });
});
