import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBad } from '../../tools/chaos/report';
import { SCENARIOS } from '../../tools/chaos/scenarios';
import { Stage } from '../../tools/chaos/stage';
import { openServers } from '../../tools/chaos/world';

/** One of each kind; `npm run test:chaos` runs them all. */
const CHOSEN = [
  'kill -9 of the leader: first acknowledgement',
  'Redis cut from other for 6000 ms, while it works',
  'pg_terminate_backend of leader, while it works',
  'kill -9 of the leader of a cold start: first step of the work',
];
const SEED = 1;

describe('real nodes that are killed and cut off in the middle of an operation', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = new Stage(await openServers(), () => undefined);
  });
  afterAll(() => stage?.close());

  it.each(CHOSEN)('%s: no overlap, nobody stuck, and every node serves in the end', async (name) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (!scenario) throw new Error(`There is no scenario "${name}" any more.`);
    const outcome = await stage.perform(scenario, SEED);
    expect(isBad(outcome), [...outcome.problems, outcome.details ?? ''].join('\n')).toBe(false);
  });
});
