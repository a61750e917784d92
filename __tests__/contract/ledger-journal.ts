import { beforeEach, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/shared/domain';
import type { Ledger } from '../../src/server/ports';
import type { LedgerUnderTest } from './ledger-subject';

export function journalContract(subject: () => LedgerUnderTest): void {
  let ledger: Ledger;
  let other: Ledger;
  beforeEach(async () => {
    [ledger, other] = [await subject().open(), await subject().open()];
  });

  const line = (node: string, seq: number, changes: Partial<JournalEntry> = {}): JournalEntry => ({
    operation: 'operation 1',
    epoch: 1,
    node: { bootId: node, name: `node ${node}` },
    seq,
    at: 1_700_000_000_000 + seq,
    event: 'work.step',
    text: `line ${seq} of ${node}`,
    ...changes,
  });

  it('knows no line of an operation that left none', async () => {
    expect(await ledger.journal('operation 1')).toEqual([]);
    await ledger.keep([]);
    expect(await ledger.journal('operation 1')).toEqual([]);
  });

  it('tells the lines of an operation in the order of what happened, whoever wrote them', async () => {
    const [first, second, third, fourth] = [1, 2, 3, 4].map((step) => line(step % 2 ? 'a' : 'b', step));
    if (!first || !second || !third || !fourth) throw new Error('four lines');
    await other.keep([second, fourth]);
    await ledger.keep([third, first, line('a', 1, { operation: 'operation 2', epoch: 2 })]);
    expect(await ledger.journal('operation 1')).toEqual([first, second, third, fourth]);
  });

  it('keeps the lines of one node in their order within the same moment', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => line('a', index + 1, { at: 1_700_000_000_000 }));
    await ledger.keep([...lines].reverse());
    expect(await other.journal('operation 1')).toEqual(lines);
  });

  it('leaves a line as it is that is there already, and takes the new ones beside it', async () => {
    await ledger.keep([line('a', 1)]);
    await other.keep([line('a', 1, { text: 'another text' }), line('a', 2), line('b', 1)]);
    expect(await ledger.journal('operation 1')).toEqual([line('a', 1), line('b', 1), line('a', 2)]);
  });

  it('takes the same line twice in one go', async () => {
    await ledger.keep([line('a', 1), line('a', 1)]);
    expect(await ledger.journal('operation 1')).toEqual([line('a', 1)]);
  });

  it('takes many lines at once, with any text', async () => {
    const text = 'it\'s "quoted" \\ 部门 🚂 $1 :name ?';
    const lines = Array.from({ length: 450 }, (_, index) => line('a', index + 1, { text }));
    await ledger.keep(lines);
    expect(await other.journal('operation 1')).toEqual(lines);
  });

  it('is made anew when every table was dropped', async () => {
    await ledger.keep([line('a', 1)]);
    await subject().dropTables();
    expect(await ledger.journal('operation 1')).toEqual([]);
    await ledger.keep([line('a', 2)]);
    expect(await ledger.journal('operation 1')).toEqual([line('a', 2)]);
  });

  it('comes back with a dump, because it is only read', async () => {
    await ledger.keep([line('a', 1)]);
    const load = await subject().dump();
    await subject().dropTables();
    await load();
    expect(await ledger.journal('operation 1')).toEqual([line('a', 1)]);
  });
}
