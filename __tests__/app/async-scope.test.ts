import { afterEach, describe, expect, it } from 'vitest';
import { AsyncScope, ScopeWatch } from '../../src/server/app/async-scope';
import { ManualClock } from '../memory/manual-clock';

const LOOK = 10_000;
/** All promises that are ready have been followed. */
const followed = () => new Promise((resolve) => setImmediate(resolve));

/** Something that goes on after what it was begun in has ended, as the host's commands do after their request. */
function leftBehind(scope: AsyncScope<string>) {
  let goOn = () => {};
  const seen = (async () => {
    await new Promise<void>((resolve) => (goOn = resolve));
    return scope.get();
  })();
  return { look: () => (goOn(), seen) };
}

async function begunIn(scope: AsyncScope<string>, value: string): Promise<{ look: () => Promise<string | undefined> }> {
  return scope.run(value, () => Promise.resolve(leftBehind(scope)));
}

describe('a scope', () => {
  const clock = new ManualClock();
  const watches: ScopeWatch[] = [];
  let busy = false;

  const watch = () => {
    const started = new ScopeWatch(clock, () => busy);
    watches.push(started);
    started.start();
  };
  const pass = async (looks: number) => {
    for (let look = 0; look < looks; look += 1) {
      clock.pass(LOOK);
      await followed();
    }
  };
  afterEach(() => {
    for (const one of watches.splice(0)) one.stop();
    busy = false;
  });

  it('is known to whatever is called from within, also later, and to nobody else', async () => {
    const scope = new AsyncScope<string>();
    const late = await begunIn(scope, 'one');
    expect(scope.get()).toBeUndefined();
    await scope.run('two', async () => {
      await followed();
      expect(scope.get()).toBe('two');
    });
    expect(await late.look()).toBe('one');
  });

  it('answers and fails as what runs within does', async () => {
    const scope = new AsyncScope<string>();
    await expect(scope.run('one', () => Promise.reject(new Error('it')))).rejects.toThrow('it');
    expect(await scope.run('one', () => Promise.resolve(7))).toBe(7);
  });

  it('is switched off when nothing was within it for a minute, and on again by its next use', async () => {
    const scope = new AsyncScope<string>();
    watch();
    const [early, late] = [await begunIn(scope, 'one'), await begunIn(scope, 'one')];
    await pass(6);
    expect(await early.look()).toBe('one');
    await pass(1);
    expect(await late.look()).toBeUndefined();
    expect(await scope.run('two', () => Promise.resolve(scope.get()))).toBe('two');
  });

  it('stays while something is within it, or an operation goes on in any app of the process', async () => {
    const scope = new AsyncScope<string>();
    watch();
    watches.push(new ScopeWatch(clock, () => false));
    watches[1]?.start();
    let end = () => {};
    const inside = scope.run('one', () => new Promise<void>((resolve) => (end = resolve)));
    const late = await begunIn(scope, 'one');
    await pass(20);
    busy = true;
    end();
    await inside;
    await pass(20);
    expect(await late.look()).toBe('one');
  });

  it('is left as it is when nobody watches any more', async () => {
    const scope = new AsyncScope<string>();
    watch();
    const late = await begunIn(scope, 'one');
    watches[0]?.stop();
    await pass(20);
    expect(await late.look()).toBe('one');
  });
});
