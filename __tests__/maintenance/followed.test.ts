import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { endFollowed } from '../../src/server/maintenance/followed';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import { World, type SimulatedNode } from './world';

const QUIET = { info() {}, warn() {}, error() {} };

let world: World;
let two: SimulatedNode;
let three: SimulatedNode;

beforeEach(async () => {
  world = new World();
  const [one, ...others] = (await world.serving('one', 'two', 'three')) as [
    SimulatedNode,
    SimulatedNode,
    SimulatedNode,
  ];
  [two, three] = others;
  const operation = await during(one.begin());
  expect(await during(operation.drain())).toEqual({ ok: true });
  expect(await during(operation.enter())).toEqual({ ok: true });
  one.kill();
  await world.until(() => world.record?.phase === 'held', 'the operation is held');
});
afterEach(() => world.close());

const during = <T>(promise: Promise<T>) => world.during(promise);

function held(): OperationRecord {
  if (world.record?.phase !== 'held') throw new Error(`Not held but ${world.record?.phase}.`);
  return world.record;
}

async function takeUp(node: SimulatedNode): Promise<LedOperation> {
  const begun = await during(node.parts.coordinator.begin(again(held())));
  if (begun.outcome !== 'leading') throw new Error('Somebody else leads.');
  return begun.operation;
}

/** It does not see what becomes of the operation. */
function looksAwayWhenItFails(): void {
  const { agent } = two;
  const fail = agent.fail.bind(agent);
  agent.fail = (reason) => {
    fail(reason);
    two.isolate(true);
  };
}

const again = ({ epoch }: OperationRecord) =>
  ({ kind: 'pm.enable', subject: 'p', requestedBy: 'Ada', follows: epoch }) as const;

const phases = () => [two, three].map(({ agent }) => agent.current);

it('an operation that takes up a held one and is aborted leaves it held, and nobody serves', async () => {
  const operation = await takeUp(two);
  expect(await during(operation.drain())).toEqual({ ok: true });
  await during(operation.abort('Cancelled by Ada.'));
  await world.pass(5_000);
  expect(held()).toMatchObject({ id: operation.record.id, changed: true });
  expect(held().reason).toMatch(/^pm\.enable p did not begin, .* Cancelled by Ada\.$/);
  expect(phases()).not.toContain('serving');
  expect(await during(three.parts.resolver.resolve(held().id, 'resume', 'Ada'))).toMatchObject({ ok: true });
  await world.until(() => phases().every((phase) => phase === 'serving'), 'everybody serves after a person said so');
});

it('one whose leader is killed before its first change leaves it held', async () => {
  const operation = await takeUp(two);
  expect(await during(operation.drain())).toEqual({ ok: true });
  two.kill();
  await world.until(() => world.record?.phase === 'held', 'it is held again');
  expect(held().reason).toContain('two disappeared before that.');
  expect(three.agent.current).not.toBe('serving');
});

it('one whose leader never heard that it leads leaves it held, and nobody serves', async () => {
  const { epoch } = held();
  const { lease } = two.coordination;
  const acquire = lease.acquire.bind(lease);
  lease.acquire = async (...asked) => {
    await acquire(...asked);
    throw new Error('The connection is gone.');
  };
  const begun = two.parts.coordinator.begin(again(held())).catch((error: unknown) => String(error));
  expect(await during(begun)).toContain('The connection is gone.');
  await world.pass(5_000);
  expect(held().epoch).toBeGreaterThan(epoch);
  expect(held().reason).toMatch(/did not begin, .* The answer of Redis was lost; nothing was changed\.$/);
  expect(phases()).not.toContain('serving');
});

it('one whose work fails leaves it held, and a person may have it done once more', async () => {
  const operation = await takeUp(two);
  expect(await during(operation.drain())).toEqual({ ok: true });
  expect(await during(operation.enter())).toEqual({ ok: true });
  const { settled } = await during(operation.complete('The plugin is not there.'));
  expect(await during(settled)).toBe('failed');
  await world.pass(5_000);
  expect(held()).toMatchObject({ id: operation.record.id, target: '' });
  expect(held().reason).toMatch(/^pm\.enable p failed, .* half-way\. The plugin is not there\.$/);
  expect(phases()).toEqual(['drained', 'drained']);
  const again = await takeUp(three);
  expect(await during(again.drain())).toEqual({ ok: true });
  expect(await during(again.enter())).toEqual({ ok: true });
  expect(await during((await during(again.complete())).settled)).toBe('done');
  expect(phases()).toEqual(['serving', 'serving']);
});

