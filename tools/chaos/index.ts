/**
 * `npm run test:chaos [-- --runs N] [--only PART-OF-A-NAME] [--seed S] [--list]`: kills, freezes and cuts real NocoBase
 * nodes, PostgreSQL and Redis in the middle of operations, and checks the promises about it (rules R1, R3, R5 and R6).
 * A run that fails prints everything that is known about it; the exit code is then 1. With `--light` it does so to light
 * nodes, in seconds a run (light/index.ts).
 */
import { runLight } from './light';
import { lightWishes } from './light/wishes';
import { describe, isBad, write, type Record } from './report';
import type { Outcome, Scenario } from './scenario';
import { SCENARIOS } from './scenarios';
import { Stage } from './stage';
import { readWishes, type Wishes } from './wishes';
import { openServers } from './world';

const started = performance.now();

void main();

async function main(): Promise<void> {
  try {
    const light = lightWishes(process.argv.slice(2));
    if (light) process.exit((await runLight(light, say)) ? 0 : 1);
    const wishes = readWishes(process.argv.slice(2));
    const chosen = SCENARIOS.filter(({ name, kind }) => `${kind}: ${name}`.includes(wishes.only));
    if (chosen.length === 0) throw new Error(`No scenario's name contains "${wishes.only}": --list shows them.`);
    if (wishes.list) {
      process.stdout.write(`${chosen.map(({ name, kind }) => `${kind}: ${name}`).join('\n')}\n`);
      process.exit(0);
    }
    process.exit((await runAll(chosen, wishes)) ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function runAll(chosen: readonly Scenario[], { runs, seed }: Wishes): Promise<boolean> {
  const began = new Date();
  say(`starting PostgreSQL and Redis; seed ${seed}`);
  const stage = new Stage(await openServers(), say);
  const records: Record[] = [];
  for (const scenario of chosen) {
    const outcomes: (Outcome & { seed: number })[] = [];
    for (let count = 0; count < (scenario.kind === 'random' ? runs : 1); count += 1) {
      outcomes.push({ ...(await stage.perform(scenario, seed + count)), seed: seed + count });
    }
    records.push({ scenario: { name: scenario.name, kind: scenario.kind }, outcomes });
  }
  await stage.close();
  process.stdout.write(`\n${describe(records)}\n\nSeed ${seed}. All of it: ${write(began, seed, records)}\n`);
  return !records.some(({ outcomes }) => outcomes.some(isBad));
}

function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(7);
  process.stdout.write(`[${seconds} s] ${text}\n`);
}
