import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

const allServe = () => [one, two, three].every(({ app }) => app.open && !app.paused);

describe('an operation that goes well', () => {
  it('drains everybody, works, serves again first on the leader, then reloads the others', async () => {
    const operation = await working(one);
    expect([one, two, three].map(({ app }) => app.open)).toEqual([false, false, false]);
    expect([one, two, three].map(({ agent }) => agent.current)).toEqual(['working', 'drained', 'drained']);
    expect(world.record).toMatchObject({ phase: 'working', changed: true, epoch: 1 });

    world.wanted = 'v2';
    one.app.load();
    const { settled } = await during(operation.complete());
    expect(one.app.open).toBe(true);
    expect(two.app.open).toBe(false);
    expect(await during(settled)).toBe('done');
    expect(allServe()).toBe(true);
    expect([two, three].map(({ app }) => app.loaded()?.digest)).toEqual(['v2', 'v2']);
    expect(world.record).toMatchObject({ phase: 'idle', result: 'done', target: 'v2' });
  });

  it('begins its work only when the last request under way has been answered', async () => {
    two.app.requests = 1;
    const operation = await during(one.begin());
    const drained = operation.drain();
    const named = () =>
      world.record?.waitingFor.join() === 'two (draining, 1 request under way: POST posts:create for 3 s)';
    await world.until(named, 'the record names who is waited for');
    await world.pass(5_000);
    expect(world.record?.phase).toBe('draining');
    two.app.requests = 0;
    expect(await during(drained)).toEqual({ ok: true });
    await during(operation.abort('enough'));
  });

  it('tells also of the requests of its own node, and names them when they do not end', async () => {
    one.app.requests = 1;
    const operation = await during(one.begin());
    const drained = operation.drain();
    const own = 'one (itself, 1 request under way: POST posts:create for 3 s)';
    await world.until(() => world.record?.waitingFor.join() === own, 'the record names the leader itself');
    expect(await during(drained)).toMatchObject({ ok: false });
    expect(world.record?.reason).toContain(`Not drained within 30 s: ${own}. Nothing was changed`);
  });

  it('reports what is under way only while it drains', async () => {
    two.app.requests = 1;
    expect(two.agent.report().underWay).toBeUndefined();
    const operation = await during(one.begin());
    const drained = operation.drain();
    await world.until(() => two.agent.current === 'draining', 'two drains');
    expect(two.agent.report().underWay).toHaveLength(1);
    two.app.requests = 0;
    await during(drained);
    expect(two.agent.report().underWay).toBeUndefined();
    await during(operation.abort('enough'));
  });

  it('leaves the memory of the others alone when only files of unused plugins changed', async () => {
    const operation = await during(one.begin('pm.add'));
    await during(operation.drain());
    await during(operation.enter());
    const { settled } = await during(operation.complete());
    expect(await during(settled)).toBe('done');
    expect(allServe()).toBe(true);
    expect(two.app.reloads).toBe(0);
  });
});

describe('one at a time', () => {
  it('accepts one of five simultaneous requests and tells the others who leads', async () => {
    const nodes = [one, two, three, one, two];
    const outcomes = await during(
      Promise.all(
        nodes.map((node) => node.coordinator.begin({ kind: 'pm.enable', subject: 'p', requestedBy: 'test' })),
      ),
    );
    const leading = outcomes.filter(({ outcome }) => outcome === 'leading');
    expect(leading).toHaveLength(1);
    const busy = outcomes.flatMap((outcome) => (outcome.outcome === 'busy' ? [outcome.record?.leader.name] : []));
    expect(new Set(busy)).toEqual(new Set([world.record?.leader.name]));
    for (const outcome of leading) if (outcome.outcome === 'leading') await during(outcome.operation.abort('enough'));
    await world.until(allServe, 'all serve');
  });

  it('gives every operation a higher epoch, also after the store was flushed', async () => {
    const first = await working(one);
    await during((await during(first.complete())).settled);
    world.store.flush();
    const second = await working(two);
    expect(second.record.epoch).toBeGreaterThan(first.record.epoch);
    await during((await during(second.complete())).settled);
    await world.until(allServe, 'all serve');
  });
});

describe('before the first change', () => {
  it('gives the lease back when the answer to the acquisition was lost', async () => {
    one.loseNextAnswer();
    await expect(during(one.begin())).rejects.toThrow('the answer was lost');
    await world.until(() => world.over(), 'the operation is over', 2_000);
    expect(world.record).toMatchObject({ result: 'aborted', changed: false });
    expect(await world.until(allServe, 'all serve')).toBeLessThan(1_000);
  });

  it('gives up at the drain deadline, names the node, and everybody serves again in under a second', async () => {
    three.app.requests = 2;
    const operation = await during(one.begin());
    const outcome = await during(operation.drain());
    expect(outcome).toMatchObject({ ok: false });
    expect(world.record).toMatchObject({ result: 'aborted', changed: false });
    expect(world.record?.reason).toMatch(
      /Not drained within 30 s: three \(draining, 2 requests under way: POST posts:create for 3 s and 1 more\)/,
    );
    expect(await world.until(allServe, 'all serve')).toBeLessThan(1_000);
    expect([one, two, three].map(({ app }) => app.reloads)).toEqual([0, 0, 0]);
  });

  it('resumes by itself when the leader disappears, within the lease and a few seconds', async () => {
    three.app.requests = 1;
    const operation = await during(one.begin());
    void operation.drain();
    await world.until(() => two.agent.current === 'drained', 'two has drained');
    one.kill();
    const took = await world.until(() => two.app.open && three.app.open, 'the others serve');
    expect(took).toBeLessThanOrEqual(15_000 + 3_000);
    expect(world.record).toMatchObject({ result: 'aborted', changed: false });
    expect(world.record?.reason).toBe('one disappeared before it changed anything.');
  });
});

