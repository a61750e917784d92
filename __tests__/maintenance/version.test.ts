import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import type { DoorOutcome } from '../../src/server/maintenance/start-up';
import { code, World, type SimulatedNode } from './world';

const NEW = '2.2.16';
const OLDER = `The database is for NocoBase ${NEW}; this node runs 2.2.15. Start this node with the image of NocoBase ${NEW}.`;

let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

describe('an upgrade to another version, while two nodes serve', () => {
  it('leaves the old nodes out of traffic with the next step, and they load nothing', async () => {
    const { old, leader, operation } = await upgrading();
    world.installed = NEW;
    world.wanted = 'v2';
    leader.app.load();
    const { settled } = await operation.complete();
    await world.until(
      () => old.every(({ agent }) => agent.current === 'failed'),
      'the old nodes say that they are old',
    );
    for (const { agent, app } of old) expect([agent.why, app.open, app.reloads]).toEqual([OLDER, false, 0]);
    expect(leader.app.open).toBe(true);
    await expect(settled).resolves.toBe('degraded');
    expect(world.record).toMatchObject({ kind: 'upgrade', versions: { from: '2.2.15', to: NEW } });

    await world.pass(120_000);
    for (const { agent, app } of old) expect([agent.current, app.open, app.reloads]).toEqual(['failed', false, 0]);
  });

  it('is held when it fails, with the steps that are left, and nobody repeats it or serves', async () => {
    const { old, operation } = await upgrading();
    await operation.complete('Migration 7 failed');
    await world.until(() => world.record?.phase === 'held', 'the operation is held');
    expect(world.record).toMatchObject({ phase: 'held', changed: true, target: '' });
    const { id, reason } = world.record ?? { id: '' };
    expect(reason).toContain(`The upgrade from NocoBase 2.2.15 to ${NEW} failed on new: Migration 7 failed.`);
    expect(reason).toContain(
      'restore a backup of your own from before the upgrade, then "yarn nocobase maintenance resolve',
    );
    expect(reason).toContain(`"yarn nocobase maintenance resolve ${id} retry"`);
    const doors = [start(world.node('late', {}, NEW)), start(world.node('late and old'))];
    await world.pass(60_000);
    expect(doors.map(({ outcome }) => outcome)).toEqual([undefined, undefined]);
    for (const { agent, app } of old) expect([agent.current, app.open]).toEqual(['drained', false]);
  });

  it('whose leader was killed in the middle keeps old nodes out until a new one has done it again', async () => {
    const { old, leader } = await upgrading();
    leader.kill();
    await world.until(() => world.over(), 'the operation is settled');
    expect(world.record).toMatchObject({ result: 'failed', interrupted: true });
    const late = world.node('late and old');
    const door = start(late);
    await world.pass(60_000);
    expect(door.outcome).toBeUndefined();
    expect(late.told.at(-1)).toContain(`The upgrade of the database to NocoBase ${NEW} has begun and not ended`);
    for (const { agent, app } of old) {
      expect([agent.current, app.open, app.reloads]).toEqual(['failed', false, 0]);
      expect(agent.why).toContain(`Start this node with the image of NocoBase ${NEW}.`);
    }
    const again = start(newer());
    await world.until(() => again.outcome !== undefined, 'another new node may do it again');
    expect(again.outcome).toMatchObject({ outcome: 'lead' });
  });

  it('is held for a person where that is asked for, and done when the person has looked', async () => {
    const { leader, operation } = await upgrading({ CLUSTER_MAINTENANCE_VERIFY: 'person' });
    world.installed = NEW;
    world.wanted = 'v2';
    leader.app.load();
    await operation.complete();
    await world.until(() => world.record?.phase === 'held', 'the operation is held');
    expect(world.record?.reason).toContain(`new runs NocoBase ${NEW} and waits for somebody to look at it`);
    await leader.parts.resolver.resolve(world.record?.id ?? '', 'resume', 'admin');
    await world.until(() => leader.app.open, 'the new node serves');
    expect(world.record).toMatchObject({ result: 'done' });
  });

  it('is held when a check of the operator answers wrongly, and a person may open the nodes all the same', async () => {
    const { leader, operation } = await upgrading();
    world.installed = NEW;
    world.wanted = 'v2';
    leader.app.load();
    leader.app.unverified = '/api/orders:list answered 500 instead of 200.';
    await operation.complete();
    await world.until(() => world.record?.phase === 'held', 'the operation is held');
    expect(world.record).toMatchObject({ phase: 'held', target: 'v2' });
    expect(world.record?.reason).toContain('the verification failed: /api/orders:list answered 500 instead of 200.');
    const door = start(newer());
    await world.pass(10_000);
    expect([leader.app.open, door.outcome]).toEqual([false, undefined]);

    const answer = await leader.parts.resolver.resolve(world.record?.id ?? '', 'resume', 'admin');
    expect(answer.ok).toBe(true);
    await world.until(() => leader.app.open && door.outcome !== undefined, 'the new nodes serve');
    expect(door.outcome).toEqual({ outcome: 'join' });
  });
});

