import { describe, expect, it } from 'vitest';
import { rule, staleOf, tryMutation } from '../../tools/model/mutate';
import { MUTATIONS } from '../../tools/model/mutations';
import { explore, newTally, type Tally } from './property';

/** Each is the start of a sequence of scenarios of its own; `npm run test:model` looks at thousands. */
const SEEDS = [1, 5, 6];
const RUNS = 80;
/** The machine may be busy with other tests. */
const PATIENCE = 120_000;

/** Some that are caught soon; `npm run test:model -- --mutations` tries all. */
const CAUGHT_SOON = [
  'anybody may write the record',
  'the lease is never given up',
  'a drained node goes on taking traffic',
] as const;

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

describe('the model', () => {
  it('has mutations of the code as it is', () => {
    expect(staleOf(MUTATIONS)).toEqual([]);
  });

  it.each(CAUGHT_SOON)(
    'notices a mutation: %s',
    async (name) => {
      const mutation = MUTATIONS.find((one) => one.name === name);
      if (!mutation) throw new Error('The list does not have it any more.');
      const verdict = await tryMutation(mutation, 400, 1);
      expect(rule(verdict)).toMatch(/^R\d/);
    },
    PATIENCE,
  );

  it('runs the same scenario in the same way again', async () => {
    const [first, second] = [newTally(), newTally()];
    await explore({ seed: 7, runs: 10 }, first);
    await explore({ seed: 7, runs: 10 }, second);
    expect(second).toEqual(first);
  });
});
