import { describe, expect, it } from 'vitest';
import { MaintenanceError } from '../../src/server/core/errors';
import type { Coordination } from '../../src/server/ports';
import type { Subject } from './coordination-subject';
import { ask, eventually, lineOf, LONG, reportOf, take } from './coordination-samples';

/** Counts hints until it is stopped. */
function listen({ bus }: Coordination): { count: () => number; stop: () => void } {
  let heard = 0;
  const stop = bus.onHint(() => (heard += 1));
  return { count: () => heard, stop };
}

export function busContract(store: Subject): void {
  describe('hints', () => {
    it('wake every node, the sender included', async () => {
      const { nodes } = store();
      const ears = nodes.map(listen);
      await eventually('all three nodes heard a hint', async () => {
        await nodes[1].bus.hint();
        return ears.every(({ count }) => count() > 0);
      });
      ears.forEach(({ stop }) => stop());
    });

    it('wake several listeners of one node, and none that has stopped', async () => {
      const [a, b] = store().nodes;
      const [stopped, first, second] = [listen(a), listen(a), listen(a)];
      stopped.stop();
      stopped.stop();
      await eventually('both listeners heard a hint', async () => {
        await b.bus.hint();
        return first.count() > 0 && second.count() > 0;
      });
      expect(stopped.count()).toBe(0);
      first.stop();
      second.stop();
    });

    it('count a function that listens twice as two listeners', async () => {
      const [a] = store().nodes;
      let heard = 0;
      const listener = () => void (heard += 1);
      const stops = [a.bus.onHint(listener), a.bus.onHint(listener)];
      stops[0]?.();
      await eventually('the other one still hears', async () => {
        await a.bus.hint();
        return heard > 0;
      });
      stops[1]?.();
    });
  });

  describe('the life of a coordination', () => {
    it('has no problem while it works', async () => {
      const [a] = store().nodes;
      await a.state.read();
      expect(a.problem()).toBeUndefined();
    });

    it('refuses everything after it was closed, says so, and does not disturb the others', async () => {
      const [a] = store().nodes;
      const leaving = await store().join();
      const held = await take(leaving, 'leaving');
      await leaving.state.report(reportOf('leaving'), LONG);
      const ear = listen(leaving);
      await Promise.all([leaving.close(), leaving.close()]);
      await leaving.close();

      expect(leaving.problem()).toMatch(/closed/);
      await expect(leaving.state.read()).rejects.toThrow(MaintenanceError);
      await expect(leaving.state.report(reportOf('leaving'), LONG)).rejects.toThrow(/closed/);
      await expect(leaving.lease.renew(held.token, LONG)).rejects.toThrow(/closed/);
      await expect(leaving.state.cancel(held.record.id, 'late')).rejects.toThrow(/closed/);
      await expect(leaving.state.commit(held.token, held.record)).rejects.toThrow(/closed/);
      await expect(leaving.state.restore(held.record)).rejects.toThrow(/closed/);
      await expect(leaving.journal.append(lineOf('leaving', 1))).rejects.toThrow(/closed/);
      await expect(leaving.journal.read(held.record.id)).rejects.toThrow(/closed/);
      await expect(leaving.bus.hint()).resolves.toBeUndefined();
      await a.bus.hint();
      expect(ear.count()).toBe(0);
      expect(await ask(a, 'a')).toEqual({ outcome: 'busy', record: held.record });
      expect(await a.state.roster()).toHaveLength(1);
    });
  });
}
