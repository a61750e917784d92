import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEntry } from '../../src/server/core/entry';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import { World, type SimulatedNode } from './world';

let world: World;
let one: SimulatedNode;
let two: SimulatedNode;
let three: SimulatedNode;

beforeEach(async () => {
  world = new World();
  [one, two, three] = (await world.serving('one', 'two', 'three')) as [SimulatedNode, SimulatedNode, SimulatedNode];
});
afterEach(() => world.close());

const during = <T>(promise: Promise<T>) => world.during(promise);

async function begun(node: SimulatedNode): Promise<LedOperation> {
  const request = { kind: 'repair', subject: 'a backup', requestedBy: 'test', scope: 'writes' } as const;
  const outcome = await during(node.coordinator.begin(request));
  if (outcome.outcome !== 'leading') throw new Error('busy');
  return outcome.operation;
}

async function working(node: SimulatedNode): Promise<LedOperation> {
  const operation = await begun(node);
  expect(await during(operation.drain())).toEqual({ ok: true });
  expect(await during(operation.enter())).toEqual({ ok: true });
  return operation;
}

const nodes = () => [one, two, three].filter((node) => !node.isDead);
const reads = () => nodes().every(({ app, agent }) => app.open && agent.current === 'serving');
const quiet = () => nodes().every(({ app }) => !app.writesOpen && app.paused);
const writes = () => nodes().every(({ app }) => app.open && app.writesOpen && !app.paused);

describe('a quiet operation with a leader', () => {
  it('stops writes and background work on every node, and every node goes on serving', async () => {
    const operation = await working(one);
    expect([reads(), quiet()]).toEqual([true, true]);
    expect(world.record).toMatchObject({ phase: 'working', scope: 'writes', changed: false });
    const { settled } = await during(operation.complete());
    expect(await during(settled)).toBe('done');
    expect(await world.until(writes, 'all write')).toBeLessThan(1_000);
    expect([one, two, three].map(({ app }) => app.reloads)).toEqual([0, 0, 0]);
  });

  it('waits for what writes, names who does, and waits for nothing else', async () => {
    two.app.writes = two.app.requests = 1;
    three.app.requests = 1;
    const operation = await begun(one);
    const drained = operation.drain();
    const named = () => world.record?.waitingFor.join() === 'two (serving, 1 request under way)';
    await world.until(named, 'the record names who is waited for');
    await world.pass(3_000);
    two.app.writes = 0;
    expect(await during(drained)).toEqual({ ok: true });
    await during(operation.abort('enough'));
    await world.until(writes, 'all write', 1_000);
  });

  it.each(['drains', 'works'])('gives writes back by itself when its leader disappears while it %s', async (when) => {
    two.app.writes = when === 'drains' ? 1 : 0;
    if (when === 'works') await working(one);
    else void (await begun(one)).drain();
    await world.until(() => !three.app.writesOpen, 'it is quiet');
    one.kill();
    two.app.writes = 0;
    expect(await world.until(() => world.over() && writes(), 'all write', 20_000)).toBeLessThanOrEqual(17_000);
    expect(world.record).toMatchObject({ result: 'aborted', reason: 'one disappeared before it changed anything.' });
  });

  it('can be cancelled while it drains, and then everybody writes again', async () => {
    two.app.writes = 1;
    const operation = await begun(one);
    const drained = operation.drain();
    await world.until(() => !three.app.writesOpen, 'it is quiet');
    await during(three.parts.resolver.cancel(operation.record.id, 'Olga'));
    expect(await during(drained)).toMatchObject({ ok: false });
    two.app.writes = 0;
    await world.until(writes, 'all write', 1_000);
  });

  it('fails without harm: everybody writes again', async () => {
    const operation = await working(one);
    const { settled } = await during(operation.complete('The disk is full.'));
    expect(await during(settled)).toBe('failed');
    await world.until(writes, 'all write', 1_000);
    expect(one.app.reloads).toBe(0);
  });

  it('is seen in the database by a node without the store', async () => {
    three.cutOff(true);
    await world.pass(2_000);
    const operation = await working(one);
    expect(three.app.writesOpen).toBe(false);
    expect(three.app.open).toBe(true);
    const { settled } = await during(operation.complete());
    await during(settled);
    await world.until(() => three.app.writesOpen, 'it writes', 3_000);
  });

  it('is not forgotten with the store while its leader relies on it', async () => {
    const operation = await working(one);
    world.store.flush();
    for (let look = 0; look < 400; look += 1) {
      await world.pass(50);
      expect(quiet()).toBe(true);
    }
    const { settled } = await during(operation.complete());
    await during(settled);
    await world.until(writes, 'all write', 2_000);
  });

  it('keeps a start at its door, and lets it in afterwards', async () => {
    const operation = await working(one);
    const four = world.node('four');
    let passed = false;
    void four
      .startUp()
      .passDoor()
      .then(() => (passed = true));
    await world.pass(5_000);
    expect(passed).toBe(false);
    await during((await during(operation.complete())).settled);
    await world.until(() => passed, 'it passes', 3_000);
  });

  it('may be led by a node that waits at its door, which then starts as ever', async () => {
    const four = world.node('four');
    const operation = await working(four);
    expect(await during((await during(operation.complete())).settled)).toBe('done');
    expect(four.agent.current).toBe('waiting');
    await during(four.join());
    await world.until(() => four.app.open, 'it serves', 2_000);
  });

  it('is followed at once by one that drains', async () => {
    const first = await working(one);
    await during((await during(first.complete())).settled);
    const second = await during(two.begin());
    expect(await during(second.drain())).toEqual({ ok: true });
    expect(await during(second.enter())).toEqual({ ok: true });
    await during((await during(second.complete())).settled);
    await world.until(writes, 'all write', 5_000);
  });
});

