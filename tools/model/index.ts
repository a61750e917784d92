/**
 * `npm run test:model [-- --seeds N] [--workers N]`: the real coordination on simulated nodes, under a seeded scheduler
 * with faults; a scenario that breaks a rule of design.md prints itself. `--seed S --path P` shows it again, with
 * `--calls NODE` also what that node asks of store and database; `--shorten` looks for a shorter one first.
 * `--mutations [--only PART-OF-A-NAME]`: the test of the test, see mutations.ts.
 */
import { fileURLToPath } from 'node:url';
import { Broken, explore, newTally } from '../../__tests__/model/property';
import { Crew } from './crew';
import { tryMutations } from './mutate';
import { replay } from './replay';
import { describe, say, tellFailure } from './report';
import { readWishes, type Wishes } from './wishes';

/** Between two words about the progress, in ms. */
const PROGRESS = 10_000;
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

void main();

async function main(): Promise<void> {
  try {
    const wishes = readWishes(process.argv.slice(2));
    process.exit((await follow(wishes)) ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function follow(wishes: Wishes): Promise<boolean> {
  if (wishes.mutations) return tryMutations(wishes);
  if (wishes.path === undefined) return exploreAll(wishes);
  const path = wishes.shorten ? await shorten(wishes.seed, wishes.path) : wishes.path;
  return replay(wishes.seed, path, wishes.calls);
}

async function exploreAll({ seeds, seed, workers, shorten }: Wishes): Promise<boolean> {
  say(`${seeds} scenarios from seed ${seed} on, ${workers} at a time`);
  const onFailure = (failure: Parameters<typeof tellFailure>[0]) => process.stdout.write(tellFailure(failure));
  const crew = new Crew({ worker: WORKER, workers, seeds, seed, shorten, onFailure });
  const progress = setInterval(() => say(`${crew.begun} of ${seeds}, ${crew.failures.length} failed`), PROGRESS);
  await crew.work();
  clearInterval(progress);
  const { tally, failures } = crew;
  process.stdout.write(`\n${describe(tally)}\n${tally.runs} passed, ${failures.length} failed\n`);
  return failures.length === 0 && tally.runs === seeds;
}

async function shorten(seed: number, path: string): Promise<string> {
  say('looking for a shorter scenario');
  try {
    await explore({ seed, path, runs: 1, shorten: true }, newTally());
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    say(`--seed ${seed} --path ${error.path}`);
    return error.path;
  }
  return path;
}
