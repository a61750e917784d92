/**
 * `npm run bench [-- --rounds N] [--only NAME]`: real nodes with and without this plugin, side by side in one run, on
 * a PostgreSQL and a Redis of their own. Prints medians, every sample and ratios against their targets, and keeps all
 * of it in .artifacts/bench. A missed target is a result; the exit code is 1 only when something was not measured.
 */
import { busyWarning, describeMachine } from './machine';
import { bare } from './parts/bare';
import { cold } from './parts/cold';
import { drain } from './parts/drain';
import { enable } from './parts/enable';
import { idle } from './parts/idle';
import { large } from './parts/large';
import { policy } from './parts/policy';
import { scale } from './parts/scale';
import { throughput } from './parts/throughput';
import { describeOutcomes, writeOutcomes, type Outcome } from './report';
import { openStage, type Part, type Stage } from './stage';
import { readWishes } from './wishes';

/** In this order, because nodes must be fresh for the first two, and `bare` ends nodes that `enable` needs. */
const PARTS: readonly Part[] = [idle, throughput, policy, enable, bare, drain, cold, scale];
/** Needs several gigabytes of disk and about ten minutes: only with `--only large`. */
const BY_NAME: readonly Part[] = [large];
const started = performance.now();

void main();

async function main(): Promise<void> {
  try {
    const wishes = readWishes(
      process.argv.slice(2),
      PARTS.map(({ name }) => name),
      BY_NAME.map(({ name }) => name),
    );
    const [began, machine] = [new Date(), describeMachine()];
    const warning = busyWarning(machine);
    if (warning) say(warning);
    const stage = await openStage(wishes.rounds, say);
    const outcomes: Outcome[] = [];
    for (const part of [...PARTS, ...BY_NAME].filter(({ name }) => wishes.parts.includes(name))) {
      outcomes.push(await measure(part, stage));
    }
    const file = writeOutcomes(began, machine, wishes.rounds, outcomes);
    process.stdout.write(`\n${describeOutcomes(outcomes)}\n\n${warning ? `${warning}\n` : ''}All of it: ${file}\n`);
    process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** A part that fails says so and does not take the others with it; they get new nodes. */
async function measure(part: Part, stage: Stage): Promise<Outcome> {
  const { name, title } = part;
  say(`${name}: ${title}`);
  try {
    return { part: name, title, ok: true, ...(await part.run(stage)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say(`${name} could not be measured: ${message}`);
    await stage.closePair();
    return { part: name, title, ok: false, error: message };
  }
}

function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`[${seconds} s] ${text}\n`);
}
