import { createHash } from 'node:crypto';
import { redisKeys, type RedisKeys } from '../../src/server/redis/keys';
import type { Env } from '../cluster';

/** Where the plugin keeps what this tool looks at. */
export interface Names {
  readonly keys: RedisKeys;
  /** The advisory lock of the guard, as `pg_locks` shows it. */
  readonly guard: { readonly classid: number; readonly objid: number };
}

/**
 * The same names that each node derives from its environment. Written down a second time on purpose: a look from outside
 * must not go through the code it judges. `openWorld` proves that they fit.
 */
export function namesOf(env: Env): Names {
  const namespace = namespaceOf(env);
  const lock = createHash('sha256').update(`cluster-maintenance:${namespace}`).digest();
  return { keys: redisKeys(namespace), guard: { classid: lock.readUInt32BE(0), objid: lock.readUInt32BE(4) } };
}

/** The name that all nodes of an app have in common. */
export function namespaceOf(env: Env): string {
  const parts = [env.APP_KEY, env.DB_DATABASE, env.DB_SCHEMA, env.DB_TABLE_PREFIX];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}
