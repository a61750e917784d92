import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkMode } from '../../src/server/app/work/contract';
import { WorkRegistry } from '../../src/server/app/work/registry';
import { runWork, type Work } from '../../src/server/app/work/run-work';
import { currentWork, handOver } from '../../src/server/app/work/work-scope';
import { uncoordinatedWork } from '../../src/server/app/work/declared-work';
import { World, type SimulatedNode } from '../maintenance/world';

let world: World;
let one: SimulatedNode;
let two: SimulatedNode;

beforeEach(async () => {
  world = new World();
  [one, two] = (await world.serving('one', 'two')) as [SimulatedNode, SimulatedNode];
});
afterEach(() => world.close());

/** Runs a promise while time passes. */
async function during<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const end = () => (settled = true);
  promise.then(end, end);
  await world.until(() => settled, 'it ends');
  return promise;
}

function work<T>(node: SimulatedNode, mode: WorkMode, run: Work<T>, signal?: AbortSignal): Promise<T> {
  const { coordinator, coordination } = node;
  const deps = { coordinator, coordination, onLead: () => {}, onSettled: () => {} };
  const given = signal ? { signal } : {};
  const running = runWork(deps, { kind: 'work', mode, what: 'p: index', requestedBy: 'test', ...given }, run);
  running.catch(() => undefined);
  return running;
}

/** Work that lasts until it is told to end. */
function lasting(): { run: Work<string>; end: () => void; signal: () => AbortSignal | undefined } {
  let end = () => {};
  let signal: AbortSignal | undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const run: Work<string> = async (context) => {
    signal = context.signal;
    await ended;
    return 'whole';
  };
  return { run, end: () => end(), signal: () => signal };
}

const serve = () => [one, two].every(({ app, agent }) => app.open && app.writesOpen && agent.current === 'serving');

describe.each(['exclusive', 'quiet'] as const)('%s work of another plugin', (mode) => {
  it('gives back what it returned, as one operation that everybody is told of', async () => {
    const lasts = lasting();
    const running = work(one, mode, lasts.run);
    await world.until(() => lasts.signal() !== undefined, 'it runs');
    expect(world.record).toMatchObject({
      kind: 'work',
      subject: 'p: index',
      phase: 'working',
      changed: mode === 'exclusive',
    });
    expect(two.app.writesOpen && two.app.open).toBe(false);
    lasts.end();
    expect(await during(running)).toBe('whole');
    await world.until(() => serve() && world.over(), 'all serve');
    expect(world.record).toMatchObject({ result: 'done' });
    expect(two.app.reloads).toBe(mode === 'exclusive' ? 1 : 0);
  });

  it('learns who holds it when somebody else works', async () => {
    const lasts = lasting();
    const running = work(one, mode, lasts.run);
    await world.until(() => lasts.signal() !== undefined, 'it runs');
    const holder = { node: 'one', kind: 'work', subject: 'p: index', phase: 'working' };
    await expect(during(work(two, mode, lasting().run))).rejects.toMatchObject({
      code: 'MAINTENANCE_IN_PROGRESS',
      statusCode: 409,
      holder,
    });
    lasts.end();
    await during(running);
    await world.until(() => serve() && world.over(), 'all serve');
  });

  it('does not begin while the coordination cannot be reached', async () => {
    one.cutOff(true);
    await expect(during(work(one, mode, lasting().run))).rejects.toMatchObject({
      code: 'MAINTENANCE_COORDINATION_OFFLINE',
      statusCode: 503,
    });
    one.cutOff(false);
    expect(serve()).toBe(true);
  });

  it('can be taken back until it has begun, and everybody serves', async () => {
    two.app.requests = two.app.writes = 1;
    const caller = new AbortController();
    const lasts = lasting();
    const running = work(one, mode, lasts.run, caller.signal);
    await world.until(() => world.record?.phase === 'draining', 'it drains');
    caller.abort();
    await expect(during(running)).rejects.toMatchObject({ code: 'MAINTENANCE_ABORTED' });
    expect(lasts.signal()).toBeUndefined();
    two.app.requests = two.app.writes = 0;
    await world.until(() => serve() && world.over(), 'all serve');
    expect(world.record).toMatchObject({ result: 'aborted', changed: false });
  });

  it('hears of it when its caller wants it to end, and decides itself', async () => {
    const caller = new AbortController();
    const lasts = lasting();
    const running = work(one, mode, lasts.run, caller.signal);
    await world.until(() => lasts.signal() !== undefined, 'it runs');
    caller.abort(new Error('enough'));
    expect(lasts.signal()?.reason).toEqual(new Error('enough'));
    lasts.end();
    expect(await during(running)).toBe('whole');
    await world.until(() => serve() && world.over(), 'all serve');
  });

  it('fails with its own error', async () => {
    const failure = new Error('the index is broken');
    await expect(during(work(one, mode, () => Promise.reject(failure)))).rejects.toBe(failure);
    await world.until(() => serve() && world.over(), 'all serve');
    expect(world.record).toMatchObject({ result: 'failed', reason: 'the index is broken' });
  });

  it('does not end before what it has handed over, and fails with that', async () => {
    let fail = (_error: Error) => {};
    const rest = new Promise<void>((_, reject) => (fail = reject));
    let answered = false;
    const running = work(one, mode, async (_context, scope) => {
      handOver(scope, rest);
      answered = true;
    });
    await world.until(() => answered, 'it answers');
    await world.pass(5_000);
    expect(world.record).toMatchObject({ phase: 'working' });
    fail(new Error('later'));
    await expect(during(running)).rejects.toThrow('later');
    await world.until(() => serve() && world.over(), 'all serve');
    expect(world.record).toMatchObject({ result: 'failed', reason: 'later' });
  });

  it('is known in what it calls, and no more in what it leaves behind', async () => {
    let within: unknown;
    let later: unknown = 'not asked';
    let ask = () => {};
    const asked = new Promise<void>((resolve) => (ask = resolve));
    await during(
      work(one, mode, async (context, scope) => {
        within = currentWork() === scope && scope.context === context;
        void asked.then(() => (later = currentWork()));
      }),
    );
    ask();
    await world.until(() => serve() && world.over(), 'all serve');
    expect([within, later]).toEqual([true, undefined]);
    expect(currentWork()).toBeUndefined();
  });
});

