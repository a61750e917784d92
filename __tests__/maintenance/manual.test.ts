import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEntry } from '../../src/server/core/entry';
import type { EnterOutcome, Person } from '../../src/server/maintenance/manual';
import { Lookout } from '../../src/server/maintenance/lookout';
import type { Answer } from '../../src/server/maintenance/resolver';
import { createMemoryCoordination } from '../../src/server/memory';
import { World, type SimulatedNode } from './world';

const OLGA: Person = { name: 'Olga', identity: 'user 1' };
const PETRO: Person = { name: 'Petro', identity: 'user 2' };

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

function entering(node: SimulatedNode, values: Record<string, unknown> = {}, by = OLGA): Promise<EnterOutcome> {
  const read = readEntry({ reason: 'Moving the disks', ...values });
  if (!read.ok) throw new Error(read.problem);
  return node.parts.manual.enter(read.entry, by);
}

async function entered(node: SimulatedNode, values: Record<string, unknown> = {}, by = OLGA): Promise<string> {
  const outcome = await during(entering(node, values, by));
  if (outcome.outcome !== 'entered') throw new Error(JSON.stringify(outcome));
  return outcome.record.id;
}

function exiting(node: SimulatedNode, operationId: string, by = OLGA, override = false): Promise<Answer> {
  return node.parts.manual.exit({ operationId, by, override, reason: '' });
}

/** An operation that ends well. */
async function changed(node: SimulatedNode): Promise<void> {
  const operation = await during(node.begin());
  await during(operation.drain());
  await during(operation.enter());
  await during((await during(operation.complete())).settled);
  await world.until(allServe, 'all serve');
}

const open = () => [one, two, three].filter(({ app }) => app.open && !app.paused).map(({ agent }) => agent.self.name);
const allServe = () => open().length === 3;

describe('manual maintenance', () => {
  it('stands when every node has stopped, without a lease, a guard or a leader', async () => {
    await entered(one);
    expect(open()).toEqual([]);
    expect(world.record).toMatchObject({
      kind: 'maintenance',
      phase: 'working',
      changed: false,
      subject: 'Moving the disks',
    });
    expect(await world.outsider.isHeld()).toBe(false);
    expect(world.store.acquire({ ...structuredClone(world.record!), id: 'x' }, 1_000, 0, 0).outcome).toBe('busy');
  });

  it('stays as it is when the node that began it is gone, for longer than any lease', async () => {
    const id = await entered(one);
    one.kill();
    await world.pass(60_000);
    expect(world.record).toMatchObject({ id, phase: 'working' });
    expect(open()).toEqual([]);
    expect(await during(exiting(two, id))).toMatchObject({ ok: true });
    await world.until(() => open().join() === 'two,three', 'the others serve', 1_000);
  });

  it('ends in less than a second on every node, and nobody reloads', async () => {
    const id = await entered(one);
    await world.pass(5_000);
    expect(await during(exiting(two, id))).toMatchObject({ ok: true });
    expect(await world.until(allServe, 'all serve')).toBeLessThan(1_000);
    expect([one, two, three].map(({ app }) => app.reloads)).toEqual([0, 0, 0]);
    expect(world.record).toMatchObject({ phase: 'idle', result: 'done', reason: 'Ended by Olga.' });
    expect(await two.ledger.find(id)).toMatchObject({ result: 'done' });
    const operation = await during(two.begin());
    expect(await during(operation.drain())).toEqual({ ok: true });
    await during(operation.abort('enough'));
    await world.until(allServe, 'all serve');
    expect([one, two, three].map(({ app }) => app.reloads)).toEqual([0, 0, 0]);
  });

  it('reloads nobody either on a database whose operations are not known any more', async () => {
    const guard = world.database.guard();
    const entered = await during(guard.enter(41, 1_000));
    if (entered.outcome === 'entered') await entered.hold.leave();
    for (const node of [one, two, three]) node.kill();
    [one, two, three] = (await world.serving('a', 'b', 'c')) as [SimulatedNode, SimulatedNode, SimulatedNode];
    const outcome = await during(entering(one));
    const id = outcome.outcome === 'entered' ? outcome.record.id : '';
    await during(exiting(two, id));
    expect(await world.until(allServe, 'all serve')).toBeLessThan(1_000);
    expect([one, two, three].map(({ app }) => app.reloads)).toEqual([0, 0, 0]);
  });

  it('leaves the named node open, whichever node is asked', async () => {
    const id = await entered(one, { openNode: 'two' });
    expect(open()).toEqual(['two']);
    await during(exiting(three, id));
    await world.until(allServe, 'all serve');
    await entered(one, { openNode: 'one' });
    expect(open()).toEqual(['one']);
  });

  it('refuses a node that nobody knows, and a name that two have', async () => {
    expect(await during(entering(one, { openNode: 'four' }))).toEqual({
      outcome: 'invalid',
      reason: 'No node is called "four"; there are: one, three, two.',
    });
    const twin = world.node('twin', { CLUSTER_MAINTENANCE_NODE_NAME: 'two' });
    await during(twin.join());
    await world.until(() => world.store.roster().length === 4, 'it reports');
    expect(await during(entering(one, { openNode: 'two' }))).toMatchObject({
      reason: '2 nodes are called "two": give each a name of its own.',
    });
    expect(world.record).toBeUndefined();
  });

  it('is aborted with the names of those who do not stop, and then everybody serves', async () => {
    two.app.requests = 1;
    const outcome = await during(entering(one));
    expect(outcome).toMatchObject({
      outcome: 'aborted',
      reason: expect.stringContaining('two (draining, 1 request') as string,
    });
    two.app.requests = 0;
    await world.until(allServe, 'all serve', 1_000);
  });

  it('is refused while another operation runs, and keeps others out while it stands', async () => {
    const operation = await during(one.begin());
    expect(await during(entering(two))).toMatchObject({ outcome: 'busy', record: { kind: 'pm.enable' } });
    await during(operation.abort('enough'));
    await world.until(allServe, 'all serve');
    await entered(two);
    const begun = await during(one.coordinator.begin({ kind: 'pm.enable', subject: 'p', requestedBy: 'test' }));
    expect(begun).toMatchObject({ outcome: 'busy', record: { kind: 'maintenance', requestedBy: 'Olga' } });
  });
});

