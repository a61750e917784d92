import { parseArgs } from 'node:util';

export interface Wishes {
  /** How many scenarios are run, or until when a mutation must be found. */
  readonly seeds: number;
  /** Of the first batch; each next batch has the next number. */
  readonly seed: number;
  /** Of a failure that was told before: that one is shown. */
  readonly path: string | undefined;
  /** Whose calls are shown in a replay. */
  readonly calls: string | undefined;
  readonly shorten: boolean;
  readonly mutations: boolean;
  /** Part of the names of the mutations to try. */
  readonly only: string;
  readonly workers: number;
}

const USAGE =
  'Usage: npm run test:model [-- [--seeds N] [--workers N] [--shorten] [--mutations [--only PART-OF-A-NAME]] [--seed S [--path P [--calls NODE]]]].';

/** Throws one sentence for the user when the arguments cannot be followed. */
export function readWishes(args: readonly string[], chance = Math.random): Wishes {
  const {
    seeds = '10000',
    seed,
    path,
    calls,
    shorten = false,
    mutations = false,
    only = '',
    workers = '2',
  } = parse(args);
  if (path !== undefined && seed === undefined) throw new Error('--path belongs to a seed: give --seed, too.');
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path))
    throw new Error(`--path must be numbers with ":" between, not "${path}".`);
  return {
    seeds: whole('--seeds', seeds, 1),
    seed: whole('--seed', seed ?? `${Math.floor(chance() * 1e6)}`, 0),
    path,
    calls,
    shorten,
    mutations,
    only,
    workers: whole('--workers', workers, 1),
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value < 2 ** 31) return value;
  throw new Error(`${name} must be a whole number from ${least} on, not "${text}".`);
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const yes = { type: 'boolean' } as const;
  const some = { seeds: text, seed: text, path: text, calls: text, only: text, workers: text };
  try {
    return parseArgs({ args: [...args], options: { ...some, shorten: yes, mutations: yes } }).values;
  } catch {
    throw new Error(`Not understood: ${args.join(' ')}. ${USAGE}`);
  }
}
