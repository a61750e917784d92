import { parseArgs } from 'node:util';

export interface Wishes {
  /** How often each side is measured; some parts take a fixed number of samples for each round. */
  readonly rounds: number;
  /** Names of the parts to run, in the order of the list that was offered. */
  readonly parts: readonly string[];
}

const USAGE = 'Usage: npm run bench [-- --rounds N] [--only NAME].';
const MOST_ROUNDS = 100;

/**
 * Throws one sentence for the user when the arguments cannot be followed. Parts `byName` are only measured when they are
 * asked for.
 */
export function readWishes(args: readonly string[], known: readonly string[], byName: readonly string[] = []): Wishes {
  const { rounds = '3', only = [] } = parse(args);
  const all = [...known, ...byName];
  const unknown = only.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no part "${unknown}": --only takes one of ${all.join(', ')}.`);
  }
  if (!/^\d+$/.test(rounds) || Number(rounds) < 1 || Number(rounds) > MOST_ROUNDS) {
    throw new Error(`--rounds must be a whole number from 1 to ${MOST_ROUNDS}, not "${rounds}".`);
  }
  return { rounds: Number(rounds), parts: only.length === 0 ? known : all.filter((name) => only.includes(name)) };
}

function parse(args: readonly string[]): { rounds?: string | undefined; only?: string[] | undefined } {
  const options = { rounds: { type: 'string' }, only: { type: 'string', multiple: true } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new Error(`Not understood: ${args.join(' ')}. ${USAGE}`);
  }
}
