import fc from 'fast-check';
import { Run, type Report } from './run';
import { scenarios, type Scenario } from './scenario';

export interface Tally {
  runs: number;
  events: number;
  changes: number;
  readonly outcomes: Record<string, number>;
  readonly requests: Record<string, number>;
  /** Steps of the scenarios. */
  readonly steps: Record<string, number>;
}

export function newTally(): Tally {
  return { runs: 0, events: 0, changes: 0, outcomes: {}, requests: {}, steps: {} };
}

/** The first scenario that broke a rule, and how to see it again. */
export class Broken extends Error {
  constructor(
    readonly scenario: Scenario,
    readonly seed: number,
    readonly path: string,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    if (cause instanceof Error && cause.stack !== undefined) this.stack = cause.stack;
  }
}

export interface Exploration {
  readonly seed: number;
  readonly runs: number;
  /** Of a failure that was told before. */
  readonly path?: string;
  /** Looks for a shorter scenario that fails, too: a hundred times the work. */
  readonly shorten?: boolean;
  readonly onRun?: (scenario: Scenario) => void;
}

/** Runs scenarios that fast-check derives from `seed`, and throws the first that breaks a rule. */
export async function explore(exploration: Exploration, tally: Tally): Promise<void> {
  const { seed, runs, path, shorten = false, onRun } = exploration;
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    onRun?.(scenario);
    add(tally, scenario, await new Run(scenario).execute());
  });
  const where = path === undefined ? {} : { path };
  const details = await fc.check(property, { seed, numRuns: runs, endOnFailure: !shorten, ...where });
  if (!details.failed) return;
  const [scenario] = details.counterexample ?? [];
  if (!scenario) throw new Error(`The exploration itself failed with seed ${seed}.`);
  const plain = JSON.parse(JSON.stringify(scenario)) as Scenario;
  throw new Broken(plain, details.seed, details.counterexamplePath ?? '', details.errorInstance);
}

/** The scenario that a seed and a path stand for, without running it. */
export function scenarioAt(seed: number, path: string): Scenario | undefined {
  let found: Scenario | undefined;
  const property = fc.property(scenarios, (scenario) => {
    found ??= JSON.parse(JSON.stringify(scenario)) as Scenario;
    return false;
  });
  fc.check(property, { seed, path, numRuns: 1, endOnFailure: true });
  return found;
}

function add(tally: Tally, { steps }: Scenario, { outcomes, requests, events, changes }: Report): void {
  tally.runs += 1;
  tally.events += events;
  tally.changes += changes;
  sum(tally.outcomes, outcomes);
  sum(tally.requests, requests);
  for (const { what } of steps) sum(tally.steps, { [what]: 1 });
}

export function sum(into: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [word, count] of Object.entries(counts)) into[word] = (into[word] ?? 0) + count;
}
