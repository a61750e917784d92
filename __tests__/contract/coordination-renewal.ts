import { describe, expect, it } from 'vitest';
import type { Subject } from './coordination-subject';
import { ask, ended, LONG, take } from './coordination-samples';

export function renewalContract(store: Subject): void {
  describe('renewing the lease', () => {
    it('counts the new time from the renewal', async () => {
      const [a, b] = store().nodes;
      const { token } = await take(a, 'a', { ttl: 1_000 });
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
      await store().pass(1_030);
      expect((await ask(b, 'b')).outcome).toBe('busy');
      expect(await a.lease.renew(token, 100)).toBe('renewed');
      await store().pass(130);
      expect((await ask(b, 'b')).outcome).toBe('interrupted');
    });

    it('refuses those who do not hold it', async () => {
      const [a, b] = store().nodes;
      const { token } = await take(a, 'a');
      expect(await b.lease.renew({ ...token, bootId: 'b' }, LONG)).toBe('lost');
      expect(await b.lease.renew({ bootId: 'b', epoch: token.epoch + 1 }, LONG)).toBe('lost');
      expect(await a.lease.renew({ ...token, epoch: token.epoch - 1 }, LONG)).toBe('lost');
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
    });

    it('gives an expired lease back when nobody has taken it', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a', { ttl: 100 });
      await store().pass(130);
      expect(await a.lease.renew(token, LONG)).toBe('restored');
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record });
    });

    it('has lost an expired lease for good when somebody settled the operation', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a', { ttl: 100 });
      await store().pass(130);
      await b.state.settle(record, ended(record, { result: 'aborted' }));
      expect(await a.lease.renew(token, LONG)).toBe('lost');
      expect((await ask(b, 'b')).outcome).toBe('acquired');
    });

    it('has lost an expired lease for good when somebody holds the operation', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a', { ttl: 100 });
      await store().pass(130);
      await b.state.settle(record, { ...record, phase: 'held' });
      expect(await a.lease.renew(token, LONG)).toBe('lost');
    });

    it('has lost a lease that was finished or taken by the next', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a');
      await a.state.finish(token, ended(record));
      expect(await a.lease.renew(token, LONG)).toBe('lost');
      await take(b, 'b');
      expect(await a.lease.renew(token, LONG)).toBe('lost');
    });

    it('gives the lease back when the store forgot everything, and counts on from its epoch', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a', { above: 7 });
      await store().flush();
      expect(await a.lease.renew(token, LONG)).toBe('restored');
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record: undefined });
      expect(await a.state.write(token, record)).toBe('written');
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record });
      await a.state.finish(token, ended(record));
      expect((await take(b, 'b')).record.epoch).toBeGreaterThan(record.epoch);
    });

    it('remembers the epoch of a restored lease whose record was never written again', async () => {
      const [a, b] = store().nodes;
      const { token } = await take(a, 'a', { above: 7 });
      await store().flush();
      await a.lease.renew(token, LONG);
      await a.lease.release(token);
      expect((await take(b, 'b')).record.epoch).toBeGreaterThan(token.epoch);
    });

    it('has lost the lease when the store forgot everything and somebody took it since', async () => {
      const [a, b] = store().nodes;
      const old = await take(a, 'a');
      await store().flush();
      const next = await take(b, 'b', { above: old.token.epoch });
      expect(await a.lease.renew(old.token, LONG)).toBe('lost');
      await b.state.finish(next.token, ended(next.record));
      expect(await a.lease.renew(old.token, LONG)).toBe('lost');
      expect((await ask(b, 'b')).outcome).toBe('acquired');
    });

    it('lets only one of two old holders have a forgotten lease back', async () => {
      const [a, b] = store().nodes;
      const old = await take(a, 'a');
      await store().flush();
      const next = await take(b, 'b', { above: old.token.epoch });
      await store().flush();
      const outcomes = [await b.lease.renew(next.token, LONG), await a.lease.renew(old.token, LONG)];
      expect(outcomes).toEqual(['restored', 'lost']);
    });
  });
}
