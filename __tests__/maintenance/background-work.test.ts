import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World, type SimulatedNode } from './world';

let world: World;
beforeEach(() => (world = new World()));
afterEach(() => world.close());

const SYNC = 'workflow "Sync" for 3 s';

async function pair(policy: string): Promise<[SimulatedNode, SimulatedNode]> {
  const env = { CLUSTER_MAINTENANCE_BACKGROUND: policy };
  const nodes = [world.node('one', env), world.node('two', env)] as const;
  await Promise.all(nodes.map((node) => node.join()));
  await world.until(() => nodes.every((node) => node.app.open), 'all nodes serve');
  return [...nodes];
}

const during = <T>(promise: Promise<T>) => world.during(promise);

const serves = ({ app }: SimulatedNode) => app.open && !app.paused;

describe('background work that runs when an operation begins', () => {
  it('is waited for by name on a follower, and the work begins when it has ended', async () => {
    const [one, two] = await pair('wait');
    two.app.runs = [SYNC];
    const operation = await during(one.begin());
    const drained = operation.drain();
    await world.until(() => world.record?.waitingFor.join() === `two (draining, ${SYNC})`, 'it is named');
    expect(two.agent.report().work).toEqual([SYNC]);
    await world.pass(5_000);
    expect(world.record?.phase).toBe('draining');
    two.app.runs = [];
    expect(await during(drained)).toEqual({ ok: true });
    expect(two.agent.report().work).toBeUndefined();
    await during(operation.abort('enough'));
  });

  it('is waited for by name on the leader itself', async () => {
    const [one] = await pair('wait');
    one.app.runs = [SYNC];
    const operation = await during(one.begin());
    const drained = operation.drain();
    await world.until(() => world.record?.waitingFor.join() === `one (itself, ${SYNC})`, 'it is named');
    one.app.runs = [];
    expect(await during(drained)).toEqual({ ok: true });
    await during(operation.abort('enough'));
  });

  it.each(['one', 'two'])('makes the operation give up at its deadline when it never ends on node %s', async (name) => {
    const nodes = await pair('wait');
    const busy = nodes.find(({ agent }) => agent.self.name === name)!;
    busy.app.runs = [SYNC];
    const operation = await during(nodes[0].begin());
    const began = world.clock.monotonic();
    const outcome = await during(operation.drain());
    const who = name === 'one' ? `one (itself, ${SYNC})` : `two (draining, ${SYNC})`;
    expect(outcome).toEqual({
      ok: false,
      reason: `Not drained within 30 s: ${who}. Nothing was changed; try again.`,
    });
    expect(world.clock.monotonic() - began).toBeLessThan(31_000);
    await world.until(() => nodes.every(serves), 'everybody serves again');
    expect(busy.app.abandoned).toBe(false);
    expect(busy.app.fenced).toBeUndefined();
  });

  it.each(['one', 'two'])('makes the operation give up at once, if that is the policy, on node %s', async (name) => {
    const nodes = await pair('abort');
    nodes.find(({ agent }) => agent.self.name === name)!.app.runs = [SYNC];
    const operation = await during(nodes[0].begin());
    const began = world.clock.monotonic();
    const reason = `Background work runs, which is not waited for: ${name} (${SYNC}). Nothing was changed; try again.`;
    expect(await during(operation.drain())).toEqual({ ok: false, reason });
    expect(world.clock.monotonic() - began).toBeLessThan(1_500);
    await world.until(() => nodes.every(serves), 'everybody serves again');
  });

  it('is cut off from the database on a follower, if the policy is to go on, and the app is loaded anew', async () => {
    const [one, two] = await pair('go-on');
    two.app.runs = [SYNC];
    const operation = await during(one.begin());
    const began = world.clock.monotonic();
    expect(await during(operation.drain())).toEqual({ ok: true });
    const took = world.clock.monotonic() - began;
    expect(took).toBeGreaterThan(25_000);
    expect(took).toBeLessThan(30_000);
    expect(two.app.abandoned).toBe(true);
    expect(two.app.fenced).toContain(SYNC);
    await during(operation.abort('enough'));
    await world.until(() => serves(two), 'it serves again');
    expect(two.app.reloads).toBe(1);
  });

  it('is left alone on the leader, if the policy is to go on: the leader needs its database', async () => {
    const [one] = await pair('go-on');
    one.app.runs = [SYNC];
    const operation = await during(one.begin());
    expect(await during(operation.drain())).toEqual({ ok: true });
    expect(one.app.abandoned).toBe(true);
    expect(one.app.fenced).toBeUndefined();
    await during(operation.abort('enough'));
  });

  it('is not waited for without end by a node that missed a change and has to load anew', async () => {
    const [one, two] = await pair('wait');
    two.app.runs = [SYNC];
    two.isolate(true);
    const operation = await during(one.begin());
    expect(await during(operation.drain())).toEqual({ ok: true });
    expect(await during(operation.enter())).toEqual({ ok: true });
    expect(await during((await during(operation.complete())).settled)).toBe('done');
    expect(two.agent.current).toBe('draining');
    two.isolate(false);
    await world.until(() => serves(two), 'it serves again');
    expect(two.app.reloads).toBe(1);
    expect(two.app.abandoned).toBe(true);
  });
});
