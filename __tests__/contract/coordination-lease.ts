import { describe, expect, it } from 'vitest';
import type { Subject } from './coordination-subject';
import { draftOf, ended, LONG, take } from './coordination-samples';

export function leaseContract(store: Subject): void {
  describe('taking and giving back the lease', () => {
    it('gives the lease to the first that asks, with the record and its epoch', async () => {
      const [a] = store().nodes;
      const outcome = await a.lease.acquire(draftOf('a'), LONG, 0);
      expect(outcome).toEqual({ outcome: 'acquired', record: { ...draftOf('a'), epoch: 1 } });
    });

    it('tells the second who holds it', async () => {
      const [a, b] = store().nodes;
      const { record } = await take(a, 'a');
      expect(await b.lease.acquire(draftOf('b'), LONG, 0)).toEqual({ outcome: 'busy', record });
    });

    it('tells the holder itself that it is busy', async () => {
      const [a] = store().nodes;
      const { record } = await take(a, 'a');
      expect(await a.lease.acquire(draftOf('a', { id: 'another' }), LONG, 0)).toEqual({ outcome: 'busy', record });
    });

    it('gives the lease to exactly one of twenty that ask at the same time', async () => {
      const { nodes } = store();
      const asked = Array.from({ length: 20 }, (_, index) =>
        (nodes[index % 3] ?? nodes[0]).lease.acquire(draftOf(`node ${index}`), LONG, 0),
      );
      const outcomes = await Promise.all(asked);
      expect(outcomes.filter(({ outcome }) => outcome === 'acquired')).toHaveLength(1);
      const winner = outcomes.find(({ outcome }) => outcome === 'acquired')?.record;
      expect(outcomes.filter(({ outcome }) => outcome === 'busy').map(({ record }) => record)).toEqual(
        Array.from({ length: 19 }, () => winner),
      );
    });

    it('gives every operation a greater epoch than the one before', async () => {
      const { nodes } = store();
      const epochs: number[] = [];
      for (let round = 0; round < 6; round += 1) {
        const node = nodes[round % 3] ?? nodes[0];
        const { record, token } = await take(node, `node ${round}`);
        await node.state.finish(token, ended(record));
        epochs.push(record.epoch);
      }
      expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    });

    it('tells each operation which one before it changed something last', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      expect(first.record.lastChange).toBe(0);
      const changed = { ...first.record, changed: true };
      await a.state.finish(first.token, ended(changed));
      const second = await take(b, 'b');
      expect(second.record.lastChange).toBe(first.record.epoch);
      expect((await a.state.read())?.lastChange).toBe(first.record.epoch);
      await b.state.finish(second.token, ended(second.record, { result: 'aborted' }));
      const third = await take(a, 'c');
      expect(third.record.lastChange).toBe(first.record.epoch);
      await a.state.write(third.token, { ...third.record, step: 'half-way' });
      expect((await b.state.read())?.lastChange).toBe(first.record.epoch);
    });

    it('gives an epoch above the floor, and remembers it', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a', { floor: 41 });
      expect(first.record.epoch).toBeGreaterThan(41);
      await a.state.finish(first.token, ended(first.record));
      const second = await take(b, 'b', { floor: 0 });
      expect(second.record.epoch).toBeGreaterThan(first.record.epoch);
    });

    it('gives an epoch above the floor when everything was forgotten', async () => {
      const [a] = store().nodes;
      const first = await take(a, 'a', { floor: 1_000_000_000_000 });
      await store().flush();
      const second = await take(a, 'a', { floor: first.record.epoch });
      expect(second.record.epoch).toBeGreaterThan(first.record.epoch);
    });

    it('stays with its holder when somebody else gives it back', async () => {
      const [a, b] = store().nodes;
      const { token } = await take(a, 'a');
      expect(await b.lease.release({ ...token, bootId: 'b' })).toBe('lost');
      expect(await a.lease.release({ ...token, epoch: token.epoch - 1 })).toBe('lost');
      expect((await b.lease.acquire(draftOf('b'), LONG, 0)).outcome).toBe('busy');
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
    });

    it('lets the holder give the lease back once', async () => {
      const [a] = store().nodes;
      const { token } = await take(a, 'a');
      expect(await a.lease.release(token)).toBe('released');
      expect(await a.lease.release(token)).toBe('lost');
    });

    it('reports an unfinished operation without a lease as interrupted, and changes nothing', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await a.lease.release(token);
      expect(await b.lease.acquire(draftOf('b'), LONG, 0)).toEqual({ outcome: 'interrupted', record });
      expect(await b.state.read()).toEqual(record);
      expect(await a.lease.renew(token, LONG)).toBe('restored');
    });

    it('reports a held operation as busy, with and without a lease', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      const held = { ...record, phase: 'held', changed: true, reason: 'Look at it.' } as const;
      await a.state.write(token, held);
      expect(await b.lease.acquire(draftOf('b'), LONG, 0)).toEqual({ outcome: 'busy', record: held });
      await a.lease.release(token);
      expect(await b.lease.acquire(draftOf('b'), LONG, 0)).toEqual({ outcome: 'busy', record: held });
    });

    it('is free after its time when the operation was settled', async () => {
      const [a, b] = store().nodes;
      const { record } = await take(a, 'a', { ttl: 100 });
      await store().pass(130);
      expect(await b.lease.acquire(draftOf('b'), LONG, 0)).toEqual({ outcome: 'interrupted', record });
      expect(await b.state.settle(record, ended(record, { result: 'aborted' }))).toBe('written');
      const next = await take(b, 'b');
      expect(next.record.epoch).toBeGreaterThan(record.epoch);
    });
  });
}
