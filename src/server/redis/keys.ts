/**
 * Names in Redis. The braces put all keys of one app into one hash slot, so that a script may touch several of them
 * in a Redis Cluster.
 */
export interface RedisKeys {
  /** String `<epoch>:<boot id>` of the holder; expires with the lease. */
  readonly lease: string;
  /** The highest epoch ever given out. */
  readonly epoch: string;
  /** Hash `epoch`, `phase`, `over` ('0' or '1') and `record` (JSON, without its epoch). */
  readonly operation: string;
  /** Hash from boot id to `<arrived> <expires> <report as JSON>`, times in ms by the clock of Redis. */
  readonly nodes: string;
  /** Sorted set of boot ids by expiry, to find the expired ones. */
  readonly seen: string;
  /** Channel of the hints. */
  readonly hints: string;
}

export function redisKeys(namespace: string): RedisKeys {
  // A brace in the name would end the hash tag early, and an empty tag is none.
  const tag = `{${namespace.replace(/[{}\s]/g, '_') || '_'}}`;
  const key = (name: string) => `cluster-maintenance:${tag}:${name}`;
  return {
    lease: key('lease'),
    epoch: key('epoch'),
    operation: key('operation'),
    nodes: key('nodes'),
    seen: key('seen'),
    hints: key('hints'),
  };
}
