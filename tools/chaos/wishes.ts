import { parseArgs } from 'node:util';

export interface Wishes {
  /** How often each scenario of chance is run; the others are run once. */
  readonly runs: number;
  /** Part of the names of the scenarios to run. */
  readonly only: string;
  /** Of the first run of chance; each next run has the next number. */
  readonly seed: number;
  readonly list: boolean;
}

const USAGE = 'Usage: npm run test:chaos [-- --runs N] [--only PART-OF-A-NAME] [--seed S] [--list].';

/** Throws one sentence for the user when the arguments cannot be followed. */
export function readWishes(args: readonly string[], chance = Math.random): Wishes {
  const { runs = '1', only = '', seed = `${Math.floor(chance() * 1e6)}`, list = false } = parse(args);
  return { runs: whole('--runs', runs, 1), only, seed: whole('--seed', seed, 0), list };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value < 2 ** 32) return value;
  throw new Error(`${name} must be a whole number from ${least} on, not "${text}".`);
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { runs: text, only: text, seed: text, list: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new Error(`Not understood: ${args.join(' ')}. ${USAGE}`);
  }
}
