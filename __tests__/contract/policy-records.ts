import { describe, expect, it } from 'vitest';
import type { PolicyRecords, SealedRow } from '../../src/server/ports';

export interface PolicyRecordsUnderTest {
  /** Another process's view of the same database. */
  open(): PolicyRecords;
  /** What `db:clean` does; undefined where there are no tables. */
  dropTables?(): Promise<unknown>;
  /** Dumps everything; the answer loads that dump again. */
  dump?(): Promise<() => Promise<unknown>>;
}

const rowOf = (id: string, at: number, state = 'pending'): SealedRow => ({
  id,
  state,
  at,
  record: JSON.stringify({ id, said: 'ja, “так” 是' }),
  seal: `seal of ${id}`,
});
const next = (seen: SealedRow, by: string): SealedRow => ({ ...seen, state: 'approved', seal: `${seen.seal}, ${by}` });

const TABLES = ['approvals', 'glass', 'queue', 'announcements'] as const;

/** What everyone who keeps the records of the policy promises. */
export function policyRecordsContract(subject: () => PolicyRecordsUnderTest): void {
  describe.each(TABLES)('rows of %s', (name) => sealedContract(() => subject().open()[name], subject));
  describe('attempts', () => auditContract(() => subject().open().audit));
}

function sealedContract(open: () => PolicyRecords['approvals'], subject: () => PolicyRecordsUnderTest): void {
  it('are seen by every process as they were added, the newest first', async () => {
    const rows = open();
    const now = await rows.now();
    for (const row of [rowOf('a', now - 20), rowOf('b', now - 10, 'used'), rowOf('c', now)]) await rows.add(row);
    const other = open();
    expect((await other.list(10)).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect((await other.list(1)).map(({ id }) => id)).toEqual(['c']);
    expect((await other.list(10, ['used', 'rejected'])).map(({ id }) => id)).toEqual(['b']);
    expect(await other.find('a')).toEqual(rowOf('a', now - 20));
    expect(await other.find('d')).toBeUndefined();
  });

  it('are replaced by one of all that try it in the same moment', async () => {
    const rows = open();
    const seen = rowOf('a', await rows.now());
    await rows.add(seen);
    const tries = Array.from({ length: 8 }, (_, by) => open().replace(seen, next(seen, `process ${by}`)));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    expect(await rows.replace(seen, next(seen, 'a late one'))).toBe(false);
    expect((await rows.find('a'))?.state).toBe('approved');
  });

  it('are replaced only within a time, by the clock of the database', async () => {
    const rows = open();
    const now = await rows.now();
    const seen = rowOf('a', now);
    await rows.add(seen);
    const hour = 3_600_000;
    expect(await rows.replace(seen, next(seen, 'early'), { from: now + hour })).toBe(false);
    expect(await rows.replace(seen, next(seen, 'late'), { until: now - hour })).toBe(false);
    expect(await rows.replace(seen, next(seen, 'in time'), { from: now - hour, until: now + hour })).toBe(true);
    expect((await rows.find('a'))?.seal).toBe('seal of a, in time');
  });

  it('are none where there are no tables', async () => {
    expect(await open().find('a')).toBeUndefined();
    expect(await open().replace(rowOf('a', 1), next(rowOf('a', 1), 'somebody'))).toBe(false);
    const rows = open();
    await rows.add(rowOf('a', await rows.now()));
    await subject().dropTables?.();
    if (subject().dropTables) expect(await rows.list(10)).toEqual([]);
  });

  it('are none that came with a dump', async () => {
    const rows = open();
    const seen = rowOf('a', await rows.now());
    await rows.add(seen);
    const load = await subject().dump?.();
    if (!load) return;
    expect(await rows.replace(seen, next(seen, 'somebody'))).toBe(true);
    await load();
    expect(await rows.find('a')).toBeUndefined();
    expect(await rows.list(10)).toEqual([]);
    expect(await rows.replace(seen, next(seen, 'somebody else'))).toBe(false);
  });
}

function auditContract(open: () => PolicyRecords['audit']): void {
  const attempt = (id: string, action = 'pm:enable', person = 'Root') => ({
    id,
    action,
    person,
    entry: '{"a":1}',
    ago: 0,
  });
  const ids = async (query: Parameters<PolicyRecords['audit']['list']>[0]) =>
    (await open().list(query)).map(({ id }) => id);

  it('are told page by page, and each once', async () => {
    for (let number = 0; number < 25; number += 1) await open().add([attempt(`attempt-${number}`)]);
    const all = await ids({ limit: 100 });
    expect(new Set(all).size).toBe(25);
    const first = await ids({ limit: 10 });
    const second = await ids({ limit: 10, before: first.at(-1) ?? '' });
    const third = await ids({ limit: 10, before: second.at(-1) ?? '' });
    expect([...first, ...second, ...third]).toEqual(all);
    expect(await ids({ limit: 10, before: 'unknown' })).toEqual([]);
  });

  it('are found by their action and person', async () => {
    await open().add([attempt('a')]);
    await open().add([attempt('b', 'pm:remove')]);
    await open().add([attempt('c', 'pm:remove', 'Об’єднання')]);
    expect((await ids({ limit: 10, action: 'pm:remove' })).sort()).toEqual(['b', 'c']);
    expect(await ids({ limit: 10, action: 'pm:remove', person: 'Об’єднання' })).toEqual(['c']);
    expect(await ids({ limit: 10, person: 'nobody' })).toEqual([]);
  });

  it('are stored together, each with the moment in which it was made', async () => {
    const [old, young] = [{ ...attempt('old'), ago: 5_000, result: '200' }, attempt('young')];
    await open().add([young, old, attempt('other', 'pm:remove', 'Об’єднання')]);
    const rows = await open().list({ limit: 10 });
    const [at, last] = ['young', 'old'].map((id) => rows.find((row) => row.id === id));
    expect(rows.at(-1)).toMatchObject({ id: 'old', result: '200' });
    expect((at?.at ?? 0) - (last?.at ?? 0)).toBeGreaterThanOrEqual(4_990);
    expect(await ids({ limit: 10, person: 'Об’єднання' })).toEqual(['other']);
  });

  it('get to know how they ended', async () => {
    await open().add([attempt('a')]);
    await open().add([{ ...attempt('b'), result: '403' }]);
    await open().conclude('a', 'done', 'operation-1');
    await open().conclude('unknown', 'done');
    const told = Object.fromEntries((await open().list({ limit: 10 })).map((row) => [row.id, row]));
    expect(told.a).toMatchObject({ entry: '{"a":1}', result: 'done', operation: 'operation-1' });
    expect(told.b).toMatchObject({ result: '403' });
    expect(told.b?.operation).toBeUndefined();
  });
}
