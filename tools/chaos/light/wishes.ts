import { readWishes, type Wishes } from '../wishes';

export interface LightWishes extends Wishes {
  /** Failovers of Redis Sentinel instead of the faults of a single Redis. */
  readonly sentinel: boolean;
  /** On MariaDB instead of PostgreSQL. */
  readonly mariadb: boolean;
}

/** Undefined when `--light` is not among the arguments. Throws as `readWishes` does. */
export function lightWishes(args: readonly string[]): LightWishes | undefined {
  if (!args.includes('--light')) return undefined;
  const own = ['--light', '--sentinel', '--mariadb'];
  const wishes = readWishes(args.filter((word) => !own.includes(word)));
  return { ...wishes, sentinel: args.includes('--sentinel'), mariadb: args.includes('--mariadb') };
}
