import { systemClock, type Clock } from '../core/clock';
import { dialectOf } from './dialects';
import { DatabaseLock, type HeldLock } from './lock';
import type { SqlDatabase, SqlRow, SqlSession } from './sql';
import { OWN_TABLES, OwnTables, type OwnTable } from './tables';

/** Rows in one statement, which must not have more parameters than the database counts. */
const CHUNK = 100;

const GENUINE = 'is_genuine';

/** How long one waits for somebody else who replaces these tables, in milliseconds: the guard lets only one in. */
const DEADLINE = 5_000;

/** The own tables are being replaced, from the moment in which their rows were read. */
export interface KeptRows {
  /** Puts back what was kept; may be called again after the tables were replaced once more. */
  putBack(): Promise<void>;
  /** The tables are whole again: others may write. Idempotent; never rejects. */
  end(): Promise<void>;
}

type KeptTable = readonly [table: OwnTable, rows: readonly SqlRow[]];

/** By which right this very process is replacing the tables of a database. */
const replacing = new WeakMap<SqlDatabase, HeldLock>();

export function isReplacedHere(database: SqlDatabase): boolean {
  return replacing.get(database)?.lost.aborted === false;
}

/**
 * The rows of all own tables as they are now. A restore replaces these tables, too: putting the rows back afterwards
 * keeps what the database knows of nodes, epochs and operations, and leaves nothing of what came with the dump. What is
 * written from now on, by any process, is refused until the end.
 */
export async function keepRows(database: SqlDatabase, clock: Clock = systemClock): Promise<KeptRows> {
  const dialect = dialectOf(database.dialect);
  if (!dialect) return { putBack: async () => {}, end: async () => {} };
  const tables = new OwnTables(database, dialect, true);
  const held = await beginReplacing(tables, clock);
  const end = async () => {
    replacing.delete(database);
    await held.release();
  };
  try {
    replacing.set(database, held);
    // After whoever is just making them.
    await tables.create();
    const kept: KeptTable[] = [];
    for (const table of OWN_TABLES) kept.push([table, await read(tables, table)]);
    return { putBack: () => putBack(tables, kept), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** One that was in the guard before, and is frozen or cut off, may still hold the lock: it has no right to it any more. */
async function beginReplacing(tables: OwnTables, clock: Clock): Promise<HeldLock> {
  const lock = new DatabaseLock(tables.database, tables.dialect, clock, tables.replacing);
  const held = await lock.take(DEADLINE);
  if (held) return held;
  await lock.break();
  const own = await lock.take(DEADLINE);
  if (!own) throw new Error('Somebody else is replacing the tables of this plugin.');
  return own;
}

function read(tables: OwnTables, table: OwnTable): Promise<readonly SqlRow[]> {
  const genuine = hasMark(tables, table) ? `CASE WHEN ${tables.isGenuine(table)} THEN 1 ELSE 0 END` : '0';
  const columns = tables.columns(table).join(', ');
  return tables.read(`SELECT ${columns}, ${genuine} AS ${GENUINE} FROM ${tables.name(table)}`);
}

/**
 * All tables in one transaction: a crash in between leaves what came with the dump, which nobody believes, and never a
 * part of both, in which an epoch that was given out could be missing. The tables are made before it, because making
 * one ends a transaction on MySQL and MariaDB.
 */
async function putBack(tables: OwnTables, kept: readonly KeptTable[]): Promise<void> {
  await tables.create();
  const session = await tables.database.begin();
  try {
    for (const [table, rows] of kept) await replace(tables, session, table, rows);
    await session.query('COMMIT');
  } finally {
    await session.end();
  }
}

/** A row that was believed is believed afterwards, and no other one. */
async function replace(
  tables: OwnTables,
  session: SqlSession,
  table: OwnTable,
  rows: readonly SqlRow[],
): Promise<void> {
  await session.query(`DELETE FROM ${tables.name(table)}`);
  const believed = (row: SqlRow) => Number(row[GENUINE]) === 1;
  const mark = hasMark(tables, table) ? tables.mark(table) : undefined;
  await insert(tables, session, table, rows.filter(believed), mark);
  const others = rows.filter((row) => !believed(row));
  await insert(tables, session, table, others, undefined);
}

async function insert(
  tables: OwnTables,
  session: SqlSession,
  table: OwnTable,
  rows: readonly SqlRow[],
  mark: string | undefined,
): Promise<void> {
  const columns = tables.columns(table);
  for (let start = 0; start < rows.length; start += CHUNK) {
    const params: unknown[] = [];
    const value = (row: SqlRow, column: string) =>
      column === 'mark' && mark !== undefined ? mark : `$${params.push(row[column] ?? null)}`;
    const lines = rows
      .slice(start, start + CHUNK)
      .map((row) => `(${columns.map((column) => value(row, column)).join(', ')})`);
    const into = `INSERT INTO ${tables.name(table)} (${columns.join(', ')}) VALUES ${lines.join(', ')}`;
    // What another process has written since the rows went is newer than what was kept.
    await session.query(`${into} ${tables.dialect.keepExisting(columns[0] ?? '')}`, params);
  }
}

function hasMark(tables: OwnTables, table: OwnTable): boolean {
  return tables.columns(table).includes('mark');
}
