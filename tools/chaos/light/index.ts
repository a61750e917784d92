/**
 * `npm run test:chaos -- --light [--sentinel] [--mariadb] [--runs N] [--only PART-OF-A-NAME] [--seed S] [--list]`: the same
 * on light nodes. Those are real processes with the real coordination, on real Redis and PostgreSQL or MariaDB, with a
 * small app in place of NocoBase. A run takes seconds, and two clusters are treated side by side, so hundreds of seeds
 * are a matter of an hour.
 */
import { describe, isBad, write, type Record } from '../report';
import type { Scenario } from '../scenario';
import { performAll, type Job } from './lanes';
import { openMariadb } from './mariadb';
import { openPostgres } from './postgres';
import { FAILOVERS, LIGHT } from './scenarios';
import { summary } from './summary';
import type { LightWishes } from './wishes';

/** True when all was well. */
export async function runLight(wishes: LightWishes, say: (text: string) => void): Promise<boolean> {
  const all = wishes.sentinel ? FAILOVERS : LIGHT;
  const chosen = all.filter(({ name, kind }) => `${kind}: ${name}`.includes(wishes.only));
  if (chosen.length === 0) throw new Error(`No scenario's name contains "${wishes.only}": --list shows them.`);
  if (wishes.list) {
    process.stdout.write(`${chosen.map(({ name, kind }) => `${kind}: ${name}`).join('\n')}\n`);
    return true;
  }
  const began = new Date();
  say(`light nodes; seed ${wishes.seed}`);
  const done = await performAll(jobsOf(chosen, wishes), wishes.mariadb ? openMariadb : openPostgres, say);
  const records = chosen.map((scenario): Record => {
    const own = done.filter((job) => job.scenario === scenario).sort((a, b) => a.seed - b.seed);
    const { name, kind } = scenario;
    return { scenario: { name, kind }, outcomes: own.map(({ outcome, seed }) => ({ ...outcome, seed })) };
  });
  const outcomes = done.map(({ outcome }) => outcome);
  const failed = outcomes.filter(isBad).length;
  const file = write(began, wishes.seed, records);
  process.stdout.write(`\n${describe(records)}\n\n${summary(outcomes)}\nSeed ${wishes.seed}. All of it: ${file}\n`);
  process.stdout.write(`${outcomes.length - failed} passed, ${failed} failed\n`);
  return failed === 0;
}

function jobsOf(chosen: readonly Scenario[], { runs, seed }: LightWishes): Job[] {
  return chosen.flatMap((scenario) => {
    const count = scenario.kind === 'random' ? runs : 1;
    return Array.from({ length: count }, (_, index) => ({ scenario, seed: seed + index }));
  });
}
