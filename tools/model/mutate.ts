import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Crew } from './crew';
import type { Failure } from './messages';
import { MUTATIONS } from './mutations';
import type { Mutation } from './mutations/mutation';
import { align, say } from './report';
import type { Wishes } from './wishes';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Inside the project, so that packages are found; git does not look at it. */
const COPIES = join(ROOT, '.tmp', `model-${process.pid}`);
const WORKER = join('tools', 'model', 'worker.ts');
/** All that a mutated model needs. */
const COPIED = ['src/server', 'src/shared', '__tests__/model', 'tools/model'];

export interface Verdict {
  readonly mutation: Mutation;
  /** Undefined: it survived. */
  readonly failure: Failure | undefined;
  /** Scenarios until then. */
  readonly seeds: number;
}

/** Breaks our own code in one place after the other; each time the model has to notice. */
export async function tryMutations({ seeds, seed, workers, only }: Wishes): Promise<boolean> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new Error(`No mutation's name contains "${only}".`);
  const stale = staleOf(chosen);
  if (stale.length > 0) throw new Error(`The list is stale: not found exactly once: ${stale.join(', ')}.`);
  say(`${chosen.length} mutations, each up to ${seeds} scenarios from seed ${seed} on, ${workers} at a time`);
  const verdicts: Verdict[] = [];
  const waiting = [...chosen];
  const lane = async () => {
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) {
      const verdict = await tryMutation(mutation, seeds, seed);
      verdicts.push(verdict);
      say(`${mutation.name}: ${rule(verdict)} after ${verdict.seeds}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, lane));
  } finally {
    rmSync(COPIES, { recursive: true, force: true });
  }
  return report(chosen.map((mutation) => verdicts.find((verdict) => verdict.mutation === mutation)));
}

/** Looks for the first scenario that shows what is wrong with a mutated copy of the project. */
export async function tryMutation(mutation: Mutation, seeds: number, seed: number): Promise<Verdict> {
  const copy = join(COPIES, mutation.name.replace(/\W+/g, '-'));
  mkdirSync(copy, { recursive: true });
  for (const folder of COPIED) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  apply(mutation, copy);
  try {
    return await search(mutation, copy, seeds, seed);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function search(mutation: Mutation, copy: string, seeds: number, seed: number): Promise<Verdict> {
  const candidates: Promise<void>[] = [];
  let verdict: Verdict = { mutation, failure: undefined, seeds };
  const crew = new Crew({
    worker: join(copy, WORKER),
    workers: 1,
    seeds,
    seed,
    onFailure: (failure) => {
      const begun = crew.begun;
      candidates.push(
        passesUnmutated(failure).then((passes) => {
          if (!passes || verdict.failure) return;
          verdict = { mutation, failure, seeds: begun };
          crew.stop();
        }),
      );
    },
  });
  await crew.work();
  await Promise.all(candidates);
  return verdict;
}

/** What fails without the mutation, too, says nothing about it. */
async function passesUnmutated({ seed, path }: Failure): Promise<boolean> {
  const from = Number(path.split(':', 1)[0]);
  const crew = new Crew({ worker: join(ROOT, WORKER), workers: 1, seeds: 1, seed, from });
  await crew.work();
  return crew.failures.length === 0;
}

/** What no longer names exactly one place of the code. */
export function staleOf(mutations: readonly Mutation[]): string[] {
  return mutations.filter((mutation) => occurrences(mutation) !== 1).map(({ name, file }) => `${name} (${file})`);
}

function occurrences({ file, find }: Mutation): number {
  return readFileSync(join(ROOT, 'src', 'server', file), 'utf8').split(find).length - 1;
}

function apply({ file, find, replace }: Mutation, root: string): void {
  const path = join(root, 'src', 'server', file);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(find, () => replace),
  );
}

function report(verdicts: readonly (Verdict | undefined)[]): boolean {
  const known = verdicts.filter((verdict) => verdict !== undefined);
  const rows = known.map((verdict) => {
    const { mutation, failure, seeds } = verdict;
    return [mutation.name, mutation.breaks, rule(verdict), `${seeds}`, failure ? firstLine(failure) : ''];
  });
  const survived = known.filter(({ failure }) => failure === undefined).length;
  process.stdout.write(`\n${align([['mutation', 'breaks', 'caught by', 'seeds', 'as'], ...rows])}\n\n`);
  process.stdout.write(`${known.length - survived} passed, ${survived} failed\n`);
  return survived === 0 && known.length > 0;
}

export function rule({ failure }: Verdict): string {
  if (!failure) return 'NOTHING';
  return /^R\d+/.exec(failure.what)?.[0] ?? 'an error';
}

function firstLine({ what }: Failure): string {
  return (what.split('\n', 1)[0] ?? '').replace(/ at [\d.]+$/, '').slice(0, 90);
}
