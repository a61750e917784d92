import { dialectOf } from './dialects';
import type { SqlDatabase, SqlRow, SqlSession } from './sql';
import { OWN_TABLES, OwnTables, type OwnTable } from './tables';

/** Rows in one statement, which must not have more parameters than the database counts. */
const CHUNK = 100;

const GENUINE = 'is_genuine';

/** Puts back what was kept; may be called again after the tables were replaced once more. */
export type PutBack = () => Promise<void>;

type KeptTable = readonly [table: OwnTable, rows: readonly SqlRow[]];

/**
 * The rows of all own tables as they are now. A restore replaces these tables, too: putting the rows back afterwards
 * keeps what the database knows of nodes, epochs and operations, and leaves nothing of what came with the dump.
 */
export async function keepRows(database: SqlDatabase): Promise<PutBack> {
  const dialect = dialectOf(database.dialect);
  if (!dialect) return async () => {};
  const tables = new OwnTables(database, dialect);
  const kept: KeptTable[] = [];
  for (const table of OWN_TABLES) kept.push([table, await read(tables, table)]);
  return () => putBack(tables, kept);
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
