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

async function drained(): Promise<LedOperation> {
  const operation = await during(one.begin());
  expect(await during(operation.drain())).toEqual({ ok: true });
  return operation;
}

async function working(): Promise<LedOperation> {
  const operation = await drained();
  expect(await during(operation.enter())).toEqual({ ok: true });
  return operation;
}

/** The commit of the first change takes effect, and its answer is late. */
function slowCommit(ms: number): void {
  const { state } = one.coordination;
  const commit = state.commit.bind(state);
  state.commit = async (...args) => {
    const outcome = await commit(...args);
    await world.clock.sleep(ms);
    return outcome;
  };
}

/** The database says that node one stands in the guard; the answer is read late, and the loss of its place later still. */
function slowVerify(): void {
  const { guard } = one;
  const enter = guard.enter.bind(guard);
  guard.enter = async (...asked) => {
    const outcome = await enter(...asked);
    if (outcome.outcome !== 'entered') return outcome;
    const { hold } = outcome;
    const lost = new AbortController();
    hold.lost.addEventListener('abort', () => void world.clock.sleep(9_000).then(() => lost.abort()));
    const verify = () => hold.verify().then(() => world.clock.sleep(3_000));
    const slow = { lost: lost.signal, verify, prepareInstall: () => hold.prepareInstall(), leave: () => hold.leave() };
    return { outcome: 'entered', hold: slow };
  };
}

/** Node one announces its first change, and stands still until the other has settled that as if nothing had been changed. */
async function standStill(): Promise<{ readonly entering: ReturnType<LedOperation['enter']> }> {
  const operation = await drained();
  slowCommit(9_000);
  const entering = during(operation.enter());
  await world.pass(100);
  one.isolate(true);
  world.store.flush();
  await world.until(() => two.app.open, 'the other has settled it, and serves');
  return { entering };
}

describe('the work of a leader', () => {
  it('is not hindered while its lease is held', async () => {
    await working();
    await world.pass(5_000);
    expect(one.parts.hindrance()).toBeUndefined();
  });

  it('asks the guard for its place when the lease has run out', async () => {
    await working();
    one.cutOff(true);
    await world.pass(15_000);
    const hindrance = one.parts.hindrance();
    expect(hindrance).toBeInstanceOf(Promise);
    await during(hindrance ?? Promise.reject(new Error('none')));
    expect(one.parts.hindrance()).toBeUndefined();
  });

  it('does not use the database any more once somebody has taken its place away', async () => {
    await working();
    await world.outsider.breakHold();
    const hindrance = one.parts.hindrance();
    await expect(during(hindrance ?? Promise.resolve())).rejects.toThrow(/another operation has been inside since/);
    expect(one.app.fenced).toMatch(/another operation has been inside since/);
  });

  it('does not take an answer of the database for news that is older than its place there', async () => {
    slowVerify();
    await working();
    one.cutOff(true);
    await world.pass(15_000);
    const hindrance = one.parts.hindrance() ?? Promise.resolve();
    const refused = expect(during(hindrance)).rejects.toThrow();
    await world.pass(1_000);
    await world.outsider.breakHold();
    await refused;
  });

  it('that was cut off before the first change loads anew before it serves', async () => {
    const operation = await drained();
    expect(await during(operation.guard.enter())).toBe('entered');
    await world.outsider.breakHold();
    await world.until(() => one.app.fenced !== undefined, 'the app is cut off');
    await during(operation.abort('Changed my mind.'));
    await world.until(() => one.app.open, 'it serves again');
    expect(one.app).toMatchObject({ fenced: undefined, reloads: 1 });
  });
});

describe('a leader that is asked to end', () => {
  it('while it announces the first change finishes its work', async () => {
    const operation = await drained();
    slowCommit(3_000);
    const entering = operation.enter();
    await world.pass(100);
    const goodbye = one.coordinator.goodbye();
    expect(await during(entering)).toEqual({ ok: true });
    expect(world.record).toMatchObject({ phase: 'working', changed: true });
    one.app.load();
    await during(operation.complete());
    await during(goodbye);
    expect(world.record).toMatchObject({ result: expect.stringMatching(/done|degraded/) });
  });

  it('while it waits for the guard does not stay inside when that becomes free', async () => {
    const operation = await drained();
    const other = await world.outsider.enter(1_000, 1_000);
    const entering = during(operation.enter());
    await world.pass(300);
    await during(one.coordinator.goodbye());
    if (other.outcome === 'entered') await other.hold.leave();
    expect(await entering).toMatchObject({ ok: false });
    expect(await world.outsider.isHeld()).toBe(false);
    await world.until(() => two.app.open, 'the other serves');
  });
});

