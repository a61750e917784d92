import { median } from '../report';
import type { Outcome } from '../scenario';

/** What the runs have in common, beside what was done to them. */
export function summary(outcomes: readonly Outcome[]): string {
  const overlaps = outcomes.reduce((sum, outcome) => sum + outcome.overlaps, 0);
  return [
    timesOf('Aborted, to everybody serving', outcomes, /^aborted/),
    timesOf('Leader gone after the first change, to being held', outcomes, /^held/),
    timesOf('Ended in another way, to everybody serving', outcomes, /^(done|degraded|failed)/),
    `Operations that overlapped in the database: ${overlaps} in ${outcomes.length} runs.`,
  ].join('\n');
}

function timesOf(what: string, outcomes: readonly Outcome[], words: RegExp): string {
  const own = outcomes.filter((outcome) => words.test(outcome.words));
  const times = own.flatMap(({ ms }) => (ms === undefined ? [] : [ms])).sort((a, b) => a - b);
  const seconds = (ms: number | undefined) => (ms === undefined ? '-' : `${(ms / 1000).toFixed(1)} s`);
  return `${what}: ${own.length} runs, median ${seconds(median(times))}, worst ${seconds(times.at(-1))}.`;
}
