import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationKind } from '../../src/shared/domain';
import type { Backups } from '../../src/server/ports';
import type { StageOutcome } from '../../src/server/maintenance/led-operation';
import { World, type SimulatedNode } from './world';

/** Backups that take no time, unless they are held up. */
class Files implements Backups {
  readonly made: string[] = [];
  /** What the app looked like when a backup was taken. */
  readonly seen: boolean[][] = [];
  problem: string | undefined;
  failure: string | undefined;
  wait: Promise<void> = Promise.resolve();
  /** So many were told to stop. */
  stopped = 0;

  constructor(private readonly world: World) {}

  hindrance = async () => this.problem;
  has = async (file: string) => this.made.includes(file);

  async take(before: string, progress: (step: string) => void, signal: AbortSignal) {
    progress(`takes a backup before ${before}`);
    signal.addEventListener('abort', () => (this.stopped += 1));
    this.seen.push(this.world.nodes.map(({ app }) => app.open));
    await this.wait;
    if (this.failure !== undefined) throw new Error(this.failure);
    const file = `before-${before}_${this.made.length + 1}.nbdata`;
    this.made.push(file);
    return { file, takenAt: this.world.clock.wall() };
  }
}

let world: World;
let files: Files;

beforeEach(() => {
  world = new World();
  world.backups = files = new Files(world);
});
afterEach(() => world.close());

async function serving(before: string | undefined, more: Record<string, string> = {}): Promise<SimulatedNode[]> {
  const env = { ...(before === undefined ? {} : { CLUSTER_MAINTENANCE_BACKUP_BEFORE: before }), ...more };
  const nodes = ['one', 'two'].map((name) => world.node(name, env));
  await Promise.all(nodes.map((node) => node.join()));
  await world.until(() => nodes.every(({ app }) => app.open), 'all nodes serve');
  return nodes;
}

/** Runs a promise while time passes. */
async function during<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await world.until(() => settled, 'the stage ends');
  return promise;
}

async function drained(node: SimulatedNode | undefined, kind: OperationKind) {
  if (!node) throw new Error('no node');
  const operation = await during(node.begin(kind));
  return { operation, outcome: await during(operation.drain()) };
}

/** From its beginning to its end. */
async function through(node: SimulatedNode | undefined, kind: OperationKind): Promise<StageOutcome> {
  const { operation, outcome } = await drained(node, kind);
  if (!outcome.ok) return outcome;
  const entered = await during(operation.enter());
  const { settled } = await during(operation.complete());
  await during(settled);
  return entered;
}

/** A start that changes the database. */
async function lead(node: SimulatedNode | undefined) {
  const door = await during(node?.startUp().passDoor() ?? Promise.reject(new Error('no node')));
  if (door.outcome !== 'lead') throw new Error(`It does not lead: ${door.outcome}`);
  return door.operation;
}

async function cancelBy(node: SimulatedNode | undefined, id: string) {
  return node?.parts.resolver.cancel(id, 'somebody');
}

const served = (nodes: readonly SimulatedNode[]) => nodes.every(({ app }) => app.open);