describe('work that is no longer alone', () => {
  it('is told when the guard is lost to others, and its caller that the result is worth nothing', async () => {
    const lasts = lasting();
    const running = work(one, 'exclusive', lasts.run);
    await world.until(() => lasts.signal() !== undefined, 'it runs');
    await world.outsider.breakHold();
    await world.until(() => lasts.signal()?.aborted === true, 'it is told');
    expect(one.app.fenced).toMatch(/guard in the database was lost/);
    lasts.end();
    await expect(during(running)).rejects.toMatchObject({ code: 'MAINTENANCE_LOST' });
    expect(world.record).toMatchObject({ phase: 'held' });
  });

  it('is told when the lease is lost that keeps writes away', async () => {
    const lasts = lasting();
    const running = work(one, 'quiet', lasts.run);
    await world.until(() => lasts.signal() !== undefined, 'it runs');
    one.cutOff(true);
    await world.until(() => lasts.signal()?.aborted === true, 'it is told');
    one.cutOff(false);
    await world.until(() => world.record?.result !== undefined, 'others end it');
    lasts.end();
    await expect(during(running)).rejects.toMatchObject({ code: 'MAINTENANCE_LOST' });
    await world.until(() => serve() && world.over(), 'all serve');
  });
});

describe('without a cluster', () => {
  it('work runs at once, and is told that nobody stops for it', async () => {
    const said: string[] = [];
    const alone = uncoordinatedWork((text) => said.push(text));
    const result = await alone.runExclusive('p: index', async ({ coordinated, progress, epoch }) => {
      progress('half');
      return Promise.resolve({ coordinated, epoch });
    });
    expect(result).toEqual({ coordinated: false, epoch: 0 });
    expect(said).toEqual(['p: index: half']);
  });

  it.each([
    ['none', ''],
    ['blanks', '  '],
    ['too long a one', 'x'.repeat(201)],
  ])('work needs a name for people, and not %s', async (_, name) => {
    const run = () => Promise.resolve();
    await expect(uncoordinatedWork(() => {}).runQuietly(name, run)).rejects.toMatchObject({
      code: 'MAINTENANCE_INVALID_REQUEST',
    });
  });
});

describe('the list of declared actions', () => {
  it('knows those of the migration manager, and takes what plugins declare, again and again', () => {
    const registry = new WorkRegistry();
    expect(registry.action('migration', 'execute')).toMatchObject({ kind: 'migration', mode: 'exclusive' });
    expect(registry.action('migration', 'list')).toBeUndefined();
    registry.declareAction('posts.tags:merge', { mode: 'quiet' });
    registry.declareAction('posts.tags:merge', { mode: 'exclusive', title: 'p: merge' });
    expect(registry.action('posts.tags', 'merge')).toEqual({
      kind: 'work',
      mode: 'exclusive',
      title: 'p: merge',
      startsCommand: false,
    });
  });

  it.each(['posts', 'posts:', ':merge', 'posts:merge:all', 'posts:merge?x=1'])(
    'refuses what is no action: %s',
    (name) => {
      expect(() => new WorkRegistry().declareAction(name, { mode: 'quiet' })).toThrow('resource:action');
    },
  );
});
