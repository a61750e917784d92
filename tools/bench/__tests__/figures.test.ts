import { describe, expect, it } from 'vitest';
import { atLeast, atMost, median, ratioOf, verdictOf } from '../figures';
import { readWishes } from '../wishes';

describe('a figure', () => {
  it('has the middle sample as its median, whatever their order', () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('compares medians, not means', () => {
    expect(ratioOf({ name: 'x', unit: 's', without: [10, 10, 99], with: [5, 5, 99] })).toBe(0.5);
    expect(ratioOf({ name: 'x', unit: 's', with: [1] })).toBeUndefined();
  });

  it.each([
    [atMost('ratio', 0.5), true],
    [atMost('ratio', 0.49), false],
    [atLeast('ratio', 0.5), true],
    [atLeast('ratio', 0.51), false],
    [atMost('difference', -10), true],
    [atMost('difference', -11), false],
    [atMost('value', 10), true],
    [atMost('value', 9), false],
  ])('with target %o is reached: %s', (target, reached) => {
    expect(verdictOf({ name: 'x', unit: 's', without: [20], with: [10], target })?.reached).toBe(reached);
  });

  it('that was not measured misses its target', () => {
    expect(verdictOf({ name: 'x', unit: 's', without: [], with: [1], target: atMost('ratio', 9) })?.reached).toBe(
      false,
    );
    expect(verdictOf({ name: 'x', unit: 's', with: [], target: atLeast('value', 0) })?.reached).toBe(false);
  });
});

describe('the arguments', () => {
  const known = ['enable', 'cold', 'idle'];

  it('ask for three rounds of everything by default', () => {
    expect(readWishes([], known)).toEqual({ rounds: 3, parts: known });
  });

  it('choose parts, which keep their order', () => {
    expect(readWishes(['--only', 'idle', '--only=enable', '--rounds', '1'], known)).toEqual({
      rounds: 1,
      parts: ['enable', 'idle'],
    });
  });

  it.each([
    [['--rounds', '0'], '--rounds must be a whole number from 1 to 100, not "0".'],
    [['--rounds=1.5'], '--rounds must be a whole number from 1 to 100, not "1.5".'],
    [['--only', 'warm'], 'There is no part "warm": --only takes one of enable, cold, idle.'],
    [['--round', '3'], 'Not understood: --round 3. Usage: npm run bench [-- --rounds N] [--only NAME].'],
    [['enable'], 'Not understood: enable. Usage: npm run bench [-- --rounds N] [--only NAME].'],
  ])('%j are refused with one sentence', (args, sentence) => {
    expect(() => readWishes(args, known)).toThrow(sentence);
  });
});
