import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { inPlaceOf } from '../../src/server/maintenance/in-place-of';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import { World, type SimulatedNode } from './world';

let world: World;
let two: SimulatedNode;
let three: SimulatedNode;
let held: OperationRecord;

beforeEach(async () => {
  world = new World();
  const [one, ...others] = (await world.serving('one', 'two', 'three')) as [
    SimulatedNode,
    SimulatedNode,
    SimulatedNode,
  ];
  [two, three] = others as [SimulatedNode, SimulatedNode];
  const operation = await during(one.begin());
  expect(await during(operation.drain())).toEqual({ ok: true });
  expect(await during(operation.enter())).toEqual({ ok: true });
  one.kill();
  await world.until(() => world.record?.phase === 'held', 'the operation is held');
  held = world.record as OperationRecord;
  await world.until(() => [two, three].every(({ app }) => !app.open), 'the nodes have stopped');
});
afterEach(() => world.close());

const during = <T>(promise: Promise<T>) => world.during(promise);

/** A new operation of this node that was to set right what the held one has left. */
async function instead(node: SimulatedNode): Promise<LedOperation> {
  const request = { kind: 'roll-back', subject: 'pm.enable', requestedBy: 'Ada', afterHeld: true } as const;
  const { coordination, ledger, parts } = node;
  const deps = { coordination, ledger, journal: parts.journal, clock: world.clock };
  const begun = await during(inPlaceOf(held, 'Rolled back.', () => node.coordinator.begin(request), deps));
  if (begun === 'moved' || begun.outcome !== 'leading') throw new Error('It does not lead.');
  return begun.operation;
}

const closed = () => [two, three].every(({ app }) => !app.open);

describe('an operation in the place of a held one', () => {
  it('ends that one, and everybody serves when it is done', async () => {
    const operation = await instead(two);
    expect(await during(operation.drain())).toEqual({ ok: true });
    expect(await during(operation.enter())).toEqual({ ok: true });
    await during((await during(operation.complete())).settled);
    await world.until(() => [two, three].every(({ app }) => app.open), 'all nodes serve');
    expect(world.record).toMatchObject({ kind: 'roll-back', phase: 'idle' });
    expect(await two.ledger.find(held.id)).toMatchObject({ result: 'failed' });
  });

  it('that cannot begin leaves that one held', async () => {
    const { coordination, ledger, parts } = two;
    const deps = { coordination, ledger, journal: parts.journal, clock: world.clock };
    const begin = () => Promise.reject(new Error('The database is away.'));
    await expect(during(inPlaceOf(held, 'Rolled back.', begin, deps))).rejects.toThrow('The database is away.');
    await world.pass(5_000);
    expect(world.record).toMatchObject({ id: held.id, phase: 'held', changed: true });
    expect(closed()).toBe(true);
  });

  it('that is aborted before its first change is held itself: nobody serves what that one has left', async () => {
    const operation = await instead(two);
    expect(await during(operation.drain())).toEqual({ ok: true });
    expect(await during(operation.abort('No more.'))).toEqual({ ok: false, reason: 'No more.' });
    await world.pass(5_000);
    expect(world.record).toMatchObject({ kind: 'roll-back', phase: 'held', changed: true });
    expect(world.record?.reason).toContain('No more.');
    expect(closed()).toBe(true);
    expect(await during(three.parts.resolver.resolve(operation.record.id, 'resume', 'Ada'))).toMatchObject({
      ok: true,
    });
    await world.until(() => [two, three].every(({ app }) => app.open), 'all nodes serve');
  });

  it('whose leader is killed before its first change is held, too', async () => {
    const operation = await instead(two);
    expect(await during(operation.drain())).toEqual({ ok: true });
    two.kill();
    await world.until(() => world.record?.phase === 'held', 'it is held');
    expect(world.record).toMatchObject({ kind: 'roll-back', changed: true });
    await world.pass(5_000);
    expect(three.app.open).toBe(false);
  });
});
