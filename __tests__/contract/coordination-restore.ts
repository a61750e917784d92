import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Subject } from './coordination-subject';
import { ask, draftOf, ended, LONG, take } from './coordination-samples';

export function restoreContract(store: Subject): void {
  const recordOf = (epoch: number, changes: Partial<OperationRecord> = {}): OperationRecord => ({
    ...draftOf('a', { id: `operation ${epoch}`, phase: 'held', changed: true, reason: 'Look at it.' }),
    epoch,
    ...changes,
  });
  const working = { phase: 'working', changed: true } as const;

  describe('putting back an operation that the store forgot', () => {
    it('gives it to every node as it was', async () => {
      const { nodes } = store();
      const record = recordOf(7, {
        attempt: 3,
        lastChange: 5,
        interrupted: true,
        retryOn: 'b',
        cancelledBy: 'Olga',
        endedAt: 5.5,
      });
      expect(await nodes[1].state.restore(record)).toBe('written');
      expect(await Promise.all(nodes.map((node) => node.state.read()))).toEqual([record, record, record]);
    });

    it('is refused while a lease exists, with and without a record', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      expect(await b.state.restore(recordOf(9))).toBe('moved');
      expect(await b.state.read()).toEqual(record);
      await store().flush();
      expect(await a.lease.renew(token, LONG)).toBe('restored');
      expect(await b.state.restore(recordOf(9))).toBe('moved');
      expect(await b.state.read()).toBeUndefined();
    });

    it('is possible when the lease has expired', async () => {
      const [a, b] = store().nodes;
      await take(a, 'a', { ttl: 100 });
      await store().pass(130);
      expect(await b.state.restore(recordOf(9))).toBe('written');
      expect(await a.state.read()).toEqual(recordOf(9));
    });

    it('is refused when the store knows the same operation, or a newer one', async () => {
      const [a, b] = store().nodes;
      await a.state.restore(recordOf(9));
      expect(await b.state.restore(recordOf(9, { step: 'another' }))).toBe('moved');
      expect(await b.state.restore(recordOf(8, { step: 'another' }))).toBe('moved');
      expect(await b.state.read()).toEqual(recordOf(9));
    });

    it('replaces an older operation, by number and not by spelling', async () => {
      const [a, b] = store().nodes;
      await a.state.restore(recordOf(9));
      expect(await b.state.restore(recordOf(10))).toBe('written');
      expect(await a.state.restore(recordOf(9))).toBe('moved');
      expect(await a.state.read()).toEqual(recordOf(10));
    });

    it('forgets who asked to cancel the older one', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      await a.lease.release(token);
      await b.state.restore(recordOf(9));
      expect(await a.state.read()).toEqual(recordOf(9));
    });

    it('is done by exactly one of twenty that try at the same time', async () => {
      const { nodes } = store();
      const tried = Array.from({ length: 20 }, (_, index) =>
        (nodes[index % 3] ?? nodes[0]).state.restore(recordOf(9, { reason: `by ${index}` })),
      );
      const outcomes = await Promise.all(tried);
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect((await nodes[0].state.read())?.reason).toBe(`by ${outcomes.indexOf('written')}`);
    });

    it('makes later epochs higher', async () => {
      const [a, b] = store().nodes;
      const over = ended(recordOf(1_000_000_000_000), { phase: 'idle' });
      expect(await a.state.restore(over)).toBe('written');
      expect((await take(b, 'b')).record.epoch).toBeGreaterThan(over.epoch);
    });

    it('leaves it what it was for those who want the lease', async () => {
      const [a, b] = store().nodes;
      await a.state.restore(recordOf(7));
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record: recordOf(7) });
      await a.state.restore(recordOf(8, working));
      const interrupted = { outcome: 'interrupted', record: recordOf(8, working) };
      expect(await ask(b, 'b')).toEqual(interrupted);
      const held = recordOf(8);
      expect(await b.state.settle(recordOf(8, working), held)).toBe('written');
      expect(await a.state.settle(held, ended(held))).toBe('written');
      expect((await ask(b, 'b')).outcome).toBe('acquired');
    });

    it('lets its leader go on when it comes back', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await store().flush();
      expect(await b.state.restore(record)).toBe('written');
      expect(await a.lease.renew(token, LONG)).toBe('restored');
      expect(await a.state.commit(token, { ...record, ...working })).toBe('written');
      expect(await b.state.read()).toEqual({ ...record, ...working });
    });

    it.each([
      ['was over', (record: OperationRecord) => ended(record)],
      ['was held', (record: OperationRecord) => ({ ...record, phase: 'held' as const })],
      ['was followed by another', (record: OperationRecord) => recordOf(record.epoch + 1, working)],
    ])('takes the lease for good from a leader whose operation %s', async (_, known) => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await store().flush();
      expect(await b.state.restore(known(record))).toBe('written');
      expect(await a.lease.renew(token, LONG)).toBe('lost');
      expect(await a.state.write(token, record)).toBe('lost');
    });

    it('keeps what was asked of it: it can be cancelled, and stays cancelled', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      await store().flush();
      await b.state.restore(first.record);
      expect(await b.state.cancel(first.record.id, 'Olga')).toBe('requested');
      await store().flush();
      await b.state.restore({ ...first.record, cancelledBy: 'Olga' });
      await a.lease.renew(first.token, LONG);
      expect(await a.state.commit(first.token, { ...first.record, ...working })).toBe('cancelled');
    });

    it('knows whether it had changed something: then it is too late to cancel it', async () => {
      const [a, b] = store().nodes;
      await a.state.restore(recordOf(7, { phase: 'draining' }));
      expect(await b.state.cancel('operation 7', 'Olga')).toBe('late');
    });
  });
}
