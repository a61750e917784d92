import type { Cluster } from '../../tools/cluster';
import { dumpNow } from './backup-files';
import { holdStandstill, isAtStandstill, STANDSTILL } from './holds';

/** A dump whose load stands still in its middle, until it is let go. */
export interface StoppingDump {
  readonly dump: Buffer;
  /** Somebody loads it, and stands still. */
  isReached(): Promise<boolean>;
  release(): Promise<void>;
  /** Takes away what it needs in the database. */
  forget(): Promise<void>;
}

/** By its name it comes among the others; loading its row asks the condition, which waits for a lock. */
const TABLE = 'mm_stopping';
const MAKE = [
  `CREATE FUNCTION stopping() RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock_shared(${STANDSTILL}); RETURN true; END'`,
  `CREATE TABLE ${TABLE} (id INTEGER CHECK (public.stopping()))`,
  `INSERT INTO ${TABLE} VALUES (1)`,
];
const FORGET = [`DROP TABLE IF EXISTS ${TABLE}`, 'DROP FUNCTION IF EXISTS stopping CASCADE'];

export async function aDumpThatStops(cluster: Cluster): Promise<StoppingDump> {
  const { postgres, database } = cluster;
  const all = async (statements: readonly string[]) => {
    for (const sql of statements) await postgres.query(database, sql);
  };
  await all(MAKE);
  const dump = await dumpNow(cluster);
  await all(FORGET);
  const hold = await holdStandstill(cluster);
  return {
    dump,
    isReached: () => isAtStandstill(cluster),
    release: () => hold.release(),
    forget: () => all(FORGET),
  };
}
