/**
 * Names in Redis. The braces put all keys of one app into one hash slot, so that a script may touch several of them
 * in a Redis Cluster.
 */
export interface RedisKeys {
  /** String `<epoch>:<boot id>` of the holder; expires with the lease. */
  readonly lease: string;
  /** The highest epoch ever given out. */
  readonly epoch: string;
  /**
   * Hash `id`, `epoch`, `phase`, `over`, `changed` and `standing` ('0' or '1'), `record` (JSON, without what has a field of its
   * own and changes there: the epoch and `cancelledBy`), and `cancel`: who asked to cancel it, absent when nobody did.
   * A leader that knows nothing of that request cannot lose it by writing its record. It goes only when the record of
   * another operation begins (acquire and restore), so the last record of an operation still shows it.
   */
  readonly operation: string;
  /** Hash from boot id to `<arrived> <expires> <report as JSON>`, times in ms by the clock of Redis. */
  readonly nodes: string;
  /** Sorted set of boot ids by expiry, to find the expired ones. */
  readonly seen: string;
  /** Stream of `operation` (its id) and `line` (JSON): the newest lines, and none after a week without new ones. */
  readonly journal: string;
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
    journal: key('journal'),
    hints: key('hints'),
  };
}
