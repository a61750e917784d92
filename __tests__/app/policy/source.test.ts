import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/server/core/clock';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { PolicySource } from '../../../src/server/app/policy/source';
import { MemoryPolicy } from '../../../src/server/memory/policy';

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
    const source = new PolicySource(store, undefined);
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
    const current = await new PolicySource(store, undefined).current();
    expect(current).toMatchObject({ document: undefined, revision: 1 });
    expect(current.problem).toMatch(problem);
  });

  it('is none when the database does not answer', async () => {
    store.read = () => Promise.reject(new Error('no connection\nat …'));
    const current = await new PolicySource(store, undefined).current();
    expect(current).toMatchObject({ document: undefined, problem: expect.stringMatching(/no connection$/) as string });
  });

  it('is what the variable says, as JSON or as a file that is read anew each time', async () => {
    await store.write(stored(JSON.stringify(DEFAULT_POLICY)));
    const text = new PolicySource(store, ` ${JSON.stringify(OTHER)}`);
    expect(await text.current()).toMatchObject({ document: OTHER, readOnlyBy: 'CLUSTER_MAINTENANCE_POLICY' });
    const source = new PolicySource(store, file);
    expect((await source.current()).problem).toMatch(/cannot be read/);
    writeFileSync(file, JSON.stringify(OTHER));
    expect(await source.current()).toMatchObject({ document: OTHER, readOnlyBy: 'CLUSTER_MAINTENANCE_POLICY' });
    writeFileSync(file, '{"version":1}');
    expect(await source.current()).toMatchObject({ document: undefined });
  });

  it('is not what is stored when the variable is wrong', async () => {
    await store.write(stored(JSON.stringify(DEFAULT_POLICY)));
    expect(await new PolicySource(store, '{"rules":[]}').current()).toMatchObject({ document: undefined });
  });
});