it('a node that led several attempts in vain loads once more when a person resolves that', async () => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    await world.until(() => two.agent.current === 'drained', 'it takes part again');
    const operation = await takeUp(two);
    expect(await during(operation.drain())).toEqual({ ok: true });
    expect(await during(operation.enter())).toEqual({ ok: true });
    if (attempt === 6) looksAwayWhenItFails();
    await during((await during(operation.complete('Not this time.'))).settled);
  }
  expect(two.agent.current).toBe('failed');
  expect(await during(three.parts.resolver.resolve(held().id, 'resume', 'Ada'))).toMatchObject({ ok: true });
  two.isolate(false);
  await world.until(() => phases().every((phase) => phase === 'serving'), 'everybody serves');
});

it('a node that sees the database alone does not take the end of what was held for the end of it all', async () => {
  const before = held();
  const operation = await takeUp(two);
  three.cutOff(true);
  await world.pass(2_000);
  const { ledger, parts } = two;
  const deps = { ledger, journal: parts.journal, clock: world.clock, log: QUIET };
  await during(endFollowed(before, operation.record, 'Done again.', deps));
  await world.pass(2_000);
  expect(await during(three.ledger.find(before.id))).toMatchObject({ result: 'failed' });
  expect(three.agent.current).toBe('drained');
});

it('of two that take it up in the same moment one begins', async () => {
  const both = [two, three].map(({ parts }) => parts.coordinator.begin(again(held())));
  const outcomes = (await during(Promise.all(both))).map(({ outcome }) => outcome);
  expect(outcomes.sort()).toEqual(['busy', 'leading']);
});

it('one that comes when another has resolved what it takes up holds nothing', async () => {
  const before = held();
  const { lease } = two.coordination;
  const acquire = lease.acquire.bind(lease);
  lease.acquire = async (...asked) => {
    lease.acquire = acquire;
    const first = await three.parts.coordinator.begin(again(before));
    if (first.outcome !== 'leading') throw new Error('Somebody else leads.');
    const { operation } = first;
    const { ledger, parts } = three;
    const deps = { ledger, journal: parts.journal, clock: world.clock, log: QUIET };
    await endFollowed(before, operation.record, 'Done again.', deps);
    await operation.drain();
    await operation.enter();
    await (
      await operation.complete()
    ).settled;
    // A store that was emptied, and then told by somebody who had seen nothing of that.
    world.store.flush();
    world.store.restore(before);
    return acquire(...asked);
  };
  const late = await takeUp(two);
  const { epoch } = late.record;
  expect(await during(late.drain())).toMatchObject({
    ok: false,
    reason: `three began pm.enable (epoch ${epoch + 1}) after this had taken epoch ${epoch}; try again.`,
  });
  const stored = await during(world.database.ledger().find(late.record.id));
  expect(stored).toMatchObject({ result: 'aborted', changed: false });
  await world.until(() => phases().every((phase) => phase === 'serving'), 'everybody serves');
});

it('nothing begins although the store is emptied when everybody has looked, and before it is asked', async () => {
  const { id } = held();
  const { lease } = two.coordination;
  const acquire = lease.acquire.bind(lease);
  lease.acquire = (...asked) => {
    lease.acquire = acquire;
    world.store.flush();
    return acquire(...asked);
  };
  const begun = await during(two.parts.coordinator.begin({ kind: 'pm.disable', subject: 'q', requestedBy: 'Ada' }));
  expect(begun).toMatchObject({ outcome: 'busy', record: { id } });
  expect(held().id).toBe(id);
});

it('nothing else begins while it is held', async () => {
  const begun = await during(
    two.parts.coordinator.begin({ kind: 'pm.disable', subject: 'q', requestedBy: 'Ada', follows: held().epoch - 1 }),
  );
  expect(begun.outcome).toBe('busy');
});