describe('a leader that stood still while it announced the first change', () => {
  it('does not begin its work once somebody has settled the operation as one that changed nothing', async () => {
    const { entering } = await standStill();
    expect(world.record).toMatchObject({ result: 'aborted', changed: false });
    one.isolate(false);
    expect(await entering).toMatchObject({ ok: false });
    expect(one.agent.current).not.toBe('working');
    await world.until(() => one.app.open, 'it serves again');
  });
});

describe('a first change that is being announced', () => {
  it('is not taken back by a word about progress that comes in between', async () => {
    const operation = await drained();
    slowCommit(3_000);
    const entering = during(operation.enter());
    await world.pass(100);
    operation.progress('load plugin [users]');
    expect(await entering).toEqual({ ok: true });
    await world.pass(1_000);
    expect(world.record).toMatchObject({ phase: 'working', changed: true });
  });
});

describe('a store that forgot the first change before the leader had heard that it was announced', () => {
  it('may promise a cancel, and then nothing is changed', async () => {
    const operation = await drained();
    slowCommit(6_000);
    const entering = during(operation.enter());
    await world.pass(100);
    world.store.flush();
    await world.pass(4_000);
    expect(world.record).toMatchObject({ phase: 'draining', changed: false });
    expect(await during(two.parts.resolver.cancel(operation.record.id, 'somebody'))).toMatchObject({ ok: true });
    expect(await entering).toMatchObject({ ok: false, reason: expect.stringContaining('somebody') });
    expect(one.agent.current).not.toBe('working');
    await world.until(() => one.app.open && two.app.open, 'all serve');
    expect(world.record).toMatchObject({ result: 'aborted', changed: false });
  });

  it('hears of it again, and the work begins', async () => {
    const operation = await drained();
    slowCommit(6_000);
    const entering = during(operation.enter());
    await world.pass(100);
    world.store.flush();
    expect(await entering).toEqual({ ok: true });
    expect(world.record).toMatchObject({ phase: 'working', changed: true });
  });
});

describe('a leader whose operation others have ended', () => {
  it('does not wait for those who would have to come back any longer', async () => {
    const three = world.node('three');
    await during(three.join());
    const operation = await working();
    two.freeze(true);
    one.cutOff(true);
    one.app.load();
    const { settled } = await during(operation.complete());
    await world.until(() => world.over(), 'somebody ends it');
    one.cutOff(false);
    const since = world.clock.monotonic();
    await during(settled);
    expect(world.clock.monotonic() - since).toBeLessThan(10_000);
    expect(one.coordinator.hindrance()).toBeUndefined();
    const request = { kind: 'pm.disable', subject: 'q', requestedBy: 'test' } as const;
    expect(await during(one.coordinator.begin(request))).toMatchObject({ outcome: 'leading' });
    two.freeze(false);
  });
});

describe('a leader that stood still while others resolved its operation', () => {
  it('leads nothing else before it has ended that', async () => {
    const { entering } = await standStill();
    one.isolate(false);
    const request = { kind: 'pm.disable', subject: 'q', requestedBy: 'test' } as const;
    expect(await during(one.coordinator.begin(request))).toMatchObject({
      outcome: 'busy',
      record: { kind: 'pm.enable' },
    });
    expect(world.record).toMatchObject({ kind: 'pm.disable', result: 'aborted' });
    expect(await entering).toMatchObject({ ok: false });
    await world.until(() => one.app.open, 'it serves again');
    expect(await during(one.coordinator.begin(request))).toMatchObject({ outcome: 'leading' });
  });
});

describe('an operation that took its epoch before one that has come and gone', () => {
  it('does not lead, although a store that was emptied gives it the lease', async () => {
    const { lease } = two.coordination;
    const acquire = lease.acquire.bind(lease);
    lease.acquire = async (...asked) => {
      lease.acquire = acquire;
      const between = await one.begin('pm.disable');
      await between.drain();
      await between.abort('Never mind.');
      world.store.flush();
      return acquire(...asked);
    };
    const operation = await during(two.begin());
    expect(operation.record.epoch).toBe(1);
    expect(await during(operation.drain())).toMatchObject({
      ok: false,
      reason: 'one began pm.disable (epoch 2) after this had taken epoch 1; try again.',
    });
    await world.until(() => one.app.open && two.app.open, 'all serve');
    expect(await during((await during(two.begin())).drain())).toEqual({ ok: true });
  });
});

describe('an operation whose drain takes long', () => {
  it('is settled by nobody while its leader holds the lease', async () => {
    two.app.requests = 1;
    const operation = await during(one.begin());
    const draining = during(operation.drain());
    await world.pass(25_000);
    expect(await world.database.ledger().find(operation.record.id)).toMatchObject({ phase: 'draining' });
    two.app.requests = 0;
    expect(await draining).toEqual({ ok: true });
    expect(await during(operation.enter())).toEqual({ ok: true });
    one.app.load();
    two.app.breaks = 'It loads for ever.';
    const { settled } = await during(operation.complete());
    expect(await during(settled)).toBe('degraded');
    expect(await world.database.ledger().find(operation.record.id)).toEqual(world.record);
  });
});

