import type { Dialect } from './dialect';
import { mysql } from './mysql';
import { postgres } from './postgres';

const DIALECTS: Readonly<Record<string, Dialect>> = { postgres, mysql, mariadb: mysql };

/** Undefined: this database has no lock that several processes could share. */
export function dialectOf(name: string): Dialect | undefined {
  return DIALECTS[name];
}