describe('the end of a manual maintenance', () => {
  it('has to name it', async () => {
    await entered(one);
    const refused = await during(exiting(two, 'another'));
    expect(refused).toEqual({ ok: false, refusal: 'Another maintenance is under way: Moving the disks, by Olga.' });
    expect(open()).toEqual([]);
  });

  it('is refused to somebody else, unless that is meant', async () => {
    const id = await entered(one);
    expect(await during(exiting(two, id, PETRO))).toEqual({
      ok: false,
      refusal: 'Olga entered it: Moving the disks. Override that if you have to end it all the same.',
    });
    expect(open()).toEqual([]);
    expect(await during(exiting(two, id, PETRO, true))).toMatchObject({ ok: true });
    expect(world.record?.reason).toBe('Ended by Petro.');
    await world.until(allServe, 'all serve', 1_000);
  });

  it('is told to whoever comes second', async () => {
    const id = await entered(one);
    const answers = await during(Promise.all([exiting(one, id), exiting(two, id), exiting(three, id)]));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('cancels it while nodes still drain', async () => {
    two.app.requests = 1;
    const asked = entering(one);
    await world.until(() => world.record?.phase === 'draining', 'it drains');
    const id = world.record?.id ?? '';
    expect(await during(exiting(three, id, PETRO))).toMatchObject({ ok: false });
    expect(await during(exiting(three, id))).toMatchObject({ ok: true });
    expect(await during(asked)).toMatchObject({
      outcome: 'aborted',
      reason: 'Cancelled by Olga before the first change.',
    });
    two.app.requests = 0;
    await world.until(allServe, 'all serve', 1_000);
  });

  it('waits for a lease that its beginner left behind when it disappeared', async () => {
    one.coordination.lease.release = () => Promise.reject(new Error('gone'));
    const id = await entered(one);
    one.kill();
    expect(await during(exiting(two, id))).toMatchObject({ ok: true });
    await world.until(() => open().join() === 'two,three', 'the others serve', 1_000);
  });

  it('is known to a node that cannot reach the store', async () => {
    const id = await entered(one);
    three.cutOff(true);
    await world.pass(2_000);
    expect(three.app.open).toBe(false);
    await during(exiting(two, id));
    await world.until(allServe, 'all serve', 3_000);
  });
});

describe('a single node', () => {
  it('finds the maintenance again that it was in when it was started anew, and no other operation', async () => {
    const { clock } = world;
    const ledger = world.database.ledger();
    const id = await entered(one);
    const look = () => {
      const alone = createMemoryCoordination(clock);
      return new Lookout(alone, ledger, clock, 10_000).look(one.agent.report());
    };
    expect((await look()).record).toMatchObject({ id, phase: 'working' });
    await during(exiting(one, id));
    expect((await look()).record).toBeUndefined();
    await world.until(allServe, 'all serve');
    const operation = await during(one.begin());
    await during(operation.drain());
    expect((await look()).record).toBeUndefined();
    await during(operation.abort('enough'));
  });
});

describe('other ways out', () => {
  it('are not those of a manual maintenance that stands, and say so', async () => {
    const id = await entered(one);
    const refusal = 'Every node has stopped for this maintenance: end it instead.';
    expect(await during(two.parts.resolver.cancel(id, 'Olga'))).toEqual({ ok: false, refusal });
    expect(await during(two.parts.resolver.resolve(id, 'resume', 'Olga'))).toEqual({ ok: false, refusal });
  });
});

describe('the time limit', () => {
  it('ends it', async () => {
    await entered(one, { expiresInSeconds: 30 });
    await world.pass(29_000);
    expect(open()).toEqual([]);
    await world.until(allServe, 'all serve', 2_000);
    expect(world.record).toMatchObject({ result: 'done', reason: 'Its time limit of 30 s was reached.' });
  });

  it('ends it when all nodes were started anew, and counts from its beginning', async () => {
    await entered(one, { expiresInSeconds: 60 });
    await world.pass(20_000);
    for (const node of [one, two, three]) node.kill();
    await world.pass(20_000);
    const four = world.node('four');
    await during(four.join());
    expect(four.agent.current).toBe('drained');
    expect(four.app.open).toBe(false);
    await world.pass(17_000);
    expect(four.app.open).toBe(false);
    await world.until(() => four.app.open, 'it serves', 5_000);
  });

  it('is kept by a node that waits at its door', async () => {
    await entered(one, { expiresInSeconds: 30 });
    for (const node of [one, two, three]) node.kill();
    const four = world.node('four');
    world.wanted = 'v2';
    let passed = false;
    void four
      .startUp()
      .passDoor()
      .then(() => (passed = true));
    await world.pass(20_000);
    expect(passed).toBe(false);
    // Whoever asks that node gets to read it: no names.
    expect(four.told.at(-1)).toMatch(
      /^Waiting for the end of a manual maintenance\. Ways to end it: .*maintenance exit/,
    );
    expect(four.told.join()).not.toContain('Olga');
    await world.until(() => passed, 'it passes', 15_000);
  });

  it('is kept when the store is gone, and stays kept when that comes back', async () => {
    await entered(one, { expiresInSeconds: 30 });
    for (const node of [one, two, three]) node.cutOff(true);
    await world.until(allServe, 'all serve', 40_000);
    for (const node of [one, two, three]) node.cutOff(false);
    await world.until(() => world.over(), 'the store learns of it', 5_000);
    await world.until(allServe, 'all serve', 5_000);
  });

  it('is not lost with the store, nor is the maintenance', async () => {
    await entered(one, { expiresInSeconds: 60 });
    world.store.flush();
    await world.pass(20_000);
    expect(open()).toEqual([]);
    expect(world.record).toMatchObject({ kind: 'maintenance', phase: 'working' });
    await world.until(allServe, 'all serve', 60_000);
  });

  it('is kept although the work replaced the tables', async () => {
    const load = world.database.dump();
    const id = await entered(one, { expiresInSeconds: 30 });
    world.database.load(load);
    await world.pass(10_000);
    expect(await two.ledger.latest()).toMatchObject({ id });
    await world.until(allServe, 'all serve', 25_000);
  });
});

describe('a node that starts during a manual maintenance', () => {
  it('starts and then takes no traffic, when it has nothing to change', async () => {
    // The database has to know what it fits.
    await changed(one);
    const id = await entered(one);
    one.kill();
    const again = world.node('one again');
    const passed = await during(
      again
        .startUp()
        .passDoor()
        .then(async ({ outcome }) => {
          again.app.load();
          await again.agent.verifyAndServe('');
          return outcome;
        }),
    );
    expect(passed).toBe('join');
    expect(again.agent.current).toBe('drained');
    expect(again.app.open).toBe(false);
    await during(exiting(two, id));
    await world.until(() => again.app.open && two.app.open && three.app.open, 'all serve', 1_000);
  });

  it('serves when it is the open one, also after a restart', async () => {
    await entered(one, { openNode: 'two' });
    two.kill();
    const again = world.node('second', { CLUSTER_MAINTENANCE_NODE_NAME: 'two' });
    await during(again.join());
    await world.until(() => again.app.open, 'it serves', 1_000);
    await world.pass(5_000);
    expect([again.app.open, three.app.open]).toEqual([true, false]);
  });
});