describe('after the first change', () => {
  it('holds the operation of a leader that disappeared, until somebody resolves it', async () => {
    await working(one);
    one.kill();
    await world.until(() => world.record?.phase === 'held', 'the operation is held');
    await world.pass(60_000);
    expect([two.app.open, three.app.open]).toEqual([false, false]);
    expect(world.record?.reason).toMatch(/one disappeared while pm.enable p was changing the database/);
    const again = await during(two.coordinator.begin({ kind: 'pm.enable', subject: 'p', requestedBy: 'test' }));
    expect(again).toMatchObject({ outcome: 'busy', record: { phase: 'held' } });

    const held = world.record;
    if (!held) throw new Error('no record');
    await two.coordination.state.settle(held, { ...held, phase: 'idle', result: 'degraded' });
    await world.until(() => two.app.open && three.app.open, 'the others serve');
    expect([two.app.reloads, three.app.reloads]).toEqual([1, 1]);
  });

  it('lets every node serve what the interrupted work left, when somebody resumed: nobody knows a digest to prove', async () => {
    const first = await working(one);
    world.wanted = 'v2';
    one.app.load();
    await during((await during(first.complete())).settled);
    await working(one);
    world.wanted = 'half-way';
    one.kill();
    await world.until(() => world.record?.phase === 'held', 'the operation is held');
    const answer = await during(two.parts.resolver.resolve(world.record?.id ?? '', 'resume', 'somebody'));
    expect(answer).toMatchObject({ ok: true });
    await world.until(() => two.app.open && three.app.open, 'the others serve');
    expect([two, three].map(({ app }) => app.loaded()?.digest)).toEqual(['half-way', 'half-way']);
  });

  it('counts the work of a leader that disappeared while the others reloaded', async () => {
    const operation = await working(one);
    const { settled } = await during(operation.complete());
    void settled;
    one.kill();
    await world.until(() => world.over(), 'somebody ends the operation');
    expect(world.record).toMatchObject({ result: 'degraded', reason: 'one disappeared after its work was complete.' });
    await world.until(() => two.app.open && three.app.open, 'the others serve');
  });

  it('keeps a node with other files out of traffic, and says so', async () => {
    const operation = await working(one);
    world.wanted = 'v2';
    one.app.load();
    three.app.disk = 'old';
    const { settled } = await during(operation.complete());
    expect(await during(settled)).toBe('degraded');
    expect(three.agent.current).toBe('failed');
    expect([one.app.open, two.app.open, three.app.open]).toEqual([true, true, false]);
    expect(world.record?.reason).toMatch(/three stays out of traffic: /);
  });

  it('keeps such a node out of traffic also after an operation that was aborted', async () => {
    const operation = await working(one);
    world.wanted = 'v2';
    one.app.load();
    three.app.disk = 'old';
    await during((await during(operation.complete())).settled);
    const aborted = await during(two.begin());
    expect(await during(aborted.drain())).toEqual({ ok: true });
    await during(aborted.abort('changed my mind'));
    await world.until(() => three.agent.current === 'failed', 'three has tried again');
    expect([one.app.open, two.app.open, three.app.open]).toEqual([true, true, false]);
    three.app.disk = undefined;
    const next = await during(two.begin());
    await during(next.drain());
    await during(next.abort('changed my mind again'));
    await world.until(allServe, 'three has been repaired');
  });

  it('makes a node that was frozen through a whole operation load what it missed', async () => {
    three.isolate(true);
    await world.pass(15_000);
    const operation = await working(one);
    world.wanted = 'v2';
    one.app.load();
    await during((await during(operation.complete())).settled);
    expect(three.app.loaded()?.digest).toBe('v1');
    three.isolate(false);
    await world.until(() => three.app.loaded()?.digest === 'v2' && three.app.open, 'three has caught up');
  });

  it('does not serve on a leader that no longer answers, and lets the others serve what the database asks for', async () => {
    const operation = await working(one);
    one.app.breaks = 'every answer is 500';
    const { settled } = await during(operation.complete());
    expect(await during(settled)).toBe('degraded');
    expect([one.app.open, two.app.open, three.app.open]).toEqual([false, true, true]);
    expect(world.record?.reason).toBe('one: every answer is 500');
  });

  it('ends as failed when the command failed, and everybody serves', async () => {
    const operation = await working(one);
    const { settled } = await during(operation.complete('plugin p threw'));
    expect(await during(settled)).toBe('failed');
    expect(world.record?.reason).toBe('plugin p threw');
    expect(allServe()).toBe(true);
  });

  it('goes on when the store is flushed in the middle of the work', async () => {
    const operation = await working(one);
    world.store.flush();
    await world.pass(20_000);
    expect([two.app.open, three.app.open]).toEqual([false, false]);
    const { settled } = await during(operation.complete());
    expect(await during(settled)).toBe('done');
    await world.until(allServe, 'all serve');
  });
});
