import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import type { Subject } from './coordination-subject';
import { ask, ended, LONG, reportOf, take } from './coordination-samples';

export function cancelContract(store: Subject): void {
  const asked = (record: OperationRecord, by = 'Olga') => ({ ...record, cancelledBy: by });

  describe('asking to cancel an operation', () => {
    it('is told to every node with the record, however it reads it', async () => {
      const [a, b, c] = store().nodes;
      const { record, token } = await take(a, 'a');
      expect(await b.state.cancel(record.id, 'Olga')).toBe('requested');
      expect(await a.state.read()).toEqual(asked(record));
      expect(await b.state.report(reportOf('b'), LONG)).toEqual({ record: asked(record) });
      expect(await ask(c, 'c')).toEqual({ outcome: 'busy', record: asked(record) });
      await a.lease.release(token);
      expect(await ask(c, 'c')).toEqual({ outcome: 'interrupted', record: asked(record) });
    });

    it.each(['Olga "the admin"\n 集群', '{"by":1}', '', '0'])('keeps the name %j as it is', async (by) => {
      const [a, b] = store().nodes;
      const { record } = await take(a, 'a');
      await b.state.cancel(record.id, by);
      expect(await a.state.read()).toEqual(asked(record, by));
    });

    it('leaves the lease alone', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      expect(await a.lease.renew(token, LONG)).toBe('renewed');
      expect(await a.lease.release(token)).toBe('released');
    });

    it.each(['acquiring', 'draining'] as const)('is in time while the operation is %s', async (phase) => {
      const [a, b] = store().nodes;
      const { record } = await take(a, 'a', { draft: { phase } });
      expect(await b.state.cancel(record.id, 'Olga')).toBe('requested');
    });

    it.each(['working', 'reloading', 'verifying', 'resuming', 'aborting', 'held'] as const)(
      'is too late while the operation is %s, and leaves no trace',
      async (phase) => {
        const [a, b] = store().nodes;
        const { record, token } = await take(a, 'a');
        const further = { ...record, phase, changed: phase !== 'aborting' };
        await a.state.write(token, further);
        expect(await b.state.cancel(record.id, 'Olga')).toBe('late');
        expect(await b.state.read()).toEqual(further);
      },
    );

    it('is too late once something was changed, whatever the phase is called', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await a.state.write(token, { ...record, changed: true });
      expect(await b.state.cancel(record.id, 'Olga')).toBe('late');
    });

    it('a second time is granted, too, and remembers who asked first', async () => {
      const [a, b, c] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      expect(await c.state.cancel(record.id, 'Pavlo')).toBe('requested');
      expect(await a.state.read()).toEqual(asked(record));
      await a.state.write(token, { ...record, phase: 'aborting' });
      expect(await c.state.cancel(record.id, 'Pavlo')).toBe('requested');
      expect(await c.state.read()).toEqual(asked({ ...record, phase: 'aborting' }));
    });

    it('finds nothing where no operation is, or another one', async () => {
      const [a, b] = store().nodes;
      expect(await b.state.cancel('operation of a', 'Olga')).toBe('gone');
      expect(await b.state.read()).toBeUndefined();
      const { record } = await take(a, 'a');
      expect(await b.state.cancel('operation of b', 'Olga')).toBe('gone');
      expect(await b.state.cancel('', 'Olga')).toBe('gone');
      expect(await b.state.read()).toEqual(record);
    });

    it('finds nothing when the operation is over, in whatever phase it ended', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      const over = { ...record, result: 'aborted' } as const;
      await a.state.finish(token, over);
      expect(await b.state.cancel(record.id, 'Olga')).toBe('gone');
      expect(await b.state.read()).toEqual(over);
    });

    it('finds nothing of an operation that another one has followed, and does not hit that one', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      await a.state.finish(first.token, ended(first.record));
      const { record } = await take(b, 'b');
      expect(await b.state.cancel(first.record.id, 'Olga')).toBe('gone');
      expect(await b.state.read()).toEqual(record);
    });
  });

  describe('a request to cancel', () => {
    it('is not lost when the leader writes without knowing of it, nor doubled when it knows', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      const next = { ...record, step: 'waiting for node b' };
      await a.state.write(token, next);
      expect(await b.state.read()).toEqual(asked(next));
      await a.state.write(token, asked(next));
      await a.state.write(token, record);
      expect(await b.state.read()).toEqual(asked(record));
    });

    it('is still shown by the record that the leader finishes', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      const over = ended(record, { result: 'aborted' });
      expect(await a.state.finish(token, over)).toBe('written');
      expect(await b.state.read()).toEqual(asked(over));
    });

    it('is still shown by the record that somebody settles for a leader that is gone', async () => {
      const [a, b, c] = store().nodes;
      const { record, token } = await take(a, 'a');
      await a.lease.release(token);
      expect(await b.state.cancel(record.id, 'Olga')).toBe('requested');
      const over = ended(record, { result: 'aborted' });
      expect(await c.state.settle(record, over)).toBe('written');
      expect(await b.state.read()).toEqual(asked(over));
    });

    it('does not concern the next operation', async () => {
      const [a, b] = store().nodes;
      const first = await take(a, 'a');
      await b.state.cancel(first.record.id, 'Olga');
      await a.state.finish(first.token, ended(first.record, { result: 'aborted' }));
      const { record, token } = await take(b, 'b');
      expect(await a.state.read()).toEqual(record);
      expect(await b.state.commit(token, { ...record, phase: 'working', changed: true })).toBe('written');
    });

    it('outlives a lease that expired and was given back', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a', { ttl: 100 });
      await b.state.cancel(record.id, 'Olga');
      await store().pass(130);
      expect(await a.lease.renew(token, LONG)).toBe('restored');
      expect(await b.state.read()).toEqual(asked(record));
      expect(await a.state.commit(token, { ...record, phase: 'working', changed: true })).toBe('cancelled');
    });

    it('comes back with the record of a leader that saw it, when the store forgot everything', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      await store().flush();
      expect(await b.state.cancel(record.id, 'Olga')).toBe('gone');
      expect(await a.lease.renew(token, LONG)).toBe('restored');
      await a.state.write(token, asked(record));
      expect(await b.state.report(reportOf('b'), LONG)).toEqual({ record: asked(record) });
      expect(await a.state.commit(token, { ...record, phase: 'working', changed: true })).toBe('cancelled');
    });

    it('is forgotten with everything when the leader had not seen it, and can be made again', async () => {
      const [a, b] = store().nodes;
      const { record, token } = await take(a, 'a');
      await b.state.cancel(record.id, 'Olga');
      await store().flush();
      await a.lease.renew(token, LONG);
      await a.state.write(token, record);
      expect(await b.state.read()).toEqual(record);
      expect(await b.state.cancel(record.id, 'Pavlo')).toBe('requested');
      expect(await a.state.read()).toEqual(asked(record, 'Pavlo'));
    });
  });
}
