import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import { World, type SimulatedNode } from './world';

let world: World;
let one: SimulatedNode;
let two: SimulatedNode;

beforeEach(async () => {
  world = new World();
  [one, two] = (await world.serving('one', 'two')) as [SimulatedNode, SimulatedNode];
});
afterEach(() => world.close());

const during = <T>(promise: Promise<T>) => world.during(promise);

/** Longer than a node may be silent, and its connection dead, until it counts as gone, in ms. */
const GONE = 30_000;

/** Node two has a request under way, reaches nobody, and nobody waits for it any more. */
async function takenForGone(): Promise<void> {
  two.app.requests = 1;
  two.isolate(true);
  await world.pass(GONE);
}

async function led(stage: 'drained' | 'working'): Promise<LedOperation> {
  const operation = await during(one.begin());
  expect(await during(operation.drain())).toEqual({ ok: true });
  if (stage === 'working') expect(await during(operation.enter())).toEqual({ ok: true });
  return operation;
}

async function complete(operation: LedOperation, digest: string): Promise<void> {
  world.wanted = digest;
  one.app.load();
  await during((await during(operation.complete())).settled);
}

/** What a statement of a request under way is told. */
async function hindrance(): Promise<string> {
  const asked = two.parts.hindrance();
  if (!asked) return 'none';
  return during(
    asked.then(
      () => 'none',
      (error: Error) => error.message,
    ),
  );
}

describe('what was under way on a node that was taken for gone', () => {
  it('does not go on while the operation that has drained without it is prepared', async () => {
    await takenForGone();
    const operation = await led('drained');
    expect(world.record).toMatchObject({ phase: 'draining', drained: true });
    two.isolate(false);
    expect(await hindrance()).toContain('one runs pm.enable p');
    await world.until(() => two.app.fenced !== undefined, 'its requests are cut off');
    two.app.requests = 0;
    await during(operation.abort('Never mind.'));
    await world.until(() => two.app.open, 'it serves again');
    expect(two.app).toMatchObject({ fenced: undefined, reloads: 1 });
  });

  it('does not go on when the others have changed the database meanwhile', async () => {
    await takenForGone();
    await complete(await led('working'), 'v2');
    two.isolate(false);
    expect(await hindrance()).toContain('another node changed the database');
    await world.until(() => two.app.fenced !== undefined, 'its requests are cut off');
    two.app.requests = 0;
    await world.until(() => two.app.open, 'it serves again');
    expect(two.app.memory?.digest).toBe('v2');
  });

  it('does not go on while a held operation is taken up', async () => {
    const three = world.node('three');
    await during(three.join());
    await takenForGone();
    await led('working');
    one.kill();
    await world.until(() => world.record?.phase === 'held', 'the operation is held');
    const follows = world.record?.epoch ?? 0;
    three.app.requests = 1;
    const request = { kind: 'pm.enable', subject: 'p', requestedBy: 'test', follows } as const;
    const begun = await during(three.coordinator.begin(request));
    if (begun.outcome !== 'leading') throw new Error('Somebody else leads.');
    const drained = during(begun.operation.drain());
    await world.pass(1_000);
    expect(world.record).toMatchObject({ phase: 'draining', follows });
    two.isolate(false);
    expect(await hindrance()).toContain('three runs pm.enable p');
    for (const { app } of [two, three]) app.requests = 0;
    expect(await drained).toEqual({ ok: true });
  });

  it('goes on when nothing has happened', async () => {
    await takenForGone();
    two.isolate(false);
    expect(await hindrance()).toBe('none');
    expect(two.app.fenced).toBeUndefined();
    two.app.requests = 0;
    await world.until(() => two.app.open, 'it serves again');
    expect(two.app.reloads).toBe(0);
  });
});

describe('a node that comes back', () => {
  it('leads nothing before it has loaded what was changed', async () => {
    await takenForGone();
    await complete(await led('working'), 'v2');
    two.app.requests = 0;
    two.isolate(false);
    const operation = await during(two.begin());
    expect(await during(operation.drain())).toEqual({
      ok: false,
      reason: 'two has yet to load what was changed; try again.',
    });
    await world.until(() => two.app.open && two.app.memory?.digest === 'v2', 'it has loaded');
    expect(await during((await during(two.begin())).drain())).toEqual({ ok: true });
  });

  it('is waited for when it looked before it could see that it is not', async () => {
    await takenForGone();
    const { state } = one.coordination;
    const roster = state.roster.bind(state);
    state.roster = async () => {
      const seen = await roster();
      state.roster = roster;
      two.isolate(false);
      await two.agent.beat();
      return seen;
    };
    const operation = await during(one.begin());
    let ended = false;
    const drained = during(operation.drain()).finally(() => (ended = true));
    await world.pass(5_000);
    expect(ended).toBe(false);
    expect(world.record?.waitingFor.join()).toContain('two (draining, 1 request');
    expect(two.app.fenced).toBeUndefined();
    two.app.requests = 0;
    expect(await drained).toEqual({ ok: true });
  });

  it('from loading does not serve what has been changed since', async () => {
    const served: (string | undefined)[] = [];
    two.app.openTraffic = () => {
      served.push(two.app.memory?.digest);
      two.app.open = true;
    };
    const first = await led('working');
    world.wanted = 'v2';
    one.app.load();
    const { settled } = await during(first.complete());
    await world.until(() => two.agent.current === 'reloading', 'it loads');
    two.isolate(true);
    await during(settled);
    expect(two.app.memory?.digest).toBe('v2');
    await complete(await led('working'), 'v3');
    two.isolate(false);
    await world.until(() => two.app.open, 'it serves again');
    expect(served).toEqual(['v3']);
  });

  it('loads what was changed also while somebody only reads', async () => {
    await takenForGone();
    await complete(await led('working'), 'v2');
    const request = { kind: 'repair', subject: 'a backup', requestedBy: 'test', scope: 'writes' } as const;
    const begun = await during(one.coordinator.begin(request));
    if (begun.outcome !== 'leading') throw new Error('Somebody else leads.');
    expect(await during(begun.operation.drain())).toEqual({ ok: true });
    two.app.requests = 0;
    two.isolate(false);
    await world.until(() => two.app.memory?.digest === 'v2' && two.app.open, 'it serves what the database says', 5_000);
    expect(world.record).toMatchObject({ scope: 'writes', phase: 'draining' });
    await during(begun.operation.abort('Enough.'));
  });
});

describe('a process that is asked to end while it loads', () => {
  it('does not go on with that beside the work of those who took it for gone', async () => {
    two.app.reload = () => new Promise(() => undefined);
    const first = await led('working');
    one.app.load();
    const { settled } = await during(first.complete());
    await world.until(() => two.agent.current === 'reloading', 'it loads');
    two.isolate(true);
    await world.pass(GONE);
    await during(settled);
    await led('working');
    two.isolate(false);
    const left = two.agent.leave();
    await world.pass(1_000);
    expect(two.agent.current).toBe('reloading');
    expect(await hindrance()).toContain('one runs pm.enable');
    await during(left);
    expect(two.agent.current).toBe('stopping');
    expect(await hindrance()).toContain('one runs pm.enable');
  });
});
