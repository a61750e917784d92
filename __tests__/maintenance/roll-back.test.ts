import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { World, type SimulatedNode } from './world';

const BACKUP = { file: 'backup_1.nbdata', takenAt: 1 };

let world: World;
let two: SimulatedNode;
let three: SimulatedNode;
/** What each node was asked to do again, or to roll back. */
let asked: { readonly node: string; readonly record: OperationRecord }[];

beforeEach(async () => {
  asked = [];
  world = new World();
  const [one, ...others] = (await world.serving('one', 'two', 'three')) as [
    SimulatedNode,
    SimulatedNode,
    SimulatedNode,
  ];
  [two, three] = others;
  for (const { agent } of others) {
    agent.onRetry = (record) => Promise.resolve(void asked.push({ node: agent.self.name, record }));
  }
  const operation = await during(one.begin());
  expect(await during(operation.drain())).toEqual({ ok: true });
  expect(await during(operation.enter())).toEqual({ ok: true });
  one.kill();
  await world.until(() => world.record?.phase === 'held', 'the operation is held');
});
afterEach(() => world.close());

const during = <T>(promise: Promise<T>) => world.during(promise);

function held(): OperationRecord {
  if (!world.record) throw new Error('There is no record.');
  return world.record;
}

async function withBackup(more: Partial<OperationRecord> = {}): Promise<void> {
  const seen = held();
  const next = { ...seen, ...more, backup: BACKUP, revision: seen.revision + 1 };
  expect(await two.coordination.state.settle(seen, next)).toBe('written');
}

const rollBack = () => during(three.parts.resolver.resolve(held().id, 'roll-back', 'Ada'));

describe('the roll-back of a held operation', () => {
  it('is refused when no backup belongs to it', async () => {
    expect(await rollBack()).toMatchObject({ ok: false, refusal: expect.stringMatching(/^No backup belongs to/) });
    await world.pass(2_000);
    expect(asked).toEqual([]);
  });

  it('is asked of exactly one node, once, and the operation stays held until that has begun', async () => {
    await withBackup();
    expect(await rollBack()).toEqual({ ok: true, said: 'three rolls it back.' });
    await world.until(() => asked.length > 0, 'a node is asked');
    await world.pass(5_000);
    expect(asked).toMatchObject([{ node: 'three', record: { rollsBack: true, backup: BACKUP } }]);
    expect(world.record).toMatchObject({ phase: 'held' });
  });

  it('may be asked for once more when it could not begin', async () => {
    await withBackup();
    for (const times of [1, 2]) {
      await rollBack();
      await world.until(() => asked.length === times, `asked ${times} times`);
    }
    expect(asked.map(({ node }) => node)).toEqual(['three', 'three']);
  });

  it('is not mistaken for doing it again', async () => {
    await withBackup();
    await rollBack();
    await world.until(() => asked.length === 1, 'asked to roll back');
    await during(three.parts.resolver.resolve(held().id, 'retry', 'Ada'));
    await world.until(() => asked.length === 2, 'asked to retry');
    expect(asked.map(({ record }) => record.rollsBack)).toEqual([true, false]);
  });

  it('of a version upgrade is asked of a node that still runs the version of before', async () => {
    await withBackup({ versions: { from: '2.2.14', to: '2.2.15' } });
    expect(await rollBack()).toEqual({
      ok: false,
      refusal: expect.stringMatching(/^No node of NocoBase 2\.2\.14 runs that could do it; start one, or run /),
    });
    await withBackup({ versions: { from: '2.2.15', to: '2.2.16' } });
    expect(await rollBack()).toMatchObject({ ok: true });
  });
});
