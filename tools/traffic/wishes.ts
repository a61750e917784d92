import { parseArgs } from 'node:util';

/** How the clients reach the nodes. */
export const WAYS = ['direct', 'nginx', 'haproxy'] as const;
export type WayName = (typeof WAYS)[number];

/**
 * What happens meanwhile: plugins are enabled, backups made, or all nodes are in maintenance, 5 times 1 s or 10 s. With
 * `nothing`, only the clients are there: what the times between maintenances are compared with.
 */
export const WORKS = ['plugins', 'backup', 'nothing', '5x1s', '10s'] as const;
export type WorkName = (typeof WORKS)[number];

export interface Wishes {
  readonly clients: number;
  /** How often the plugin is enabled and disabled again, and a backup made, for each way. */
  readonly rounds: number;
  readonly ways: readonly WayName[];
  readonly works: readonly WorkName[];
  /** Nodes give those who wait back to the balancer as soon as another node serves. */
  readonly handover: boolean;
}

const USAGE =
  'Usage: npm run test:traffic [-- --clients N] [--rounds N] [--through direct|nginx|haproxy] [--work plugins|backup|nothing|5x1s|10s] [--handover].';

/** Throws one sentence for the user when the arguments cannot be followed. */
export function readWishes(args: readonly string[]): Wishes {
  const { clients = '50', rounds = '2', through = [], work = [], handover = false } = parse(args);
  // Nobody else sends on what a node gives back.
  if (handover && through.join() !== 'nginx') throw new Error('--handover needs --through nginx and no other way.');
  return {
    clients: whole('--clients', clients, 1_000),
    rounds: whole('--rounds', rounds, 100),
    ways: chosen('through', 'way', WAYS, through),
    works: chosen('work', 'work', WORKS, work),
    handover,
  };
}

/** All of them when none was named. */
function chosen<T extends string>(option: string, what: string, all: readonly T[], names: readonly string[]): T[] {
  const unknown = names.find((name) => !all.some((each) => each === name));
  if (unknown !== undefined)
    throw new Error(`There is no ${what} "${unknown}": --${option} takes one of ${all.join(', ')}.`);
  return all.filter((each) => names.length === 0 || names.includes(each));
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new Error(`${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const several = { type: 'string', multiple: true } as const;
  const handover = { type: 'boolean' } as const;
  const options = { clients: text, rounds: text, through: several, work: several, handover } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new Error(`Not understood: ${args.join(' ')}. ${USAGE}`);
  }
}
