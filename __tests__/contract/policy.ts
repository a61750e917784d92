import { beforeEach, describe, expect, it } from 'vitest';
import type { PolicyStore, StoredPolicy } from '../../src/server/ports';

export interface PolicyUnderTest {
  /** Another process's view of it. */
  open(): PolicyStore;
}

const FIRST: StoredPolicy = { document: '{"a":"ä, 中"}', revision: 1, writtenBy: 'Ann', writtenAt: 1_700_000_000_123 };
const SECOND: StoredPolicy = { ...FIRST, document: '{"b":2}', revision: 2, writtenBy: 'Bob' };
const LONG = 600_000;

/** What every store of the policy does. */
export function policyContract(subject: () => PolicyUnderTest): void {
  let one: PolicyStore;
  let other: PolicyStore;
  beforeEach(() => {
    one = subject().open();
    other = subject().open();
  });

  it('knows nothing before anything was stored', async () => {
    expect(await one.read()).toBeUndefined();
    expect(await one.kept('a')).toBeUndefined();
  });

  it('gives back what another process has stored, at once', async () => {
    expect(await one.write(FIRST)).toBe('written');
    expect(await other.read()).toEqual(FIRST);
    expect(await other.write(SECOND)).toBe('written');
    expect(await one.read()).toEqual(SECOND);
  });

  it('refuses what was made from an older revision, and keeps what is there', async () => {
    await one.write(FIRST);
    await one.write(SECOND);
    expect(await other.write(FIRST)).toBe('moved');
    expect(await other.write({ ...SECOND, document: 'late' })).toBe('moved');
    expect(await other.write({ ...SECOND, revision: 4 })).toBe('moved');
    expect(await one.read()).toEqual(SECOND);
  });

  it.each([
    ['first', undefined, FIRST],
    ['second', FIRST, SECOND],
  ])('lets one of many win who store the %s one at the same moment', async (_which, before, next) => {
    if (before) await one.write(before);
    const writers = Array.from({ length: 8 }, (_, index) => ({ ...next, writtenBy: `writer ${index}` }));
    const outcomes = await Promise.all(writers.map((policy, index) => (index % 2 ? one : other).write(policy)));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect((await one.read())?.writtenBy).toBe(writers[outcomes.indexOf('written')]?.writtenBy);
  });

  it('agrees on the secret that was offered first', async () => {
    const secrets = await Promise.all([one.secret('s1'), other.secret('s2'), one.secret('s3')]);
    expect(new Set(secrets).size).toBe(1);
    expect(await other.secret('s4')).toBe(secrets[0]);
    expect(await one.read()).toBeUndefined();
  });

  describe('what may be done once', () => {
    it('is done by one of many who try at the same moment, and never again', async () => {
      const tries = Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).useOnce('token', LONG));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await other.useOnce('token', LONG)).toBe(false);
      expect(await other.useOnce('another', LONG)).toBe(true);
    });

    it('is told apart by the whole of a long id', async () => {
      expect(await one.useOnce(`${'x'.repeat(300)}a`, LONG)).toBe(true);
      expect(await one.useOnce(`${'x'.repeat(300)}b`, LONG)).toBe(true);
    });
  });

  it('keeps texts for a while, and the first of one id', async () => {
    await one.keep('a', 'text of a', LONG);
    await other.keep('a', 'another', LONG);
    expect(await other.kept('a')).toBe('text of a');
    expect(await other.kept('b')).toBeUndefined();
  });
}
