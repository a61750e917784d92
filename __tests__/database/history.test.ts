import { beforeEach, describe, expect, it } from 'vitest';
import { OPERATION_KINDS, type OperationRecord } from '../../src/shared/domain';
import type { Ledger } from '../../src/server/ports';
import { draftOf, ended } from '../contract/coordination-samples';
import { mariadbServer, postgresServer } from './servers';
import { ledgerOf } from './subjects';
import { PREFIX, useDatabase } from './support';

const MANY = 10_000;
const CHUNK = 500;
/** Of a page that has to be there in a second, on a machine that does other things as well. */
const LIMIT = 500;

function record(epoch: number): OperationRecord {
  const kind = OPERATION_KINDS[epoch % OPERATION_KINDS.length] ?? 'work';
  const draft = { ...draftOf('a', { id: `operation ${epoch}` }), kind, epoch, subject: 'a plugin '.repeat(20) };
  return ended(draft, { result: epoch % 100 === 0 ? 'failed' : 'done' });
}

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])('a history of ten thousand operations on %s', (_name, server) => {
  const database = useDatabase(server);
  let ledger: Ledger;
  beforeEach(async () => {
    const sql = database().open();
    ledger = ledgerOf(database(), sql);
    await ledger.write(record(1));
    for (let first = 2; first <= MANY; first += CHUNK) {
      const rows = Array.from({ length: Math.min(CHUNK, MANY - first + 1) }, (_, index) => record(first + index));
      const values = rows.map((_, row) => `($${row * 3 + 1}, $${row * 3 + 2}, TRUE, $${row * 3 + 3}, 'imported')`);
      const params = rows.flatMap((row) => [row.id, row.epoch, JSON.stringify(row)]);
      const table = `${PREFIX}cluster_maintenance_operations`;
      await sql.query(`INSERT INTO ${table} (id, epoch, is_over, record, mark) VALUES ${values.join(', ')}`, params);
    }
  });

  async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
    const start = performance.now();
    return [await work(), performance.now() - start];
  }

  it('is shown page by page, counted and searched through without anybody waiting', async () => {
    const [total, counting] = await timed(() => ledger.count());
    expect(total).toBe(MANY);
    const [first, opening] = await timed(() => ledger.history(50));
    expect(first.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 50 }, (_, index) => MANY - index));
    const [middle, paging] = await timed(() => ledger.history(50, MANY / 2));
    expect(middle[0]?.epoch).toBe(MANY / 2 - 1);
    const filter = { kind: 'backup', state: 'failed' } as const;
    const [found, searching] = await timed(() => ledger.history(50, undefined, filter));
    const [some, searched] = await timed(() => ledger.count(filter));
    expect(found.length).toBe(Math.min(50, some));
    expect(found.every(({ kind, result }) => kind === 'backup' && result === 'failed')).toBe(true);
    const times = { counting, opening, paging, searching, searched };
    expect(Object.values(times).filter((time) => time > LIMIT)).toEqual([]);
  });
});
