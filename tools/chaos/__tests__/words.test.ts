import { describe as suite, expect, it } from 'vitest';
import { dice } from '../dice';
import { counted, describe, median } from '../report';
import { atRandom, SCENARIOS } from '../scenarios';
import { readWishes } from '../wishes';

suite('what a user of this tool reads and writes', () => {
  it('counts what happened, the most frequent first', () => {
    expect(counted(['done', 'aborted', 'aborted'])).toBe('2 aborted, 1 done');
    expect(counted(['done', 'done'])).toBe('done');
    expect(median([1, 2, 10])).toBe(2);
    expect(median([1, 2, 4, 10])).toBe(3);
    expect(median([])).toBeUndefined();
  });

  it('shows failed runs, overlaps and the worst time of each scenario', () => {
    const scenario = { name: 'a blow', kind: 'kill' } as const;
    const fine = { words: 'aborted', ms: 1_000, problems: [], overlaps: 0, seed: 1 };
    const table = describe([{ scenario, outcomes: [fine, { ...fine, ms: 3_000, problems: ['late'], overlaps: 2 }] }]);
    expect(table.split('\n')[1]).toMatch(/^a blow +2 +aborted +2\.0 s +3\.0 s +2 +1 FAILED$/);
  });

  it('takes its wishes, and says in one sentence what it does not understand', () => {
    const chance = () => 0.5;
    expect(readWishes([], chance)).toEqual({ runs: 1, only: '', seed: 500_000, list: false });
    const args = ['--runs', '20', '--only', 'kill', '--seed', '7', '--list'];
    expect(readWishes(args)).toEqual({ runs: 20, only: 'kill', seed: 7, list: true });
    expect(() => readWishes(['--runs', '0'])).toThrow('--runs must be a whole number from 1 on, not "0".');
    expect(() => readWishes(['--often'])).toThrow(/^Not understood: --often\. Usage: /);
  });

  it('throws the same dice for the same seed, and others for another', () => {
    const words = (seed: number) => {
      const { moment, fault } = atRandom(dice(seed));
      return `${fault.words}, ${moment.words}`;
    };
    const seeds = Array.from({ length: 50 }, (_, seed) => seed);
    expect(seeds.map(words)).toEqual(seeds.map(words));
    expect(new Set(seeds.map(words)).size).toBeGreaterThan(40);
  });

  it('has a name of its own for each scenario', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
