import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judge, wait } from '../../../src/server/app/cli/wait';
import type { Options } from '../../../src/server/app/cli/outcome';
import type { NodePhase, OperationRecord, RosterEntry } from '../../../src/shared/domain';
import { operation as record } from '../../core/records';
import { World, type SimulatedNode } from '../../maintenance/world';

const over = (result: OperationRecord['result'], reason?: string): OperationRecord => ({
  ...record({ phase: 'idle', ...(result ? { result } : {}), ...(reason ? { reason } : {}) }),
});

function roster(...phases: NodePhase[]): RosterEntry[] {
  return phases.map((phase, index) => ({
    bootId: `b${index}`,
    name: `node-${index + 1}`,
    phase,
    phaseSince: 0,
    epoch: 0,
    reason: '',
    version: '2.2.15',
    fingerprint: 'v1',
    inFlight: 0,
    role: 'app',
    startedAt: 0,
    sentAt: 0,
    silentMs: 0,
  }));
}

describe('what a script waits for', () => {
  it.each([
    ['nothing ever ran, and all serve', {}, { record: undefined, roster: roster('serving', 'serving') }, 0],
    ['an operation runs', {}, { record: record({ phase: 'working' }), roster: roster('serving') }, 'is working'],
    ['one is held: nothing happens by itself', {}, { record: record({ phase: 'held' }), roster: roster('drained') }, 4],
    ['it failed, but all serve again', {}, { record: over('failed'), roster: roster('serving') }, 0],
    ['a node loads', {}, { record: over('done'), roster: roster('serving', 'reloading') }, 'node-2 is reloading'],
    ['nobody is there', {}, { record: over('done'), roster: [] }, '0 of 1 nodes serve'],
    ['fewer serve than asked', { nodes: 3 }, { record: over('done'), roster: roster('serving', 'serving') }, '2 of 3'],
    ['enough serve', { nodes: 1 }, { record: over('done'), roster: roster('serving', 'failed') }, 0],
    ['nobody can tell of nodes', {}, { record: over('done'), roster: undefined }, 0],
    ['that operation is unknown', { operation: 'x' }, { record: over('done'), roster: roster('serving') }, 1],
    ['that one is done', { operation: 'op' }, { record: undefined, asked: over('done'), roster: roster('drained') }, 0],
    ['that one failed', { operation: 'op' }, { record: undefined, asked: over('failed', 'Full.'), roster: [] }, 4],
    [
      'that one runs',
      { operation: 'op' },
      { record: undefined, asked: record({ phase: 'draining' }), roster: [] },
      'draining',
    ],
  ] as const)('%s', (_, wish, sight, expected) => {
    const judgement = judge(wish, sight);
    if (typeof expected === 'number') expect(judgement).toMatchObject({ code: expected });
    else expect(judgement).toEqual({ waits: expect.stringContaining(expected) as string });
  });
});

describe('the command that waits', () => {
  let world: World;
  let one: SimulatedNode;
  const said: string[] = [];

  beforeEach(async () => {
    world = new World();
    [one] = (await world.serving('one', 'two')) as [SimulatedNode];
    said.length = 0;
  });
  afterEach(() => world.close());

  const ask = (options: Options) =>
    wait({ coordination: one.coordination, ledger: one.ledger, clock: world.clock }, options, (line) =>
      said.push(line),
    );

  it('ends when the operation has, and says what it waited for', async () => {
    const operation = await world.during(one.begin());
    const waiting = ask({});
    await world.until(() => said.length > 0, 'it says what it waits for');
    expect(said[0]).toMatch(/^pm\.enable by one is draining/);
    await world.during(operation.abort('enough'));
    expect(await world.during(waiting)).toMatchObject({
      code: 0,
      text: expect.stringContaining('2 of 2 nodes serve') as string,
    });
  });

  it('gives up at its deadline, and tells a program what it waited for', async () => {
    const operation = await world.working(one);
    const from = world.clock.monotonic();
    const outcome = await world.during(ask({ timeout: '3', json: true }));
    expect(world.clock.monotonic() - from).toBeGreaterThanOrEqual(3_000);
    expect(outcome).toMatchObject({ code: 3, json: { ok: false, code: 3, operation: { kind: 'pm.enable' } } });
    expect(said).toEqual([]);
    await world.during(operation.complete());
    await world.until(() => world.over(), 'it ends');
  });

  it('looks once when it may not wait', async () => {
    expect(await world.during(ask({ timeout: '0' }))).toMatchObject({ code: 0 });
    expect(await world.during(ask({ timeout: '0', nodes: '5' }))).toMatchObject({ code: 3 });
  });

  it('outwaits a store that is silent for a while, and fails when it stays so', async () => {
    one.cutOff(true);
    const waiting = ask({ timeout: '20' });
    await world.pass(3_000);
    one.cutOff(false);
    expect(await world.during(waiting)).toMatchObject({ code: 0 });
    one.cutOff(true);
    await expect(world.during(ask({ timeout: '2' }))).rejects.toThrow('out of reach');
    one.cutOff(false);
  });

  it.each([{ nodes: '0' }, { nodes: 'all' }, { timeout: 'soon' }, { timeout: '-1' }, { timeout: '100000' }])(
    'refuses %j',
    async (options) => {
      expect(await ask(options)).toMatchObject({ code: 1 });
    },
  );
});
