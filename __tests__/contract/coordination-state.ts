import { describe, expect, it } from 'vitest';
import type { Subject } from './coordination-subject';
import { ask, ended, take } from './coordination-samples';

export function stateContract(store: Subject): void {
  describe('the record of the operation', () => {
    it('is not there before the first operation', async () => {
      const [a] = store().nodes;
      expect(await a.state.read()).toBeUndefined();
    });

    it('is what the applicant proposed, for every node', async () => {
      const { nodes } = store();
      const { record } = await take(nodes[0], 'a');
      expect(await Promise.all(nodes.map((node) => node.state.read()))).toEqual([record, record, record]);
    });

    it('keeps empty lists, absent fields and any text as they are', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a');
      const read = await b.state.read();
      expect(read?.waitingFor).toEqual([]);
      expect(read && 'result' in read).toBe(false);
      const strange = {
        ...record,
        step: 'load plugin ["users"], 45/77\n\u0000 100 % \\ ümläut 集群',
        waitingFor: ['nöde 1', '', '{}', 'x'.repeat(50_000)],
        startedAt: 1_763_823_489_123.5,
      };
      await a.state.write(token, strange);
      expect(await b.state.read()).toEqual(strange);
    });

    it('stays when a word of its leader arrives that was under way for long', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a');
      const late = { ...record, revision: 4 };
      const last = { ...record, phase: 'working' as const, changed: true, revision: 5 };
      expect(await a.state.commit(token, last)).toBe('written');
      expect(await a.state.write(token, late)).toBe('lost');
      expect(await a.state.commit(token, late)).toBe('lost');
      expect(await a.state.finish(token, ended(late))).toBe('lost');
      expect(await b.state.read()).toEqual(last);
      expect(await a.state.write(token, last)).toBe('written');
      expect(await a.state.finish(token, ended({ ...last, revision: 6 }))).toBe('written');
      const next = await take(b, 'b');
      expect(await b.state.write(next.token, { ...next.record, revision: 1 })).toBe('written');
    });

    it('is a copy: changing what was given or read changes nothing', async () => {
      const [a] = store().nodes;
      const waitingFor = ['node 2'];
      const { record } = await take(a, 'a', { draft: { waitingFor } });
      waitingFor.push('node 3');
      const read = await a.state.read();
      if (read) Object.assign(read, { phase: 'held' });
      expect(await a.state.read()).toEqual({ ...record, phase: 'draining', waitingFor: ['node 2'] });
    });

    it('is replaced by the holder of the lease', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a');
      const next = { ...record, phase: 'working', changed: true, waitingFor: ['the guard'] } as const;
      expect(await a.state.write(token, next)).toBe('written');
      expect(await b.state.read()).toEqual(next);
    });

    it('always has the epoch of the token that wrote it', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a');
      await a.state.write(token, { ...record, epoch: 99 });
      expect((await b.state.read())?.epoch).toBe(token.epoch);
    });

    it('is not replaced by an older epoch, another node, or after the lease', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      await a.state.finish(first.token, ended(first.record));
      const second = await take(a, 'a');
      const late = { ...first.record, step: 'late' };
      expect(await a.state.write(first.token, late)).toBe('lost');
      expect(await b.state.write({ ...second.token, bootId: 'b' }, late)).toBe('lost');
      expect(await a.state.read()).toEqual(second.record);
      await a.lease.release(second.token);
      expect(await a.state.write(second.token, late)).toBe('lost');
      expect(await a.state.read()).toEqual(second.record);
    });

    it('is not replaced by a holder whose lease has expired', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a', { ttl: 100 });
      await store().pass(130);
      expect(await a.state.write(token, { ...record, step: 'late' })).toBe('lost');
      expect(await a.state.finish(token, ended(record))).toBe('lost');
      expect(await b.state.read()).toEqual(record);
    });

    it('is finished and the lease released in one step', async () => {
      const [a, b] = store().nodes;
      const { token, record } = await take(a, 'a');
      expect(await a.state.finish(token, ended(record))).toBe('written');
      expect(await b.state.read()).toEqual(ended(record));
      expect(await a.lease.release(token)).toBe('lost');
      expect((await ask(b, 'b')).outcome).toBe('acquired');
    });

    it('is not finished by an older epoch or another node, and the lease stays', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      await a.state.finish(first.token, ended(first.record));
      const second = await take(b, 'b');
      expect(await a.state.finish(first.token, ended(first.record))).toBe('lost');
      expect(await a.state.finish({ ...second.token, bootId: 'a' }, ended(first.record))).toBe('lost');
      expect(await a.state.read()).toEqual(second.record);
      expect((await ask(a, 'a')).outcome).toBe('busy');
    });
  });
}