describe('manual maintenance of writes alone', () => {
  async function enter(values: Record<string, unknown> = {}): Promise<string> {
    const read = readEntry({ reason: 'Counting', scope: 'writes', ...values });
    if (!read.ok) throw new Error(read.problem);
    const outcome = await during(one.parts.manual.enter(read.entry, { name: 'Olga', identity: 'user 1' }));
    if (outcome.outcome !== 'entered') throw new Error(JSON.stringify(outcome));
    return outcome.record.id;
  }

  const exit = (operationId: string) =>
    two.parts.manual.exit({ operationId, by: { name: 'Olga', identity: 'user 1' }, override: false, reason: '' });

  it('stands without a leader, and every node goes on reading', async () => {
    const id = await enter();
    await world.pass(30_000);
    expect([reads(), quiet()]).toEqual([true, true]);
    expect(await during(exit(id))).toMatchObject({ ok: true });
    expect(await world.until(writes, 'all write')).toBeLessThan(1_000);
  });

  it('leaves the writes of one node alone', async () => {
    await enter({ openNode: 'three' });
    expect([one, two, three].map(({ app }) => app.writesOpen)).toEqual([false, false, true]);
  });

  it('is kept by a node that starts meanwhile: it reads at once and does not write', async () => {
    await enter();
    two.kill();
    const again = world.node('again');
    await during(again.join());
    await world.until(() => again.app.open, 'it reads', 2_000);
    await world.until(() => again.app.paused, 'its background work stands still', 1_000);
    expect(again.app.writesOpen).toBe(false);
  });

  it('lets a node that drained by itself come back to reading', async () => {
    await enter();
    three.isolate(true);
    await world.until(() => !three.app.open, 'it drains, because it hears from nobody');
    three.isolate(false);
    await world.until(() => three.app.open, 'it reads', 10_000);
    await world.pass(3_000);
    expect([three.app.writesOpen, three.app.paused]).toEqual([false, true]);
  });

  it('ends at its time limit', async () => {
    await enter({ expiresInSeconds: 20 });
    await world.pass(19_000);
    expect(quiet()).toBe(true);
    await world.until(writes, 'all write', 2_000);
  });
});
