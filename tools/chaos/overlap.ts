/**
 * What proves that no two operations ever overlapped in the database.
 *
 * The database itself takes the notes, in triggers: nothing that is sampled from outside could see every statement.
 * A note belongs to the transaction that it is about, so what was rolled back leaves none. It holds
 * - who wrote: the application name of the connection, which each node has for itself (PGAPPNAME),
 * - who held the lock of the guard at that moment (`pg_locks`, which no snapshot delays),
 * - when the statement ran, and by PostgreSQL's own record when its transaction was committed.
 * Noted are: each epoch that enters (the row that the guard raises), each change (rows of the plugin manager's tables,
 * and every DDL command), and each row that a user writes.
 *
 * Between two entries there is one operation. Two operations overlapped if a change
 * - came from another node than the one that entered last,
 * - or was committed after the next operation had entered.
 * A user's row must not be written, nor committed, while the operation that entered last is inside (rule R3).
 * A change while its node is not inside is no overlap, but it is counted: the guard's connection was lost for a moment.
 */
import type { Client } from 'pg';
import type { PostgresServer } from '../cluster';
import type { Names } from './names';
import { WATCHER, watchSql } from './overlap-sql';

export interface Note {
  readonly seq: number;
  readonly kind: 'epoch' | 'change' | 'write';
  readonly writer: string;
  /** Who held the guard; null when nobody did. */
  readonly inside: string | null;
  /** Milliseconds since 1970, to the microsecond. */
  readonly at: number;
  readonly committed: number;
  readonly what: string;
}

export interface Verdict {
  /** One sentence for each overlap. */
  readonly overlaps: readonly string[];
  readonly operations: number;
  readonly changes: number;
  /** Changes while the guard was not held by the node that made them. */
  readonly unguarded: number;
  readonly writes: number;
}

export interface OverlapWatch {
  /** Now, for `verdict`. */
  mark(): Promise<number>;
  /** About everything since a mark; without one, since the database was made. */
  verdict(mark?: number): Promise<Verdict>;
}

export function judge(notes: readonly Note[]): Verdict {
  const ordered = [...notes].sort((a, b) => a.seq - b.seq);
  const entries = ordered.filter(({ kind }) => kind === 'epoch');
  const others = ordered.filter(({ kind }) => kind !== 'epoch');
  const changes = others.filter(({ kind }) => kind === 'change');
  return {
    overlaps: others.flatMap((note) => complaints(note, entries)),
    operations: entries.length,
    changes: changes.length,
    unguarded: changes.filter(({ inside, writer }) => inside !== writer).length,
    writes: others.length - changes.length,
  };
}

function complaints(note: Note, entries: readonly Note[]): string[] {
  const entered = entries.filter(({ seq }) => seq < note.seq).at(-1);
  const next = entries.find(({ seq }) => seq > note.seq);
  const say = (why: string) => `${note.writer}: ${note.what} (note ${note.seq}) ${why}`;
  const found: string[] = [];
  if (note.kind === 'change' && entered?.writer !== note.writer) {
    found.push(
      say(entered ? `although ${entered.writer} entered last, with epoch ${entered.what}` : 'before any entry'),
    );
  }
  // Who holds the lock without having entered only looks whether it may, and gives it back.
  if (note.kind === 'write' && note.inside !== null && note.inside === entered?.writer) {
    found.push(say(`while ${note.inside} was inside the guard`));
  }
  if (next && note.committed > next.at) {
    const late = (note.committed - next.at).toFixed(1);
    found.push(say(`was committed ${late} ms after ${next.writer} had entered with epoch ${next.what}`));
  }
  return found;
}

/** To be done once, before databases are watched: lets PostgreSQL remember when transactions were committed. */
export async function rememberCommits(postgres: PostgresServer): Promise<void> {
  await postgres.query('postgres', 'ALTER SYSTEM SET track_commit_timestamp = on');
  await postgres.restart();
}

/** Watches an empty database; `written` is the table that users write. `client` is a connection to it. */
export async function watchOverlaps(client: Client, names: Names, written: string): Promise<OverlapWatch> {
  await client.query(`SET application_name = '${WATCHER}'`);
  await client.query(watchSql(names, written));
  return {
    async mark() {
      const { rows } = await client.query<{ seq: string }>('SELECT last_value AS seq FROM chaos.seq');
      return Number(rows[0]?.seq);
    },
    async verdict(mark = 0) {
      const { rows } = await client.query<Note & { seq: string }>(NOTES, [mark]);
      return judge(rows.map((row) => ({ ...row, seq: Number(row.seq) })));
    },
  };
}

/** From the last entry before the mark on, because what comes after the mark belongs to that. */
const NOTES = `
  SELECT seq, kind, writer, inside, what, extract(epoch FROM at)::float8 * 1000 AS at,
    extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS committed
  FROM chaos.notes
  WHERE seq >= coalesce((SELECT max(seq) FROM chaos.notes WHERE kind = 'epoch' AND seq <= $1), 0)
  ORDER BY seq`;
