import { describe, expect, it } from 'vitest';
import type { OperationDraft } from '../../src/server/ports';
import type { Subject } from './coordination-subject';
import { ask, ended, LONG, reportOf, take, type Held } from './coordination-samples';

const MAINTENANCE: Partial<OperationDraft> = {
  kind: 'maintenance',
  maintenance: { message: 'Back soon.', expiresInSeconds: 60, openNode: 'node 部门', enteredBy: 'user 1' },
};

export function standingContract(store: Subject): void {
  /** A manual maintenance whose beginner has given the lease back. */
  const standing = async (): Promise<Held> => {
    const [a] = store().nodes;
    const { record, token } = await take(a, 'a', { draft: MAINTENANCE });
    const next = { ...record, phase: 'working' } as const;
    expect(await a.state.commit(token, next)).toBe('written');
    await a.lease.release(token);
    return { record: next, token };
  };

  describe('a manual maintenance', () => {
    it('is told with everything that belongs to it', async () => {
      const { record } = await standing();
      expect(await store().nodes[1].state.read()).toEqual(record);
    });

    it('is busy without a lease, and not interrupted', async () => {
      const [, b] = store().nodes;
      const { record } = await standing();
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record });
    });

    it('cannot be cancelled any more, nor taken back by its beginner', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await standing();
      expect(await b.state.cancel(record.id, 'Olga')).toBe('late');
      expect(await a.lease.renew(token, LONG)).toBe('lost');
      expect(await a.state.write(token, record)).toBe('lost');
    });

    it('ends once, by anybody, and makes room for the next operation', async () => {
      const [, b, c] = store().nodes;
      const { record } = await standing();
      const over = ended(record);
      const tried = await Promise.all([b.state.settle(record, over), c.state.settle(record, over)]);
      expect(tried.sort()).toEqual(['moved', 'written']);
      expect((await ask(b, 'b')).outcome).toBe('acquired');
    });

    it('is still led while it drains: its leader may disappear, and be cancelled', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a', { draft: MAINTENANCE });
      expect(await b.state.cancel(record.id, 'Olga')).toBe('requested');
      expect(await a.state.commit(token, { ...record, phase: 'working' })).toBe('cancelled');
      await a.lease.release(token);
      expect((await ask(b, 'b')).outcome).toBe('interrupted');
    });

    it('stands again when the store had forgotten it', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await standing();
      await store().flush();
      expect(await b.state.restore(record)).toBe('written');
      expect(await ask(b, 'b')).toEqual({ outcome: 'busy', record });
      expect(await a.lease.renew(token, LONG)).toBe('lost');
    });
  });

  it('tells for which quiet operation a node has stopped writing', async () => {
    const [a, b] = store().nodes;
    const { record } = await take(a, 'a', { draft: { scope: 'writes' } });
    await b.state.report(reportOf('b', { quietFor: record.epoch }), LONG);
    expect(await a.state.roster()).toMatchObject([{ bootId: 'b', quietFor: record.epoch }]);
  });
}
