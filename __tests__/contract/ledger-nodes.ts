import { beforeEach, expect, it } from 'vitest';
import type { Ledger, LedgerNode } from '../../src/server/ports';
import { isQuiet } from '../../src/server/core/node-machine';
import { eventually, reportOf } from './coordination-samples';
import type { LedgerUnderTest } from './ledger-subject';

const A = { bootId: 'boot-a', name: 'node a', sentAt: 0 };
const B = { bootId: 'boot-b', name: 'node b', sentAt: 0 };

export function nodesContract(subject: () => LedgerUnderTest): void {
  let a: Ledger;
  let b: Ledger;
  beforeEach(async () => {
    [a, b] = [await subject().open(), await subject().open()];
  });

  const presences = (nodes: readonly LedgerNode[]) =>
    Object.fromEntries(nodes.map(({ bootId, presence }) => [bootId, presence]));

  /** The connection of `a` dies, and somebody sees that its lock is free. */
  async function lose(): Promise<void> {
    await subject().disconnect(a, A.bootId);
    await eventually('the process knows that it is not present any more', () => !a.present());
    expect(presences(await b.nodes())[A.bootId]).toBe('connected');
  }

  it('knows nobody on an empty database', async () => {
    expect(await a.nodes()).toEqual([]);
    expect(a.present()).toBe(false);
    expect(await a.declareStopped('nobody')).toBe('unknown');
  });

  it('tells every process that joined as connected', async () => {
    await Promise.all([a.join(A), b.join(B)]);
    expect([a.present(), b.present()]).toEqual([true, true]);
    const nodes = await a.nodes();
    expect(nodes.map(({ bootId, name, presence }) => ({ bootId, name, presence }))).toEqual([
      { bootId: 'boot-a', name: 'node a', presence: 'connected' },
      { bootId: 'boot-b', name: 'node b', presence: 'connected' },
    ]);
    expect(await b.nodes()).toHaveLength(2);
  });

  it('takes no process for quiet that has reported nothing', async () => {
    await a.join(A);
    const [node] = await b.nodes();
    expect(node && [0, 1, 7].map((epoch) => isQuiet(node, epoch))).toEqual([false, false, false]);
  });

  it('lets many join an empty database together', async () => {
    const ledgers = await Promise.all(Array.from({ length: 6 }, () => subject().open()));
    await Promise.all(
      ledgers.map((ledger, index) => ledger.join({ bootId: `boot-${index}`, name: `node ${index}`, sentAt: 0 })),
    );
    const nodes = await a.nodes();
    expect(nodes.map(({ bootId }) => bootId)).toEqual(ledgers.map((_, index) => `boot-${index}`));
    expect(nodes.every(({ presence }) => presence === 'connected')).toBe(true);
    await Promise.all(ledgers.map((ledger) => ledger.leave()));
  });

  it('joins once, however often it is asked', async () => {
    await Promise.all([a.join(A), a.join(A)]);
    await a.join({ ...A, name: 'renamed' });
    expect(a.present()).toBe(true);
    expect((await b.nodes()).map(({ name }) => name)).toEqual(['renamed']);
  });

  it('does not let a report that arrives late replace a later one, or a later registration', async () => {
    await a.join({ ...A, sentAt: 1_000.25 });
    await a.report(reportOf(A.bootId, { phase: 'waiting', sentAt: 999.5 }));
    expect(await b.nodes()).toMatchObject([{ phase: 'starting' }]);
    await a.report(reportOf(A.bootId, { phase: 'drained', epoch: 8, sentAt: 2_000.75 }));
    await a.report(reportOf(A.bootId, { phase: 'drained', epoch: 7, sentAt: 1_500 }));
    expect(await b.nodes()).toMatchObject([{ phase: 'drained', epoch: 8 }]);
    await a.join({ ...A, sentAt: 3_000 });
    expect(await b.nodes()).toMatchObject([{ phase: 'starting', epoch: 0 }]);
  });

  it('forgets at once who leaves', async () => {
    await a.join(A);
    await a.leave();
    expect(a.present()).toBe(false);
    expect(await b.nodes()).toEqual([]);
    await a.leave();
  });

  it('can join again after it left', async () => {
    await a.join(A);
    await a.leave();
    await a.join(A);
    expect(a.present()).toBe(true);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
  });

  it('may leave without having joined', async () => {
    await a.leave();
    expect(a.present()).toBe(false);
  });

  it('takes a process for gone only when its lock has been free for three seconds, tells it once and forgets it', async () => {
    await Promise.all([a.join(A), b.join(B)]);
    await lose();
    await subject().pass(2_500);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected', [B.bootId]: 'connected' });
    await subject().pass(600);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'gone', [B.bootId]: 'connected' });
    expect(presences(await b.nodes())).toEqual({ [B.bootId]: 'connected' });
  });

  it('counts from the first look at a free lock, not from the last word of the process', async () => {
    await a.join(A);
    await subject().pass(60_000);
    await lose();
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
  });

  it('never takes a silent process for gone whose connection lives', async () => {
    await a.join(A);
    await subject().pass(3_600_000);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
  });

  it('lets a process come back within that time, and gives it the whole time again', async () => {
    await a.join(A);
    await lose();
    await subject().pass(2_500);
    await a.join(A);
    expect(a.present()).toBe(true);
    await lose();
    await subject().pass(2_500);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
    await subject().pass(600);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'gone' });
  });

  it('registers a process again that comes back later', async () => {
    await a.join(A);
    await lose();
    await subject().pass(3_100);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'gone' });
    await a.join(A);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
  });

  it('says for how long nothing was heard, until the next word', async () => {
    await a.join(A);
    expect((await b.nodes())[0]?.silentMs).toBeLessThan(5_000);
    await subject().pass(60_000);
    expect((await b.nodes())[0]?.silentMs).toBeGreaterThanOrEqual(60_000);
    await a.report(reportOf(A.bootId));
    expect((await b.nodes())[0]?.silentMs).toBeLessThan(5_000);
    await subject().pass(60_000);
    await a.join(A);
    expect((await b.nodes())[0]?.silentMs).toBeLessThan(5_000);
  });

  it('tells what a process reported last, until it registers again: it may have begun to serve since', async () => {
    await a.join(A);
    await a.report(reportOf(A.bootId, { phase: 'draining', epoch: 7 }));
    await a.report(reportOf(A.bootId, { phase: 'drained', epoch: 7 }));
    expect(await b.nodes()).toEqual([expect.objectContaining({ bootId: A.bootId, phase: 'drained', epoch: 7 })]);
    await a.join(A);
    expect(await b.nodes()).toEqual([expect.objectContaining({ bootId: A.bootId, phase: 'starting', epoch: 0 })]);
  });

  it('takes a report as a sign of life of a process that could not join', async () => {
    await a.report(reportOf(A.bootId));
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
    await subject().pass(3_100);
    await a.report(reportOf(A.bootId));
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected' });
    await subject().pass(3_100);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'gone' });
  });

  it('waits no longer for a process that a person declared stopped, until that proves the contrary', async () => {
    await a.join(A);
    expect(await b.declareStopped(A.bootId)).toBe('declared');
    expect(await b.nodes()).toEqual([]);
    expect(await b.declareStopped(A.bootId)).toBe('unknown');
    await a.report(reportOf(A.bootId, { phase: 'drained', epoch: 3 }));
    expect(await b.nodes()).toEqual([
      expect.objectContaining({ bootId: A.bootId, presence: 'connected', phase: 'drained', epoch: 3 }),
    ]);
  });

  it('registers everybody anew whose tables were dropped', async () => {
    await Promise.all([a.join(A), b.join(B)]);
    await subject().dropTables();
    expect(await a.nodes()).toEqual([]);
    expect(await a.declareStopped(B.bootId)).toBe('unknown');
    await a.join(A);
    await b.report(reportOf(B.bootId, { epoch: 2 }));
    expect(presences(await a.nodes())).toEqual({ [A.bootId]: 'connected', [B.bootId]: 'connected' });
  });

  it('finds the processes of a dump gone after the usual time', async () => {
    await Promise.all([a.join(A), b.join(B)]);
    const load = await subject().dump();
    await a.leave();
    await load();
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'connected', [B.bootId]: 'connected' });
    await subject().pass(3_100);
    expect(presences(await b.nodes())).toEqual({ [A.bootId]: 'gone', [B.bootId]: 'connected' });
  });
}
