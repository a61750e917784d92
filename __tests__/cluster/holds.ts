import type { Cluster } from '../../tools/cluster';

/** Something that stands still until it is let go; no test depends on how long that takes. */
export interface Hold {
  release(): Promise<void>;
}

/** Requests that read this table wait inside the database. */
export function holdReaders(cluster: Cluster, table: string): Promise<Hold> {
  return lockTable(cluster, table, 'ACCESS EXCLUSIVE');
}

/** Commands of the plugin manager wait in the middle of their work: reading which plugins there are goes on. */
export function holdPluginWork(cluster: Cluster): Promise<Hold> {
  return lockTable(cluster, 'applicationPlugins', 'SHARE ROW EXCLUSIVE');
}

/** Leaders wait inside the guard before their first change: nobody can raise the epoch that it compares. */
export function holdFirstChange(cluster: Cluster): Promise<Hold> {
  return lockTable(cluster, 'cluster_maintenance_state', 'SHARE ROW EXCLUSIVE');
}

async function lockTable({ postgres, database }: Cluster, table: string, mode: string): Promise<Hold> {
  const client = await postgres.connect(database);
  await client.query('BEGIN');
  await client.query(`LOCK TABLE "${table}" IN ${mode} MODE`);
  let held = true;
  return {
    async release() {
      if (!held) return;
      held = false;
      await client.query('COMMIT');
      await client.end();
    },
  };
}

/** Whoever asks for this lock in a statement of its own waits: `SELECT pg_advisory_lock_shared(STANDSTILL)`. */
export const STANDSTILL = 471_100;

export async function holdStandstill({ postgres, database }: Cluster): Promise<Hold> {
  const client = await postgres.connect(database);
  await client.query(`SELECT pg_advisory_lock(${STANDSTILL})`);
  let held = true;
  return {
    async release() {
      if (held) await client.end();
      held = false;
    },
  };
}

export async function isAtStandstill({ postgres, database }: Cluster): Promise<boolean> {
  const sql = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${STANDSTILL} AND NOT granted`;
  return (await postgres.query(database, sql)).length > 0;
}

/** How many statements wait for a lock on this table right now. */
export async function waitersOf({ postgres, database }: Cluster, table: string): Promise<number> {
  const sql = `SELECT count(*)::int AS n FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE NOT l.granted AND c.relname = $1`;
  return (await postgres.query<{ n: number }>(database, sql, [table]))[0]?.n ?? 0;
}
