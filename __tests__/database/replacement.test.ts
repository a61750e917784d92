import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { TablesReplaced } from '../../src/server/core/errors';
import { dialectOf } from '../../src/server/database/dialects';
import { keepRows } from '../../src/server/database/kept-rows';
import { OwnTables } from '../../src/server/database/tables';
import { draftOf, reportOf } from '../contract/coordination-samples';
import { inside } from '../contract/guard-samples';
import { mariadbServer, postgresServer } from './servers';
import { guardOf, ledgerOf, recordsOf } from './subjects';
import { useDatabase } from './support';

const RESTORE: OperationRecord = { ...draftOf('restore'), epoch: 7, kind: 'restore', phase: 'working', changed: true };
const ATTEMPT = { action: 'pm:enable', person: 'Anna', entry: '{"reasons":[]}' };

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])('while a restore replaces the tables, on %s', (_name, server) => {
  const database = useDatabase(server);

  async function replacing() {
    await ledgerOf(database()).write(RESTORE);
    const load = await database().dump();
    return { load, rows: await keepRows(database().open()) };
  }

  it('nobody makes one in the way of the dump, whatever is to be written', async () => {
    const { audit, approvals } = recordsOf(database());
    const [ledger, guard] = [ledgerOf(database()), guardOf(database())];
    const { load, rows } = await replacing();
    await database().dropTables();
    const row = { id: 'a', state: 'approved', at: 1, record: '{}', seal: '1' };
    const line = { node: { bootId: 'b', name: 'b' }, seq: 1, at: 1, event: 'operation.begun', text: 'x' } as const;
    const writes = [
      () => audit.add([{ id: 'a', ago: 0, ...ATTEMPT }]),
      () => audit.conclude('a', '200'),
      () => approvals.add(row),
      () => ledger.report(reportOf('b')),
      () => ledger.keep([{ ...line, operation: RESTORE.id, epoch: 7 }]),
      () => guard.allocate(),
    ];
    for (const write of writes) await expect(write()).rejects.toThrow(TablesReplaced);
    expect(await database().tables()).toEqual([]);
    await load();
    await rows.putBack();
    await rows.end();
    for (const write of writes) await write();
    expect(await audit.list({ limit: 10 })).toEqual([expect.objectContaining({ id: 'a', result: '200' })]);
  });

  it('keeps every row that somebody was told is there, and refuses the others', async () => {
    const { audit } = recordsOf(database());
    const { load, rows } = await replacing();
    await rows.end();
    const told: string[] = [];
    const over = new AbortController();
    const problems: unknown[] = [];
    let refused = 0;
    const write = async (writer: number) => {
      for (let count = 0; !over.signal.aborted; count += 1) {
        const id = `${writer}-${count}`;
        const end = await audit.add([{ id, ago: 0, ...ATTEMPT }]).catch((error: unknown) => error);
        if (end === undefined) told.push(id);
        else if (end instanceof TablesReplaced) refused += 1;
        else problems.push(end);
      }
    };
    const writers = [1, 2].map(write);
    const restored = await (async () => {
      const kept = await keepRows(database().open());
      const before = told.length;
      await database().dropTables();
      await load();
      await kept.putBack();
      await kept.end();
      return before;
    })();
    while (told.length < restored + 20) await audit.list({ limit: 1 });
    over.abort();
    await Promise.all(writers);
    expect(problems).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    const ids = (await audit.list({ limit: 10_000 })).map(({ id }) => id);
    expect(told.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('nobody believes that there is no operation, also when what came with the dump is there already', async () => {
    const ledger = ledgerOf(database());
    const { load, rows } = await replacing();
    await database().dropTables();
    await expect(ledger.latest()).rejects.toThrow(TablesReplaced);
    await expect(ledger.find(RESTORE.id)).rejects.toThrow(TablesReplaced);
    await load();
    await expect(ledger.latest()).rejects.toThrow(TablesReplaced);
    await rows.putBack();
    await rows.end();
    expect(await ledger.latest()).toEqual(RESTORE);
  });

  it('it counts no more when the connection of whoever replaces them is gone', async () => {
    const sql = database().open();
    const { load } = await replacing();
    await database().dropTables();
    await database().server.endHolder(database().name, lockOn(sql));
    await recordsOf(database(), sql).audit.add([{ id: 'a', ago: 0, ...ATTEMPT }]);
    expect(await database().tables()).toContain('cluster_maintenance_audit');
    await load().catch(() => undefined);
  });

  it('who does it may enter the guard again, and gives it up when another takes it away', async () => {
    const sql = database().open();
    const [guard, other] = [guardOf(database(), sql), guardOf(database())];
    await guard.allocate(6);
    await inside(guard.enter(7, 1_000));
    const load = await database().dump();
    await keepRows(sql);
    await database().dropTables();
    await database().endGuard();
    const again = await inside(guard.reenter(7, 5_000));
    await load();
    await again.verify();
    expect(await other.breakHold()).toBe(true);
    expect((await guard.reenter(7, 5_000)).outcome).toBe('stale');
    await recordsOf(database()).audit.add([{ id: 'a', ago: 0, ...ATTEMPT }]);
  });

  function lockOn(sql: Parameters<typeof keepRows>[0]): string {
    const dialect = dialectOf(sql.dialect);
    if (!dialect) throw new Error('no dialect');
    return new OwnTables(sql, dialect).replacing;
  }
});