describe('a start of the old version that is slow, while the database becomes newer', () => {
  beforeEach(async () => {
    const outcome = await world.outsider.enter(1, 1_000);
    if (outcome.outcome === 'entered') await outcome.hold.leave(code('v1'));
  });

  it('does not load the app, although it has passed the door', async () => {
    const slow = world.node('slow');
    let passed = false;
    slow.app.installedVersion = async () => {
      passed ||= slow.agent.current === 'starting';
      return passed ? NEW : '2.2.15';
    };
    const door = start(slow);
    await world.pass(5_000);
    expect([passed, door.outcome, slow.agent.current, slow.told.at(-1)]).toEqual([true, undefined, 'waiting', OLDER]);
  });

  it('does not change anything, although it has the lease', async () => {
    const slow = world.node('slow');
    slow.app.disk = 'v0';
    slow.app.installedVersion = async () => (world.record ? NEW : '2.2.15');
    const door = start(slow);
    await world.pass(5_000);
    expect([door.outcome, slow.told.at(-1)]).toEqual([undefined, OLDER]);
    expect(world.record).toMatchObject({ result: 'aborted', changed: false, reason: OLDER });
  });
});

it('neither loads older plugins than the database is for, nor lets a start with them take the cluster back', async () => {
  const [leader, behind] = (await world.serving('one', 'two')) as [SimulatedNode, SimulatedNode];
  const late = world.node('late');
  for (const { app } of [behind, late]) keepOldFiles(app);
  const operation = await leader.begin('pm.update');
  let entered = false;
  void operation.drain().then(async () => (entered = (await operation.enter()).ok));
  await world.until(() => entered, 'the work may begin');
  await operation.complete();
  await world.until(() => behind.agent.current === 'failed' && leader.app.open, 'the operation is over');
  const door = start(late);
  await world.pass(90_000);
  const words = 'The database is for p 1.0.0 (this node has 0.9.0). Give this node the same plugin files.';
  expect(behind.agent.why).toContain(words);
  expect(late.told.at(-1)).toContain(words);
  expect([door.outcome, behind.app.open, behind.app.reloads, leader.app.open]).toEqual([undefined, false, 0, true]);
});

function keepOldFiles(app: SimulatedNode['app']): void {
  const { plugins, ...old } = code('v0');
  app.expected = async () => ({ ...old, plugins: plugins.map((plugin) => ({ ...plugin, version: '0.9.0' })) });
}

/** Two old nodes have drained for a new one, which works. */
async function upgrading(
  env: Record<string, string> = {},
): Promise<{ old: SimulatedNode[]; leader: SimulatedNode; operation: LedOperation }> {
  const old = await world.serving('one', 'two');
  const leader = newer(env);
  const door = start(leader);
  await world.until(() => door.outcome !== undefined, 'the new node leads');
  if (door.outcome?.outcome !== 'lead') throw new Error('It does not lead.');
  expect(old.map(({ agent }) => agent.current)).toEqual(['drained', 'drained']);
  return { old, leader, operation: door.outcome.operation };
}

function newer(env: Record<string, string> = {}): SimulatedNode {
  const node = world.node('new', env, NEW);
  node.app.disk = 'v2';
  return node;
}

function start(node: SimulatedNode): { outcome: DoorOutcome | undefined } {
  const state: { outcome: DoorOutcome | undefined } = { outcome: undefined };
  void node
    .startUp()
    .passDoor()
    .then((outcome) => (state.outcome = outcome));
  return state;
}
