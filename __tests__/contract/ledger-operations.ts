import { beforeEach, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Ledger } from '../../src/server/ports';
import { draftOf, ended } from './coordination-samples';
import type { LedgerUnderTest } from './ledger-subject';

export function operationsContract(subject: () => LedgerUnderTest): void {
  let ledger: Ledger;
  let other: Ledger;
  beforeEach(async () => {
    [ledger, other] = [await subject().open(), await subject().open()];
  });

  const record = (epoch: number, changes: Partial<OperationRecord> = {}): OperationRecord => ({
    ...draftOf('a', { id: `operation ${epoch}` }),
    epoch,
    ...changes,
  });
  const epochs = (records: readonly OperationRecord[]) => records.map(({ epoch }) => epoch);

  it('knows of none on an empty database', async () => {
    expect(await ledger.latest()).toBeUndefined();
    expect(await ledger.find('operation 1')).toBeUndefined();
    expect(await ledger.history(20)).toEqual([]);
    expect(await ledger.count()).toBe(0);
  });

  it('gives back what was written, to every process', async () => {
    const written = record(1, { subject: 'Ĳ\'"\\ 部门 🚂 $1', waitingFor: ['node b', 'node c'], changed: true });
    await ledger.write(written);
    expect(await other.latest()).toEqual(written);
    expect(await other.find(written.id)).toEqual(written);
    expect(await other.history(1)).toEqual([written]);
  });

  it('keeps a record of any length', async () => {
    const written = record(1, { reason: 'A node stays out of traffic. '.repeat(10_000) });
    await ledger.write(written);
    expect(await other.latest()).toEqual(written);
  });

  it('replaces the record of an operation that runs', async () => {
    await ledger.write(record(1));
    const next = record(1, { phase: 'working', changed: true });
    await other.write(next);
    expect(await ledger.latest()).toEqual(next);
    expect(await ledger.history(20)).toHaveLength(1);
  });

  it('does not let a word that arrives late replace a later one', async () => {
    const later = record(1, { phase: 'working', changed: true, revision: 5 });
    expect(await ledger.write(later)).toBe('written');
    expect(await other.write(record(1, { revision: 4 }))).toBe('outdated');
    expect(await other.write(ended(record(1, { revision: 4 })))).toBe('outdated');
    expect(await ledger.latest()).toEqual(later);
    const last = ended({ ...later, revision: 6 });
    expect(await ledger.write(last)).toBe('written');
    expect(await other.latest()).toEqual(last);
  });

  it('leaves one that is over as it is', async () => {
    const over = ended(record(1));
    await ledger.write(record(1));
    await ledger.write(over);
    expect(await other.write(record(1, { phase: 'working' }))).toBe('outdated');
    expect(await other.write(ended(record(1), { result: 'failed' }))).toBe('outdated');
    expect(await ledger.latest()).toEqual(over);
    expect(await ledger.find(over.id)).toEqual(over);
  });

  it('lets an operation be settled by one that saw the last word of its leader', async () => {
    const draining = record(1, { revision: 3 });
    await ledger.write(draining);
    const aborted = ended(draining, { result: 'aborted', revision: 4 });
    expect(await other.settle(draining, aborted)).toBe('written');
    expect(await ledger.find(draining.id)).toEqual(aborted);
    expect(await other.latest()).toEqual(aborted);
    expect(await ledger.write(record(1, { phase: 'working', changed: true, revision: 4 }))).toBe('outdated');
    expect(await other.settle(draining, ended(draining, { revision: 9 }))).toBe('moved');
  });

  it('lets nobody settle an operation whose leader has said more meanwhile', async () => {
    const draining = record(1, { revision: 3 });
    await ledger.write(draining);
    const working = record(1, { phase: 'working', changed: true, revision: 4 });
    await ledger.write(working);
    expect(await other.settle(draining, ended(draining, { result: 'aborted', revision: 4 }))).toBe('moved');
    expect(await other.settle(undefined, ended(draining, { result: 'aborted', revision: 9 }))).toBe('moved');
    expect(await ledger.latest()).toEqual(working);
  });

  it('lets an operation be settled of which its leader could tell nothing here', async () => {
    const aborted = ended(record(1), { result: 'aborted', revision: 1 });
    expect(await other.settle(undefined, aborted)).toBe('written');
    expect(await ledger.write(record(1, { phase: 'working', changed: true, revision: 5 }))).toBe('outdated');
    expect(await ledger.latest()).toEqual(aborted);
  });

  it('lets one of ten settle an operation', async () => {
    const held = record(1, { phase: 'held', changed: true, revision: 3 });
    await ledger.write(record(1, { revision: 2 }));
    const all = Array.from({ length: 10 }, (_, index) =>
      (index % 2 === 0 ? ledger : other).settle(record(1, { revision: 2 }), { ...held, reason: `${index}` }),
    );
    expect((await Promise.all(all)).filter((outcome) => outcome === 'written')).toHaveLength(1);
  });

  it('tells the one with the highest epoch as the latest, over or not', async () => {
    await ledger.write(ended(record(2)));
    await ledger.write(ended(record(10)));
    await ledger.write(record(9));
    expect((await other.latest())?.epoch).toBe(10);
    await ledger.write(record(11, { phase: 'held' }));
    expect((await other.latest())?.epoch).toBe(11);
  });

  it('tells the history newest first, page by page', async () => {
    for (const epoch of [1, 3, 10, 2]) await ledger.write(ended(record(epoch)));
    expect(epochs(await ledger.history(20))).toEqual([10, 3, 2, 1]);
    expect(epochs(await ledger.history(2))).toEqual([10, 3]);
    expect(epochs(await ledger.history(2, 3))).toEqual([2, 1]);
    expect(epochs(await ledger.history(2, 1))).toEqual([]);
  });

  it('tells and counts those of one kind, of one result, or that are not over', async () => {
    await ledger.write(ended(record(1, { kind: 'upgrade' }), { result: 'failed' }));
    await ledger.write(ended(record(2, { kind: 'pm.enable', subject: '"kind":"upgrade" and "result":"failed"' })));
    await ledger.write(ended(record(3, { kind: 'upgrade' })));
    await ledger.write(record(4, { kind: 'pm.enable-all' }));
    expect(epochs(await other.history(20, undefined, { kind: 'upgrade' }))).toEqual([3, 1]);
    expect(epochs(await other.history(1, 3, { kind: 'upgrade' }))).toEqual([1]);
    expect(epochs(await other.history(20, undefined, { kind: 'pm.enable' }))).toEqual([2]);
    expect(epochs(await other.history(20, undefined, { state: 'done' }))).toEqual([3, 2]);
    expect(epochs(await other.history(20, undefined, { kind: 'upgrade', state: 'failed' }))).toEqual([1]);
    expect(epochs(await other.history(20, undefined, { state: 'open' }))).toEqual([4]);
    expect(await other.count()).toBe(4);
    expect(await other.count({ kind: 'upgrade' })).toBe(2);
    expect(await other.count({ kind: 'backup', state: 'open' })).toBe(0);
  });

  it('begins again when every table was dropped', async () => {
    await ledger.write(record(1));
    await subject().dropTables();
    expect(await ledger.latest()).toBeUndefined();
    await ledger.write(record(2));
    expect(epochs(await other.history(20))).toEqual([2]);
    expect((await other.latest())?.epoch).toBe(2);
  });

  it('believes no operation that came with a dump, and still shows it', async () => {
    await ledger.write(ended(record(1)));
    const held = record(2, { phase: 'held', changed: true });
    await ledger.write(held);
    const load = await subject().dump();
    await ledger.write(ended(held));
    await load();
    expect(await ledger.latest()).toBeUndefined();
    expect(await ledger.find(held.id)).toEqual(held);
    expect(epochs(await ledger.history(20))).toEqual([2, 1]);
  });

  it('believes what is written after a dump was loaded, also of an operation that came with it', async () => {
    await ledger.write(record(5));
    const load = await subject().dump();
    await load();
    await ledger.write(ended(record(3)));
    expect((await other.latest())?.epoch).toBe(3);
    const restoring = record(5, { phase: 'working', changed: true });
    await ledger.write(restoring);
    expect(await other.latest()).toEqual(restoring);
  });

  it('goes on believing through every later change', async () => {
    await ledger.write(record(1));
    for (const phase of ['working', 'reloading', 'verifying'] as const) await ledger.write(record(1, { phase }));
    await ledger.write(ended(record(1)));
    expect((await other.latest())?.result).toBe('done');
  });
}
