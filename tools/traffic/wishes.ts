import { parseArgs } from 'node:util';

/** How the clients reach the nodes. */
export const WAYS = ['direct', 'nginx', 'haproxy'] as const;
export type WayName = (typeof WAYS)[number];

export interface Wishes {
  readonly clients: number;
  /** How often the plugin is enabled and disabled again, for each way. */
  readonly rounds: number;
  readonly ways: readonly WayName[];
}

const USAGE = 'Usage: npm run test:traffic [-- --clients N] [--rounds N] [--through direct|nginx|haproxy].';

/** Throws one sentence for the user when the arguments cannot be followed. */
export function readWishes(args: readonly string[]): Wishes {
  const { clients = '50', rounds = '2', through = [] } = parse(args);
  const unknown = through.find((name) => !WAYS.some((way) => way === name));
  if (unknown !== undefined)
    throw new Error(`There is no way "${unknown}": --through takes one of ${WAYS.join(', ')}.`);
  return {
    clients: whole('--clients', clients, 1_000),
    rounds: whole('--rounds', rounds, 100),
    ways: WAYS.filter((way) => through.length === 0 || through.includes(way)),
  };
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new Error(`${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { clients: text, rounds: text, through: { type: 'string', multiple: true } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new Error(`Not understood: ${args.join(' ')}. ${USAGE}`);
  }
}
