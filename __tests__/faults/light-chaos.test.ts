import { beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../tools/chaos/scenario';
import { performAll } from '../../tools/chaos/light/lanes';
import { openPostgres } from '../../tools/chaos/light/postgres';
import { LIGHT } from '../../tools/chaos/light/scenarios';

/** A few of what `npm run test:chaos -- --light` does, and what has to become of the operation. */
const CHOSEN = {
  'kill -9 of the leader: begun': /^aborted$/,
  'kill -9 of the leader: last acknowledgement': /^aborted$/,
  'kill -9 of the leader: first change': /^held, then resumed$/,
  'kill -9 of the leader: reloading': /^degraded$/,
  'Redis cut from leader for 6000 ms, while it drains': /^aborted$/,
  'FLUSHALL, while it works': /^(done|degraded)$/,
  'database cut from leader for 1000 ms, while it drains': /^(done|aborted)$/,
  'kill -9 of slow, while it drains': /^done$/,
  'SIGSTOP of a node with a request, its connections end, SIGCONT before the first change of another one':
    /^done; .* answered 500$/,
  'SIGSTOP of a node with a request, its connections end, SIGCONT after the end of another one':
    /^done; .* answered 500$/,
};

describe('real processes that coordinate through real Redis and PostgreSQL', () => {
  const outcomes = new Map<string, Outcome>();

  beforeAll(async () => {
    const jobs = LIGHT.filter(({ name }) => name in CHOSEN).map((scenario) => ({ scenario, seed: 1 }));
    const done = await performAll(jobs, openPostgres, () => undefined);
    for (const { scenario, outcome } of done) outcomes.set(scenario.name, outcome);
  }, 240_000);

  it.each(Object.entries(CHOSEN))('keep all promises: %s', (name, words) => {
    const outcome = outcomes.get(name);
    expect(outcome?.problems, outcome?.details).toEqual([]);
    expect(outcome?.overlaps).toBe(0);
    expect(outcome?.words, outcome?.details).toMatch(words);
  });
});