describe('a node that fails while it loads', () => {
  it('tries again, and serves', async () => {
    const operation = await working();
    world.wanted = 'v2';
    one.app.load();
    await during(operation.complete());
    await world.until(() => two.agent.current === 'reloading', 'it loads');
    two.agent.fail('Its place was taken away.');
    await world.pass(1_500);
    expect(two.agent.current).toBe('failed');
    await world.until(() => two.app.open, 'it serves', 10_000);
    expect(two.app.reloads).toBe(2);
  });
});

describe('a drain', () => {
  it('counts nobody who looked before the operation was told to the database', async () => {
    const { write } = one.ledger;
    one.ledger.write = async (record) => {
      await world.clock.sleep(2_000);
      return write.call(one.ledger, record);
    };
    const begun = await during(one.begin());
    const draining = during(begun.drain());
    await world.pass(100);
    const three = world.node('three');
    three.cutOff(true);
    await during(three.join());
    expect(three.app.open).toBe(true);
    expect(await draining).toEqual({ ok: true });
    expect(three.agent.current).toBe('drained');
    three.cutOff(false);
  });
});

describe('a node that drained and then lost Redis', () => {
  it('does not take the end of an operation that never came to lead for the end of the one it drained for', async () => {
    const { record } = await drained();
    two.cutOff(true);
    const ghost = { ...record, id: 'ghost', epoch: record.epoch + 1, phase: 'idle', result: 'aborted' } as const;
    await world.database.ledger().write(ghost);
    await world.pass(5_000);
    expect(two.agent.lastRecord?.id).toBe(record.id);
    expect(two.agent.current).toBe('drained');
    expect(two.app.open).toBe(false);
    two.cutOff(false);
  });
});

describe('a node that was taken for gone while it started', () => {
  it('loads nothing while another one works, and goes on afterwards', async () => {
    const three = world.node('three');
    expect(await during(three.agent.passDoor())).toBe(true);
    three.isolate(true);
    await world.pass(15_000);
    const operation = await working();
    three.isolate(false);
    await world.until(() => three.agent.lastRecord?.id === operation.record.id, 'it knows of the operation');
    let mayLoad = false;
    const hindrance = three.parts.hindrance();
    expect(hindrance).toBeInstanceOf(Promise);
    void hindrance?.then(() => (mayLoad = true));
    await world.pass(60_000);
    expect(mayLoad).toBe(false);
    one.app.load();
    await during(operation.complete());
    await world.until(() => mayLoad, 'it goes on');
  });
});

describe('a node that hears from nobody', () => {
  it('does not take an answer for news that it had asked for long before it stood still', async () => {
    const { state } = two.coordination;
    const report = state.report.bind(state);
    let wakeUp = () => {};
    const awake = new Promise<void>((resolve) => (wakeUp = resolve));
    const hanging: (() => void)[] = [];
    state.report = async (...args) => {
      const answer = await report(...args);
      state.report = () => new Promise((_, reject) => hanging.push(() => reject(new Error('No answer in time.'))));
      await awake;
      return answer;
    };
    await world.pass(12_000);
    expect(two.agent.isInformed).toBe(false);
    wakeUp();
    await world.pass(100);
    expect(two.agent.isInformed).toBe(false);
    expect(two.parts.hindrance()).toBeInstanceOf(Promise);
    state.report = report;
    for (const giveUp of hanging) giveUp();
    await world.until(() => two.agent.isInformed && two.app.open, 'it hears again, and serves');
  });

  it('stops by itself although its look hangs', async () => {
    const { state } = two.coordination;
    const report = state.report.bind(state);
    const hanging: (() => void)[] = [];
    state.report = () => new Promise((_, reject) => hanging.push(() => reject(new Error('No answer in time.'))));
    await world.until(() => !two.app.open, 'it takes no traffic any more', 20_000);
    state.report = report;
    for (const giveUp of hanging) giveUp();
    await world.until(() => two.app.open, 'it serves again');
  });

  it('does not pass the door of a start, and says why', async () => {
    const three = world.node('three');
    three.isolate(true);
    expect(await during(three.agent.passDoor())).toBe(false);
    expect(three.agent.why).toMatch(/reaches neither Redis nor the database/);
    three.isolate(false);
    expect(await during(three.agent.passDoor())).toBe(true);
  });

  it('does not take traffic at the end of a start before somebody has answered', async () => {
    const three = world.node('three');
    expect(await during(three.agent.passDoor())).toBe(true);
    three.app.load();
    three.isolate(true);
    const serving = three.agent.verifyAndServe('');
    await world.pass(3_000);
    expect(three.app.open).toBe(false);
    three.isolate(false);
    await during(serving);
    expect(three.app.open).toBe(true);
  });
});
