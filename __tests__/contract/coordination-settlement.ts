import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Subject } from './coordination-subject';
import { LONG, ask, ended, take, type Held } from './coordination-samples';

export function settlementContract(store: Subject): void {
  /** An operation whose leader is gone. */
  const abandoned = async (): Promise<Held> => {
    const [a] = store().nodes;
    const held = await take(a, 'a');
    await a.lease.release(held.token);
    return held;
  };
  const aborted = (record: OperationRecord) => ended(record, { result: 'aborted', reason: 'node a disappeared.' });

  describe('settling the operation of a leader that is gone', () => {
    it('is open to anyone, and makes room for the next operation', async () => {
      const [, b] = store().nodes;
      const { record } = await abandoned();
      expect(await b.state.settle(record, aborted(record))).toBe('written');
      expect(await b.state.read()).toEqual(aborted(record));
      expect((await take(b, 'b')).record.epoch).toBeGreaterThan(record.epoch);
    });

    it('can hold the operation, which then stays busy until it is settled again', async () => {
      const [, b, c] = store().nodes;
      const { record } = await abandoned();
      const held = { ...record, phase: 'held', reason: 'Look at it.' } as const;
      expect(await b.state.settle(record, held)).toBe('written');
      expect(await ask(c, 'c')).toEqual({ outcome: 'busy', record: held });
      expect(await c.state.settle(held, ended(held, { result: 'failed' }))).toBe('written');
      expect((await ask(c, 'c')).outcome).toBe('acquired');
    });

    it('is done at once by a leader that holds its own operation, which can be taken up again', async () => {
      const [a, b, c] = store().nodes;
      const { record, token } = await take(a, 'a');
      const held = { ...record, phase: 'held', changed: true, reason: 'It did not begin.', revision: 1 } as const;
      expect(await a.state.finish(token, held)).toBe('written');
      expect(await b.state.read()).toEqual(held);
      expect(await a.lease.renew(token, LONG)).toBe('lost');
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record: held });
      const next = await take(c, 'c', { draft: { follows: record.epoch } });
      expect(next.record).toMatchObject({ follows: record.epoch, lastChange: record.epoch, phase: 'draining' });
    });

    it('is done by exactly one of twenty that try at the same time', async () => {
      const { nodes } = store();
      const { record } = await abandoned();
      const tried = Array.from({ length: 20 }, (_, index) =>
        (nodes[index % 3] ?? nodes[0]).state.settle(record, { ...aborted(record), reason: `by ${index}` }),
      );
      const outcomes = await Promise.all(tried);
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect((await nodes[0].state.read())?.reason).toBe(`by ${outcomes.indexOf('written')}`);
    });

    it('is refused while the leader holds its lease', async () => {
      const [a, b] = store().nodes;
      const { record } = await take(a, 'a');
      expect(await b.state.settle(record, aborted(record))).toBe('moved');
      expect(await b.state.read()).toEqual(record);
    });

    it('is refused when the leader came further than was seen', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      const further = { ...record, phase: 'working', changed: true } as const;
      await a.state.write(token, further);
      await a.lease.release(token);
      expect(await b.state.settle(record, aborted(record))).toBe('moved');
      expect(await b.state.read()).toEqual(further);
    });

    it('is refused when another operation came after the one that was seen', async () => {
      const [, b] = store().nodes;
      const { record } = await abandoned();
      await b.state.settle(record, aborted(record));
      const next = await take(b, 'b');
      await b.lease.release(next.token);
      expect(await b.state.settle(record, aborted(record))).toBe('moved');
      expect(await b.state.read()).toEqual(next.record);
    });

    it('is refused when the operation is over in the same phase', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      const over = { ...record, result: 'done' } as const;
      await a.state.finish(token, over);
      expect(await b.state.settle(record, aborted(record))).toBe('moved');
      expect(await b.state.read()).toEqual(over);
    });

    it('is refused when the store forgot the operation', async () => {
      const [, b] = store().nodes;
      const { record } = await abandoned();
      await store().flush();
      expect(await b.state.settle(record, aborted(record))).toBe('moved');
      expect(await b.state.read()).toBeUndefined();
    });

    it('leaves the epoch alone', async () => {
      const [, b] = store().nodes;
      const { record } = await abandoned();
      await b.state.settle(record, { ...aborted(record), epoch: record.epoch + 50 });
      expect((await b.state.read())?.epoch).toBe(record.epoch);
    });
  });
}
