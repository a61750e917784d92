import { describe, expect, it } from 'vitest';
import type { Subject } from './coordination-subject';
import { ask, draftOf, ended, heldOf, LONG, take } from './coordination-samples';

export function leaseContract(store: Subject): void {
  describe('taking and giving back the lease', () => {
    it('gives the lease to the first that asks, with the record and its epoch', async () => {
      const [a] = store().nodes;
      const outcome = await ask(a, 'a');
      expect(outcome).toEqual({ outcome: 'acquired', record: { ...draftOf('a'), epoch: 1 } });
    });

    it('tells the second who holds it', async () => {
      const [a, b] = store().nodes;
      const { record } = await take(a, 'a');
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record });
    });

    it('tells the holder itself that it is busy', async () => {
      const [a] = store().nodes;
      const { record } = await take(a, 'a');
      expect(await ask(a, 'a', { draft: { id: 'another' } })).toEqual({ outcome: 'busy', record });
    });

    it('gives the lease to exactly one of twenty that ask at the same time', async () => {
      const { nodes } = store();
      const asked = Array.from({ length: 20 }, (_, index) => ask(nodes[index % 3] ?? nodes[0], `node ${index}`));
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

    it('takes exactly the epoch that it is asked with, and none that is not higher than one it has seen', async () => {
      const [a, b] = store().nodes;
      const first = heldOf(await a.lease.acquire(draftOf('a'), LONG, 1_000_000_000_042, 0));
      expect(first.record.epoch).toBe(1_000_000_000_042);
      await a.state.finish(first.token, ended(first.record));
      const outdated = { outcome: 'outdated', epoch: 1_000_000_000_042 };
      for (const epoch of [1, 1_000_000_000_041, 1_000_000_000_042]) {
        expect(await b.lease.acquire(draftOf('b'), LONG, epoch, 0)).toEqual(outdated);
      }
      expect(await b.state.read()).toEqual(ended(first.record));
      expect(await b.lease.renew({ bootId: 'b', epoch: 1 }, LONG)).toBe('lost');
      expect(heldOf(await b.lease.acquire(draftOf('b'), LONG, 1_000_000_000_044, 0)).record.epoch).toBe(
        1_000_000_000_044,
      );
    });

    it('is not given to who knows of a newer operation than the store does', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a', { above: 41 });
      const { epoch } = record;
      expect((await ask(b, 'b', { known: epoch + 1 })).outcome).toBe('busy');
      await a.state.finish(token, ended(record));
      expect(await b.lease.acquire(draftOf('b'), LONG, epoch + 9, epoch + 1)).toEqual({ outcome: 'forgotten' });
      await store().flush();
      expect(await b.lease.acquire(draftOf('b'), LONG, epoch + 9, epoch)).toEqual({ outcome: 'forgotten' });
      expect(await b.state.read()).toBeUndefined();
      expect(await b.state.restore(ended(record))).toBe('written');
      expect((await b.lease.acquire(draftOf('b'), LONG, epoch + 9, epoch)).outcome).toBe('acquired');
    });

    it('takes any epoch when everything was forgotten, because it counts none itself', async () => {
      const [a] = store().nodes;
      await take(a, 'a', { above: 41 });
      await store().flush();
      expect(heldOf(await a.lease.acquire(draftOf('a'), LONG, 50, 0)).record.epoch).toBe(50);
    });

    it('stays with its holder when somebody else gives it back', async () => {
      const [a, b] = store().nodes;
      const { token } = await take(a, 'a');
      expect(await b.lease.release({ ...token, bootId: 'b' })).toBe('lost');
      expect(await a.lease.release({ ...token, epoch: token.epoch - 1 })).toBe('lost');
      expect((await ask(b, 'b')).outcome).toBe('busy');
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
    });

    it('says whether somebody holds the lease', async () => {
      const [a, b] = store().nodes;
      expect(await b.lease.isHeld()).toBe(false);
      const { token, record } = await take(a, 'a');
      expect([await a.lease.isHeld(), await b.lease.isHeld()]).toEqual([true, true]);
      await a.lease.release(token);
      expect(await b.lease.isHeld()).toBe(false);
      await b.state.settle(record, ended(record));
      await take(b, 'b', { ttl: 100 });
      await store().pass(130);
      expect(await a.lease.isHeld()).toBe(false);
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
      expect(await ask(b, 'b')).toEqual({ outcome: 'interrupted', record });
      expect(await b.state.read()).toEqual(record);
      expect(await a.lease.renew(token, LONG)).toBe('restored');
    });

    it('reports a held operation as busy, with and without a lease', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      const held = { ...record, phase: 'held', changed: true, reason: 'Look at it.' } as const;
      await a.state.write(token, held);
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record: held });
      await a.lease.release(token);
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record: held });
    });

    it('is given for what takes up the held operation, and for nothing else', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      const held = { ...record, phase: 'held', changed: true, reason: 'Look at it.' } as const;
      await a.state.write(token, held);
      const { epoch } = record;
      expect(await ask(b, 'b', { draft: { follows: epoch } })).toEqual({ outcome: 'busy', record: held });
      await a.lease.release(token);
      expect(await ask(b, 'b', { draft: { follows: epoch - 1 } })).toEqual({ outcome: 'busy', record: held });
      const next = await take(b, 'b', { draft: { follows: epoch } });
      expect(next.record).toMatchObject({ follows: epoch, lastChange: epoch, phase: 'draining' });
      expect(await a.state.read()).toEqual(next.record);
      await b.lease.release(next.token);
      expect(await ask(a, 'a', { draft: { follows: epoch } })).toEqual({ outcome: 'interrupted', record: next.record });
    });

    it('is free after its time when the operation was settled', async () => {
      const [a, b] = store().nodes;
      const { record } = await take(a, 'a', { ttl: 100 });
      await store().pass(130);
      expect(await ask(b, 'b')).toEqual({ outcome: 'interrupted', record });
      expect(await b.state.settle(record, ended(record, { result: 'aborted' }))).toBe('written');
      const next = await take(b, 'b');
      expect(next.record.epoch).toBeGreaterThan(record.epoch);
    });
  });
}
