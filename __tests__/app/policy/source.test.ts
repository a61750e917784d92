import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/server/core/clock';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { PolicySource } from '../../../src/server/app/policy/source';
import { MemoryPolicy } from '../../../src/server/memory/policy';
import { ManualClock } from '../../memory/manual-clock';

const OTHER = { ...DEFAULT_POLICY, rules: [{ demand: 'deny' }] } as const;
const stored = (document: string) => ({ document, revision: 1, writtenBy: 'Ann', writtenAt: 1 });

describe('the policy that counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'));
  const file = join(folder, 'policy.json');
  let store: MemoryPolicy;
  beforeEach(() => {
    store = new MemoryPolicy(systemClock);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the one that came with the installation until somebody stores another one', async () => {
    const source = new PolicySource(store, undefined, systemClock);
    expect(await source.current()).toEqual({ document: DEFAULT_POLICY, revision: 0 });
    await store.write(stored(JSON.stringify(OTHER)));
    expect(await source.current()).toMatchObject({ document: OTHER, revision: 1, stored: { writtenBy: 'Ann' } });
    expect(source.readOnlyBy).toBeUndefined();
  });

  it.each([
    ['no JSON', '{', /database is no JSON/],
    ['no policy', '{"version":1,"rules":"all"}', /database is wrong: rules is no list/],
    ['of a later version', '{"version":2}', /does not know/],
  ])('is none when what is stored is %s, and says why', async (_what, text, problem) => {
    await store.write(stored(text));
    const current = await new PolicySource(store, undefined, systemClock).current();
    expect(current).toMatchObject({ document: undefined, revision: 1 });
    expect(current.problem).toMatch(problem);
  });

  it('is none when the database does not answer', async () => {
    store.read = () => Promise.reject(new Error('no connection\nat …'));
    const current = await new PolicySource(store, undefined, systemClock).current();
    expect(current).toMatchObject({ document: undefined, problem: expect.stringMatching(/no connection$/) as string });
  });

  it('is what the variable says, as JSON or as a file that is read anew each time', async () => {
    await store.write(stored(JSON.stringify(DEFAULT_POLICY)));
    const text = new PolicySource(store, ` ${JSON.stringify(OTHER)}`, systemClock);
    expect(await text.current()).toMatchObject({ document: OTHER, readOnlyBy: 'CLUSTER_MAINTENANCE_POLICY' });
    const source = new PolicySource(store, file, systemClock);
    expect((await source.current()).problem).toMatch(/cannot be read/);
    writeFileSync(file, JSON.stringify(OTHER));
    expect(await source.current()).toMatchObject({ document: OTHER, readOnlyBy: 'CLUSTER_MAINTENANCE_POLICY' });
    writeFileSync(file, '{"version":1}');
    expect(await source.current()).toMatchObject({ document: undefined });
  });

  it('is not what is stored when the variable is wrong', async () => {
    await store.write(stored(JSON.stringify(DEFAULT_POLICY)));
    expect(await new PolicySource(store, '{"rules":[]}', systemClock).current()).toMatchObject({ document: undefined });
  });
});

describe('the policy of the last second', () => {
  const clock = new ManualClock();
  const nodes = () => {
    const store = new MemoryPolicy(clock);
    const [here, there] = [new PolicySource(store, undefined, clock), new PolicySource(store, undefined, clock)];
    return { store, here, there };
  };
  const next = (revision: number, document: object) => ({ ...stored(JSON.stringify(document)), revision });

  it('is read once for many, and anew a second later', async () => {
    const { store, here } = nodes();
    let reads = 0;
    const read = store.read.bind(store);
    store.read = () => ((reads += 1), read());
    for (let time = 0; time < 100; time += 1) await here.recent();
    expect(reads).toBe(1);
    await here.current();
    expect(reads).toBe(2);
    clock.pass(1_000);
    await here.recent();
    expect(reads).toBe(3);
  });

  it('is what this node has saved, at once, and on every other node when it says that it is saved', async () => {
    const { here, there } = nodes();
    expect([(await here.recent()).revision, (await there.recent()).revision]).toEqual([0, 0]);
    let saved = false;
    const saving = here.save(next(1, OTHER)).then((outcome) => ((saved = true), outcome));
    await expect.poll(async () => (await here.recent()).revision).toBe(1);
    expect((await there.recent()).revision).toBe(0);
    clock.pass(999);
    await Promise.resolve();
    expect(saved).toBe(false);
    clock.pass(101);
    expect(await saving).toBe('written');
    expect(await there.recent()).toMatchObject({ revision: 1, document: OTHER });
  });

  it('does not keep anybody waiting who was too late with theirs', async () => {
    const { store, here } = nodes();
    await store.write(next(1, OTHER));
    expect(await here.save(next(1, DEFAULT_POLICY))).toBe('moved');
  });

  it('is read anew after a save of which nobody knows whether it went well', async () => {
    const { store, here } = nodes();
    await here.recent();
    const write = store.write.bind(store);
    store.write = async (policy) => {
      await write(policy);
      throw new Error('connection lost');
    };
    await expect(here.save(next(1, OTHER))).rejects.toThrow('connection lost');
    expect(await here.recent()).toMatchObject({ revision: 1 });
  });

  it('is none as soon as it is known that it cannot be read, and one again as soon as it can', async () => {
    const { store, here } = nodes();
    await here.recent();
    const read = store.read.bind(store);
    store.read = () => Promise.reject(new Error('no connection'));
    clock.pass(1_000);
    expect(await here.recent()).toMatchObject({ document: undefined });
    store.read = read;
    expect(await here.recent()).toMatchObject({ document: DEFAULT_POLICY });
    await store.write({ ...stored('{'), revision: 1 });
    clock.pass(1_000);
    expect(await here.recent()).toMatchObject({ document: undefined, revision: 1 });
  });
});
