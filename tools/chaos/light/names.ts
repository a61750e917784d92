import { createHash } from 'node:crypto';
import { redisKeys } from '../../../src/server/redis/keys';
import type { Names } from '../names';

/** Where light nodes of this namespace keep what this tool looks at. */
export function namesIn(namespace: string): Names {
  const lock = createHash('sha256').update(`cluster-maintenance:${namespace}`).digest();
  return { keys: redisKeys(namespace), guard: { classid: lock.readUInt32BE(0), objid: lock.readUInt32BE(4) } };
}
