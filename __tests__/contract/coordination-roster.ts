import { describe, expect, it } from 'vitest';
import type { Subject } from './coordination-subject';
import { ask, ended, LONG, reportOf, take } from './coordination-samples';

export function rosterContract(store: Subject): void {
  const names = async () => (await store().nodes[0].state.roster()).map(({ bootId }) => bootId);

  describe('the roster', () => {
    it('is empty before anybody reported', async () => {
      expect(await store().nodes[0].state.roster()).toEqual([]);
    });

    it('shows every report as it was made, and how old it is', async () => {
      const [a, b] = store().nodes;
      const underWay = [{ what: 'POST posts:create', sort: 'upload', ageMs: 12_000 } as const];
      const report = reportOf('a', {
        phase: 'failed',
        reason: 'No "disk"\nleft: 集群',
        epoch: 12,
        underWay,
        work: ['workflow "夜" for 3 s'],
      });
      await a.state.report(report, LONG);
      await store().pass(50);
      const [entry, ...others] = await b.state.roster();
      expect(others).toEqual([]);
      expect(entry).toEqual({ ...report, silentMs: expect.any(Number) });
      expect(entry?.silentMs).toBeGreaterThanOrEqual(49);
      expect(entry?.silentMs).toBeLessThan(10_000);
    });

    it('replaces the report of a node by its next one', async () => {
      const [a, b] = store().nodes;
      await a.state.report(reportOf('a'), LONG);
      await store().pass(1_000);
      await a.state.report(reportOf('a', { phase: 'drained', epoch: 5 }), LONG);
      const [entry, ...others] = await b.state.roster();
      expect(others).toEqual([]);
      expect(entry).toMatchObject({ phase: 'drained', epoch: 5 });
      expect(entry?.silentMs).toBeLessThan(900);
    });

    it('does not let a report that was under way for long replace a later one', async () => {
      const [a, b] = store().nodes;
      await a.state.report(reportOf('a', { phase: 'serving', sentAt: 2_000.25 }), LONG);
      const seen = await a.state.report(reportOf('a', { phase: 'waiting', sentAt: 999.5 }), LONG);
      expect(seen.record).toBeUndefined();
      expect(await b.state.roster()).toMatchObject([{ bootId: 'a', phase: 'serving' }]);
      await a.state.report(reportOf('a', { phase: 'stopping', sentAt: 2_000.5 }), LONG);
      expect(await b.state.roster()).toMatchObject([{ bootId: 'a', phase: 'stopping' }]);
    });

    it('takes a late report of a node that it has forgotten', async () => {
      const [a, b] = store().nodes;
      await a.state.report(reportOf('a', { sentAt: 2_000 }), 100);
      await store().pass(130);
      await a.state.report(reportOf('a', { sentAt: 1_000 }), LONG);
      expect(await b.state.roster()).toMatchObject([{ bootId: 'a' }]);
    });

    it('lists the nodes in the order of their starts', async () => {
      const [a] = store().nodes;
      await a.state.report(reportOf('young', { startedAt: 3 }), LONG);
      await a.state.report(reportOf('twin b', { startedAt: 2 }), LONG);
      await a.state.report(reportOf('old', { startedAt: 1 }), LONG);
      await a.state.report(reportOf('twin a', { startedAt: 2 }), LONG);
      expect(await names()).toEqual(['old', 'twin a', 'twin b', 'young']);
    });

    it('forgets a silent node after its time, and only that one', async () => {
      const [a, b] = store().nodes;
      await a.state.report(reportOf('silent'), 100);
      await b.state.report(reportOf('steady'), LONG);
      await store().pass(130);
      expect(await names()).toEqual(['steady']);
      await a.state.report(reportOf('third'), LONG);
      expect(await names()).toEqual(['steady', 'third']);
    });

    it('keeps a node that reports again in time, and takes one back that comes late', async () => {
      const [a] = store().nodes;
      await a.state.report(reportOf('a'), 1_000);
      await a.state.report(reportOf('a'), LONG);
      await a.state.report(reportOf('b'), 100);
      await store().pass(1_030);
      expect(await names()).toEqual(['a']);
      await a.state.report(reportOf('b'), LONG);
      expect(await names()).toEqual(['a', 'b']);
    });

    it('drops a node that leaves at once; leaving twice is harmless', async () => {
      const [a, b] = store().nodes;
      await a.state.report(reportOf('a'), LONG);
      await b.state.report(reportOf('b'), LONG);
      await a.state.leave('a');
      await a.state.leave('a');
      expect(await names()).toEqual(['b']);
    });

    it('answers a report with the record', async () => {
      const [a, b] = store().nodes;
      expect(await b.state.report(reportOf('b'), LONG)).toEqual({ record: undefined });
      const { record, token } = await take(a, 'a');
      expect(await b.state.report(reportOf('b'), LONG)).toEqual({ record });
      await a.state.finish(token, ended(record));
      expect(await b.state.report(reportOf('b'), LONG)).toEqual({ record: ended(record) });
    });

    it('shows every node to a leader, or the leader to the node, whoever is quicker', async () => {
      const [a, b, c] = store().nodes;
      for (let round = 0; round < 40; round += 1) {
        const names = Array.from({ length: 10 }, (_, index) => `late ${round}/${index}`);
        // A report of several steps would, at some of these moments, have the leader between two of them.
        const reports = names.map((name, index) => (index % 2 ? b : c).state.report(reportOf(name), LONG));
        for (let turn = 0; turn < round % 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        const { record, token } = await take(a, 'a');
        const seen = new Set((await a.state.roster()).map(({ bootId }) => bootId));
        const told = (await Promise.all(reports)).map((report) => report.record?.epoch === record.epoch);
        const missed = names.filter((name, index) => !told[index] && !seen.has(name));
        expect(missed, `round ${round}: neither saw the other`).toEqual([]);
        await a.state.finish(token, ended(record));
      }
    });

    it('does not touch the lease', async () => {
      const [a, b] = store().nodes;
      const { token } = await take(a, 'a');
      await b.state.report(reportOf('b'), LONG);
      await a.state.leave('a');
      expect((await ask(b, 'b')).outcome).toBe('busy');
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
    });
  });
}
