import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Subject } from './coordination-subject';
import { ask, ended, LONG, take } from './coordination-samples';

export function commitContract(store: Subject): void {
  const changing = (record: OperationRecord) => ({ ...record, phase: 'working', changed: true, step: 'go' }) as const;

  describe('announcing the first change', () => {
    it('replaces the record when nobody asked to cancel it, and the lease stays', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      expect(await a.state.commit(token, changing(record))).toBe('written');
      expect(await b.state.read()).toEqual(changing(record));
      expect((await ask(b, 'b')).outcome).toBe('busy');
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
    });

    it('always has the epoch of the token', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await a.state.commit(token, { ...changing(record), epoch: 99 });
      expect(await b.state.read()).toEqual(changing(record));
    });

    it('is refused after somebody asked to cancel, and nothing is written', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      expect(await a.state.commit(token, changing(record))).toBe('cancelled');
      expect(await b.state.read()).toEqual({ ...record, cancelledBy: 'Olga' });
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
    });

    it('is refused after such a request also when the leader has written since, in any phase', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a', { draft: { phase: 'acquiring' } });
      await b.state.cancel(record.id, 'Olga');
      for (const phase of ['draining', 'aborting', 'acquiring'] as const) {
        await a.state.write(token, { ...record, phase });
        expect(await a.state.commit(token, changing(record))).toBe('cancelled');
      }
    });

    it('is possible again when its answer was lost: nobody could cancel in between', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      expect(await a.state.commit(token, changing(record))).toBe('written');
      expect(await b.state.cancel(record.id, 'Olga')).toBe('late');
      expect(await a.state.commit(token, changing(record))).toBe('written');
      expect(await b.state.read()).toEqual(changing(record));
    });

    it('is not open to an older epoch, another node, or after the lease', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      await a.state.finish(first.token, ended(first.record));
      const { record, token } = await take(a, 'a');
      expect(await a.state.commit(first.token, changing(first.record))).toBe('lost');
      expect(await b.state.commit({ ...token, bootId: 'b' }, changing(record))).toBe('lost');
      await a.lease.release(token);
      expect(await a.state.commit(token, changing(record))).toBe('lost');
      expect(await b.state.read()).toEqual(record);
    });

    it('is lost, not cancelled, for those who do not hold the lease', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a', { ttl: 100 });
      await b.state.cancel(record.id, 'Olga');
      expect(await b.state.commit({ ...token, bootId: 'b' }, changing(record))).toBe('lost');
      await store().pass(130);
      expect(await a.state.commit(token, changing(record))).toBe('lost');
    });

    it('wins against all or loses against all of ten requests to cancel at the same time', async () => {
      const { nodes } = store();
      const winners = new Set<string>();
      for (let round = 0; round < 30; round += 1) {
        const { record, token } = await take(nodes[0], 'a');
        const race = Array.from({ length: 20 }, (_, index) => {
          const node = nodes[(index + round) % 3] ?? nodes[0];
          const leads = (index + round) % 2 === 0;
          return leads ? node.state.commit(token, changing(record)) : node.state.cancel(record.id, `user ${index}`);
        });
        const outcomes = [...new Set(await Promise.all(race))].sort().join(' and ');
        const { changed, cancelledBy } = (await nodes[1].state.read()) ?? {};
        expect([outcomes, changed, cancelledBy === undefined], `round ${round}`).toEqual(
          changed ? ['late and written', true, true] : ['cancelled and requested', false, false],
        );
        winners.add(outcomes);
        await nodes[0].state.finish(token, ended(record));
      }
      expect(winners.size, 'each side was quicker at least once').toBe(2);
    });
  });
}