describe('a backup before an operation', () => {
  it('is taken when every node has stopped and nothing has changed yet, and stands in the record for good', async () => {
    const [one] = await serving('pm.enable');
    const { operation, outcome } = await drained(one, 'pm.enable');
    expect(outcome).toEqual({ ok: true });
    expect(files.seen).toEqual([[false, false]]);
    expect(operation.record).toMatchObject({ phase: 'draining', changed: false, backup: { file: files.made[0] } });
    await during(operation.enter());
    await during((await during(operation.complete())).settled);
    expect(world.record).toMatchObject({ result: 'done', backup: { file: files.made[0] } });
    expect((await one?.ledger.find(operation.record.id))?.backup?.file).toBe(files.made[0]);
  });

  it('is not taken before kinds that nobody has named', async () => {
    const [one] = await serving('upgrade');
    expect(await through(one, 'pm.enable')).toEqual({ ok: true });
    expect(files.made).toEqual([]);
    expect(world.record?.backup).toBeUndefined();
  });

  it('that fails stops the operation with the reason, and everybody serves', async () => {
    const nodes = await serving(undefined);
    files.failure = 'No space left on device.';
    const { outcome } = await drained(nodes[0], 'upgrade');
    const reason = 'No backup could be taken before it, and nothing was changed: No space left on device.';
    expect(outcome).toEqual({ ok: false, reason });
    await world.until(() => served(nodes), 'all nodes serve');
    expect(world.record).toMatchObject({ result: 'aborted', changed: false, reason });
  });

  it('that nothing can take is done without, unless somebody has asked for it by name', async () => {
    const nodes = await serving(undefined);
    files.problem = 'The plugin "backups" of NocoBase is not enabled.';
    expect(await through(nodes[0], 'upgrade')).toEqual({ ok: true });
    expect(world.record).toMatchObject({ result: 'done' });
    const lines = await nodes[0]?.parts.journal.story(world.record?.id ?? '');
    expect(lines?.map(({ text }) => text)).toContain(`No backup before it: ${files.problem}`);
  });

  it('that nothing can take stops an operation that somebody has named', async () => {
    const nodes = await serving('upgrade');
    files.problem = 'The plugin "backups" of NocoBase is not enabled.';
    const { outcome } = await drained(nodes[0], 'upgrade');
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining(files.problem) as string });
    await world.until(() => served(nodes), 'all nodes serve');
  });

  it('is stopped when somebody cancels, who is not kept waiting for it', async () => {
    const nodes = await serving('pm.enable');
    files.wait = new Promise(() => {});
    const operation = await during(nodes[0]?.begin() ?? Promise.reject(new Error('no node')));
    const draining = operation.drain();
    await world.until(() => files.seen.length === 1, 'the backup begins');
    expect(await during(cancelBy(nodes[1], operation.record.id))).toMatchObject({ ok: true });
    expect(await during(draining)).toEqual({ ok: false, reason: 'Cancelled by somebody before the first change.' });
    expect(files.stopped).toBe(1);
    await world.until(() => served(nodes), 'all nodes serve');
  });

  it('is the earlier one where the work of a node that disappeared is done again', async () => {
    await serving('upgrade');
    world.wanted = 'v2';
    const [three, four] = ['three', 'four'].map((name) =>
      world.node(name, { CLUSTER_MAINTENANCE_BACKUP_BEFORE: 'upgrade' }),
    );
    expect((await lead(three)).record).toMatchObject({ attempt: 1, backup: { file: files.made[0] } });
    three?.kill();
    const again = await lead(four);
    expect(again.record).toMatchObject({ attempt: 2, backup: { file: files.made[0] } });
    expect(files.made).toHaveLength(1);
    four?.app.load();
    await during(again.complete());
  });
});

describe('a backup that was made before', () => {
  const QUIET = { kind: 'backup', subject: 'nightly.nbdata', requestedBy: 'schedule', scope: 'writes' } as const;

  async function nightly(node: SimulatedNode | undefined): Promise<void> {
    const begun = await during(node?.coordinator.begin(QUIET) ?? Promise.reject(new Error('no node')));
    if (begun.outcome !== 'leading') throw new Error('busy');
    await during(begun.operation.drain());
    await during(begun.operation.enter());
    await during((await during(begun.operation.complete())).settled);
    files.made.push('nightly.nbdata');
  }

  it('serves while it is young enough, and not after another change', async () => {
    const [one] = await serving('pm.enable', { CLUSTER_MAINTENANCE_BACKUP_MAX_AGE: '10' });
    await nightly(one);
    await world.pass(60_000);
    await through(one, 'pm.enable');
    expect(world.record?.backup?.file).toBe('nightly.nbdata');
    await through(one, 'pm.enable');
    expect(world.record?.backup?.file).toBe('before-pm.enable_2.nbdata');
  });

  it('does not serve when it is too old, or gone', async () => {
    const [one] = await serving('pm.enable', { CLUSTER_MAINTENANCE_BACKUP_MAX_AGE: '1' });
    await nightly(one);
    await world.pass(61_000);
    const { operation } = await drained(one, 'pm.enable');
    expect(operation.record.backup?.file).toBe('before-pm.enable_2.nbdata');
    await during(operation.abort('enough'));
    await nightly(one);
    files.made.length = 0;
    const next = await drained(one, 'pm.enable');
    expect(next.operation.record.backup?.file).toBe('before-pm.enable_1.nbdata');
    await during(next.operation.abort('enough'));
  });
});
