import { describe, expect, it } from 'vitest';
import { explore, newTally, type Tally } from './property';

/** Each is the start of a sequence of scenarios of its own; `npm run test:model` looks at thousands. */
const SEEDS = [1, 1_000_001, 2_000_003];
const RUNS = 80;
const PATIENCE = 120_000;

describe('simulated nodes under faults', () => {
  const tally: Tally = newTally();

  it.each(SEEDS)(
    'break no rule in the scenarios of seed %i',
    async (seed) => {
      await expect(explore({ seed, runs: RUNS }, tally)).resolves.toBeUndefined();
    },
    PATIENCE,
  );

  it('have really changed the database, and were stopped in many ways', () => {
    expect(tally.runs).toBe(SEEDS.length * RUNS);
    expect(tally.changes).toBeGreaterThan(tally.runs / 4);
    for (const outcome of ['done', 'aborted', 'degraded', 'busy']) {
      expect(tally.outcomes[outcome], outcome).toBeGreaterThan(0);
    }
    for (const step of ['kill', 'freeze', 'flush', 'fail-over', 'cut-database', 'isolate', 'jump-clock']) {
      expect(tally.steps[step], step).toBeGreaterThan(0);
    }
  });
});
