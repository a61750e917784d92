import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TablesReplaced } from '../../src/server/core/errors';
import { Settler } from '../../src/server/maintenance/settler';
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

const working = (node: SimulatedNode) => world.working(node);

function settlerOf({ settings, coordination, guard, ledger, parts }: SimulatedNode): Settler {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const { node, timings } = settings;
  const { journal } = parts;
  return new Settler({
    node,
    coordination,
    guard,
    ledger,
    journal,
    clock: world.clock,
    log,
    leaseTtl: timings.leaseTtl,
  });
}

const events = async (id = world.record?.id ?? '') =>
  (await during(two.parts.journal.story(id))).map(({ event }) => event);

describe('a node without Redis', () => {
  it('sees the operation in the database, drains, and is waited for there', async () => {
    three.cutOff(true);
    await world.pass(15_000);
    expect(three.app.open).toBe(true);
    three.app.requests = 1;
    const operation = await during(one.begin());
    const drained = during(operation.drain());
    await world.until(() => three.agent.current === 'draining', 'three has seen it');
    await world.pass(3_000);
    expect(world.record?.waitingFor.join()).toMatch(/^three \(draining, not connected to Redis but to the database/);
    three.app.requests = 0;
    expect(await drained).toEqual({ ok: true });
    expect(three.agent.current).toBe('drained');
    expect(await during(operation.enter())).toEqual({ ok: true });
    world.wanted = 'v2';
    one.app.load();
    expect(await during((await during(operation.complete())).settled)).toBe('done');
    expect(three.app.open).toBe(true);
    expect(three.app.loaded()?.digest).toBe('v2');
  });

  it('that leads finishes its work behind the guard, and nobody settles it meanwhile', async () => {
    const operation = await working(one);
    one.cutOff(true);
    await world.pass(60_000);
    expect(world.record).toMatchObject({ phase: 'working' });
    expect([two.app.open, three.app.open]).toEqual([false, false]);
    world.wanted = 'v2';
    one.app.load();
    await during(operation.complete());
    await world.until(() => two.app.open && three.app.open, 'the others serve what it told the database');
    expect([two, three].map(({ app }) => app.loaded()?.digest)).toEqual(['v2', 'v2']);
    one.cutOff(false);
  });
});

describe('an operation that somebody asks for while a restore replaces the rows of all', () => {
  it('is refused like any other, with the word who is at work', async () => {
    const operation = await working(one);
    two.guard.allocate = () => Promise.reject(new TablesReplaced());
    expect(await during(two.begin('pm.enable').then(() => 'leads', String))).toContain('busy');
    expect(world.record).toMatchObject({ id: operation.record.id, phase: 'working' });
  });

  it('can be ended by a person, when its leader does not get on', async () => {
    const { record } = await working(one);
    two.guard.applied = () => Promise.reject(new TablesReplaced());
    one.freeze(true);
    await world.pass(60_000);
    const ways = await during(two.parts.resolver.choices(world.record ?? record));
    expect(ways?.find(({ resolution }) => resolution === 'give-up')?.refusal).toBeUndefined();
    const { ok } = await during(two.parts.resolver.resolve(record.id, 'give-up', 'Anna'));
    expect(ok).toBe(true);
    await world.until(() => world.record?.phase === 'held', 'it is held');
    one.freeze(false);
  });
});

describe('a silent process that is still connected to the database', () => {
  it('blocks the first change by name, until somebody declares it stopped', async () => {
    three.freeze(true);
    await world.pass(12_000);
    const refused = await during((await during(one.begin())).drain());
    expect(refused).toMatchObject({ ok: false });
    expect(world.record?.reason).toMatch(
      /three \(starting, silent for \d+ s, not connected to Redis but to the database/,
    );

    const operation = await during(one.begin());
    const drained = during(operation.drain());
    await world.pass(1_000);
    const answer = await during(two.parts.resolver.declareStopped('boot-three', 'somebody'));
    expect(answer).toMatchObject({ ok: true, said: expect.stringMatching(/^three was declared stopped/) as string });
    expect(await drained).toEqual({ ok: true });
    expect(await events()).toContain('node.stopped');
    await during(operation.abort('enough'));
    three.freeze(false);
    await world.until(() => [one, two, three].every(({ app }) => app.open), 'all serve');
  });

  it('cannot be declared stopped while it reports', async () => {
    const answer = await during(one.parts.resolver.declareStopped('boot-three', 'somebody'));
    expect(answer).toMatchObject({ ok: false, refusal: expect.stringMatching(/it runs/) as string });
  });
});

describe('cancelling', () => {
  it('aborts before the first change, from any node, and names who asked', async () => {
    three.app.requests = 1;
    const operation = await during(one.begin());
    const drained = during(operation.drain());
    await world.pass(1_000);
    expect(await during(two.parts.resolver.cancel(operation.record.id, 'somebody'))).toMatchObject({ ok: true });
    expect(await drained).toMatchObject({ ok: false });
    expect(world.record).toMatchObject({ result: 'aborted', reason: 'Cancelled by somebody before the first change.' });
    const served = await world.until(() => one.app.open && two.app.open, 'the others serve');
    expect(served).toBeLessThan(1_000);
    three.app.requests = 0;
  });

  it('is refused after the first change, with the reason', async () => {
    const operation = await working(one);
    const answer = await during(two.parts.resolver.cancel(operation.record.id, 'somebody'));
    expect(answer).toMatchObject({
      ok: false,
      refusal: expect.stringMatching(/\(working\).*cannot be cancelled/) as string,
    });
    await during((await during(operation.complete())).settled);
  });
});

describe('the guard of a leader at its work', () => {
  it('is entered again when its connection is lost, and the work goes on', async () => {
    const operation = await working(one);
    one.loseDatabase();
    await world.until(() => operation.guard.broken === undefined, 'it is not broken');
    await world.pass(2_000);
    expect(one.app.fenced).toBeUndefined();
    expect(await during(world.outsider.isHeld())).toBe(true);
    expect(await events()).toEqual(expect.arrayContaining(['guard.lost', 'guard.retaken']));
    expect(await during((await during(operation.complete())).settled)).toBe('done');
  });

  it('is not entered again once the operation was held without it', async () => {
    const operation = await working(one);
    one.isolate(true);
    await world.until(() => world.record?.phase === 'held', 'the operation is held', 40_000);
    one.isolate(false);
    await during(two.parts.resolver.resolve(operation.record.id, 'resume', 'somebody'));
    await world.until(() => two.app.open && three.app.open, 'the others serve');
    expect(await during(world.outsider.reenter(operation.record.epoch, 100))).toMatchObject({ outcome: 'stale' });
    await during(operation.complete('the command failed'));
    await world.until(() => [one, two, three].every(({ app }) => app.open), 'all serve');
  });

  it('has one end in store and database, whoever settled it, however often', async () => {
    const operation = await working(one);
    one.isolate(true);
    await world.until(() => world.record?.phase === 'held', 'the operation is held', 40_000);
    const seen = { ...operation.record, phase: 'working' } as const;
    // Others have seen it before it was held, and decide later.
    for (const node of [two, three]) expect(await during(settlerOf(node).settle(seen))).toBe('moved');
    const { id } = operation.record;
    await during(two.parts.resolver.resolve(id, 'resume', 'somebody'));
    expect(await world.database.ledger().find(id)).toEqual(world.record);
    expect(world.record).toMatchObject({ result: 'degraded' });
    one.isolate(false);
    await during(operation.complete('the command failed'));
    await world.until(() => [one, two, three].every(({ app }) => app.open), 'all serve');
  });

  it('fences the work off when somebody takes leadership away, and holds the operation', async () => {
    const operation = await working(one);
    const answer = await during(two.parts.resolver.resolve(operation.record.id, 'give-up', 'somebody'));
    expect(answer).toMatchObject({ ok: true });
    await world.until(() => one.app.fenced !== undefined, 'the work is fenced off');
    await during(operation.complete('the command failed without its database'));
    expect(world.record).toMatchObject({ phase: 'held' });
    await during(two.parts.resolver.resolve(operation.record.id, 'resume', 'somebody'));
    await world.until(() => [one, two, three].every(({ app }) => app.open), 'all serve');
    expect(one.app.fenced).toBeUndefined();
  });
});

describe('a process that is asked to end', () => {
  it('aborts what it leads before the first change, in under a second', async () => {
    three.app.requests = 1;
    const operation = await during(one.begin());
    const drained = during(operation.drain());
    await world.pass(1_000);
    const began = world.clock.monotonic();
    await during(one.coordinator.goodbye());
    expect(world.clock.monotonic() - began).toBeLessThan(1_000);
    expect(await drained).toMatchObject({ ok: false });
    expect(world.record?.reason).toMatch(/^one was asked to end/);
    three.app.requests = 0;
  });

  it('finishes its work first, and leaves the followers to themselves', async () => {
    const operation = await working(one);
    let left = false;
    const goodbye = one.coordinator.goodbye().then(() => (left = true));
    await world.pass(5_000);
    expect(left).toBe(false);
    await during(operation.complete());
    await during(goodbye);
    expect(world.over()).toBe(true);
    await world.until(() => two.app.open && three.app.open, 'the others serve');
  });

  it('waits for its own requests before it is no longer waited for', async () => {
    two.app.requests = 1;
    const leaving = during(two.agent.leave());
    await world.pass(1_000);
    expect(two.agent.current).toBe('serving');
    expect(two.app.open).toBe(false);
    two.app.requests = 0;
    await leaving;
    expect(two.agent.current).toBe('stopping');
  });

  it('lets nothing of a request that does not end reach the database once nobody waits for it', async () => {
    two.app.requests = 1;
    const leaving = during(two.agent.leave());
    await world.until(() => two.agent.current === 'stopping', 'it has left');
    await leaving;
    expect(two.app.fenced).toMatch(/had not ended within/);
  });
});
