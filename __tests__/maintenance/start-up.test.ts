import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DoorOutcome } from '../../src/server/maintenance/start-up';
import { code, World, type SimulatedNode } from './world';

let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

/** Starts a node the way the host's `start` command does; resolves when the door let it through. */
function start(node: SimulatedNode): { outcome: DoorOutcome | undefined } {
  const state: { outcome: DoorOutcome | undefined } = { outcome: undefined };
  void node
    .startUp()
    .passDoor()
    .then((outcome) => (state.outcome = outcome));
  return state;
}

it('lets one of three install an empty database, and the others join without repeating it', async () => {
  world.wanted = undefined;
  const nodes = ['one', 'two', 'three'].map((name) => world.node(name));
  const doors = nodes.map(start);
  await world.until(() => doors.some(({ outcome }) => outcome), 'somebody leads');
  const leading = doors.filter(({ outcome }) => outcome?.outcome === 'lead');
  expect(leading).toHaveLength(1);
  expect(world.record).toMatchObject({ kind: 'install', phase: 'working' });

  const leader = nodes.find(({ agent }) => agent.self.bootId === world.record?.leader.bootId);
  if (leading[0]?.outcome?.outcome !== 'lead' || !leader) throw new Error('no leader');
  const { operation } = leading[0].outcome;
  operation.progress('load plugin [users], 45/77');
  await world.pass(5_000);
  const others = nodes.filter((node) => node !== leader);
  for (const node of others) {
    expect(node.agent.current).toBe('waiting');
    expect(node.told.at(-1)).toBe(
      `Waiting for ${leader.agent.self.name}, which runs install: load plugin [users], 45/77`,
    );
  }

  world.wanted = 'v1';
  leader.app.load();
  const done = operation.complete();
  await world.until(() => doors.every(({ outcome }) => outcome), 'the others pass');
  await done;
  expect(doors.map(({ outcome }) => outcome?.outcome).sort()).toEqual(['join', 'join', 'lead']);
  expect((await world.outsider.applied()).epoch).toBe(1);
  expect(leader.app.open).toBe(true);
});

it('takes no lease where code and database fit', async () => {
  await adopt('v1');
  const door = start(world.node('one'));
  await world.until(() => door.outcome !== undefined, 'the door opens');
  expect(door.outcome).toEqual({ outcome: 'join' });
  expect(world.record).toBeUndefined();
});

it('needs no store where code and database fit, and waits for it with words where they do not', async () => {
  await adopt('v1');
  const same = world.node('one');
  same.cutOff(true);
  const joins = start(same);
  await world.until(() => joins.outcome !== undefined, 'the door opens');
  expect(joins.outcome).toEqual({ outcome: 'join' });

  const other = world.node('two');
  other.app.disk = 'v2';
  other.cutOff(true);
  const waits = start(other);
  await world.pass(10_000);
  expect(waits.outcome).toBeUndefined();
  expect(other.told.at(-1)).toMatch(/out of reach/);
});

it('waits with words while it must not change the database, takes no lease for it, and goes on when it may', async () => {
  await adopt('v1');
  const node = world.node('one');
  node.app.disk = 'v2';
  let against: string | undefined = 'Outside of its windows.';
  node.objection = (kind) => against && `${kind}: ${against}`;
  const door = start(node);
  await world.pass(10_000);
  expect(door.outcome).toBeUndefined();
  expect(node.told.at(-1)).toBe('upgrade: Outside of its windows.');
  expect(world.record).toBeUndefined();

  against = undefined;
  await world.until(() => door.outcome !== undefined, 'the door opens');
  expect(door.outcome?.outcome).toBe('lead');
});

it('keeps a node that is older than the database out, and names the version it needs', async () => {
  await adopt('v1');
  const old = world.node('one', {}, '2.2.0');
  const door = start(old);
  await world.pass(10_000);
  expect(door.outcome).toBeUndefined();
  expect(old.told.at(-1)).toBe(
    'The database is for NocoBase 2.2.15; this node runs 2.2.0. Start this node with the image of NocoBase 2.2.15.',
  );
});

it('drains the serving nodes before a start changes the database', async () => {
  await adopt('v1');
  const [serving] = (await world.serving('one')) as [SimulatedNode];
  const newer = world.node('two');
  newer.app.disk = 'v2';
  const door = start(newer);
  await world.until(() => door.outcome !== undefined, 'the door opens');
  expect(door.outcome?.outcome).toBe('lead');
  expect(serving.agent.current).toBe('drained');
  expect(serving.app.open).toBe(false);
});

it('makes a node that joins in the middle of an operation wait for its end', async () => {
  await adopt('v1');
  const [leader] = (await world.serving('one')) as [SimulatedNode];
  const operation = await leader.begin();
  const drained = operation.drain();
  await world.until(() => leader.agent.current === 'drained', 'the leader has drained');
  await drained;
  await operation.enter();
  const late = world.node('two');
  const door = start(late);
  await world.pass(5_000);
  expect(door.outcome).toBeUndefined();
  expect(late.told.at(-1)).toMatch(/^Waiting for one, which runs pm.enable/);
  const completing = operation.complete();
  await world.until(() => door.outcome !== undefined, 'the door opens');
  await completing;
  expect(door.outcome).toEqual({ outcome: 'join' });
});

async function adopt(digest: string): Promise<void> {
  const outcome = await world.outsider.enter(1, 1_000);
  if (outcome.outcome !== 'entered') throw new Error(outcome.outcome);
  await outcome.hold.leave(code(digest));
}
