import { describe, expect, it } from 'vitest';
import type { Subject } from './coordination-subject';
import { ended, lineOf, take } from './coordination-samples';

const OPERATION = 'operation of a';

export function journalContract(store: Subject): void {
  describe('the journal', () => {
    it('is empty for an operation of which nothing was written', async () => {
      const [a, b] = store().nodes;
      expect(await a.journal.read(OPERATION)).toEqual([]);
      await a.journal.append(lineOf('a', 1));
      expect(await b.journal.read('operation')).toEqual([]);
    });

    it('shows the lines of all nodes to every node, in the order in which they arrived', async () => {
      const { nodes } = store();
      const lines = [lineOf('a', 1), lineOf('b', 1), lineOf('a', 2), lineOf('c', 1), lineOf('b', 2)];
      for (const [index, line] of lines.entries()) await (nodes[index % 3] ?? nodes[0]).journal.append(line);
      const read = await Promise.all(nodes.map((node) => node.journal.read(OPERATION)));
      expect(read).toEqual([lines, lines, lines]);
    });

    it('keeps the order of arrival when the clocks and numbers of the nodes say otherwise', async () => {
      const [a, b] = store().nodes;
      const lines = [lineOf('a', 7, { at: 900.5 }), lineOf('b', 3, { at: 100 }), lineOf('a', 6, { at: 0 })];
      for (const line of lines) await a.journal.append(line);
      expect(await b.journal.read(OPERATION)).toEqual(lines);
    });

    it('keeps any text as it is', async () => {
      const [a, b] = store().nodes;
      const node = { bootId: 'a"\n', name: 'nöde 1, 集群' };
      const line = lineOf('a', 1, { node, event: 'node.phase', text: '{"a":1}\n\u0000 100 % \\ ümläut' });
      await a.journal.append(line);
      await a.journal.append(lineOf('a', 2, { text: '' }));
      expect(await b.journal.read(OPERATION)).toEqual([line, lineOf('a', 2, { text: '' })]);
    });

    it('shows a line that was written twice once, where it came first', async () => {
      const [a, b] = store().nodes;
      const [first, second] = [lineOf('a', 1), lineOf('a', 2)];
      for (const line of [first, second, first]) await a.journal.append(line);
      await b.journal.append(first);
      await b.journal.append({ ...second, text: 'another text' });
      expect(await b.journal.read(OPERATION)).toEqual([first, second]);
    });

    it('takes the same number of another node, or of another epoch, for another line', async () => {
      const [a] = store().nodes;
      const lines = [lineOf('a', 1), lineOf('b', 1), lineOf('a', 1, { epoch: 2 }), lineOf('a', 11)];
      for (const line of lines) await a.journal.append(line);
      expect(await a.journal.read(OPERATION)).toEqual(lines);
    });

    it('keeps the lines of operations apart', async () => {
      const [a, b] = store().nodes;
      const other = { operation: 'operation of b', epoch: 2 };
      for (let seq = 1; seq <= 3; seq += 1) {
        await a.journal.append(lineOf('a', seq));
        await b.journal.append(lineOf('a', seq, other));
      }
      expect(await b.journal.read(OPERATION)).toEqual([1, 2, 3].map((seq) => lineOf('a', seq)));
      expect(await a.journal.read(other.operation)).toEqual([1, 2, 3].map((seq) => lineOf('a', seq, other)));
    });

    it('loses no line of many that arrive at the same time', async () => {
      const { nodes } = store();
      const lines = Array.from({ length: 60 }, (_, index) => lineOf('abc'[index % 3] ?? '', index));
      await Promise.all(lines.map((line, index) => (nodes[index % 3] ?? nodes[0]).journal.append(line)));
      const read = await nodes[0].journal.read(OPERATION);
      expect([...read].sort((one, two) => one.seq - two.seq)).toEqual(lines);
    });

    it('outlives its operation, and the next one', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      await a.journal.append(lineOf('a', 1));
      await a.state.finish(first.token, ended(first.record));
      await take(b, 'b');
      await a.state.leave('a');
      expect(await b.journal.read(OPERATION)).toEqual([lineOf('a', 1)]);
    });

    it('is a copy: changing what was given or read changes nothing', async () => {
      const [a] = store().nodes;
      const line = lineOf('a', 1);
      await a.journal.append(line);
      Object.assign(line, { text: 'changed' });
      Object.assign((await a.journal.read(OPERATION))[0]?.node ?? {}, { name: 'changed' });
      expect(await a.journal.read(OPERATION)).toEqual([lineOf('a', 1)]);
    });

    it('goes with everything that the store forgets', async () => {
      const [a] = store().nodes;
      await a.journal.append(lineOf('a', 1));
      await store().flush();
      expect(await a.journal.read(OPERATION)).toEqual([]);
      await a.journal.append(lineOf('a', 2));
      expect(await a.journal.read(OPERATION)).toEqual([lineOf('a', 2)]);
    });
  });
}
