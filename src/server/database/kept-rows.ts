import { dialectOf } from './dialects';
import type { SqlDatabase, SqlRow } from './sql';
import { OWN_TABLES, OwnTables, type OwnTable } from './tables';

/** Rows in one statement, which must not have more parameters than the database counts. */
const CHUNK = 100;

const GENUINE = 'is_genuine';

/** Puts back what was kept; may be called again after the tables were replaced once more. */
export type PutBack = () => Promise<void>;

/**
 * The rows of all own tables as they are now. A restore replaces these tables, too: putting the rows back afterwards
 * keeps what the database knows of nodes, epochs and operations, and leaves nothing of what came with the dump.
 */
export async function keepRows(database: SqlDatabase): Promise<PutBack> {
  const dialect = dialectOf(database.dialect);
  if (!dialect) return async () => {};
  const tables = new OwnTables(database, dialect);
  const kept: [OwnTable, readonly SqlRow[]][] = [];
  for (const table of OWN_TABLES) kept.push([table, await read(tables, table)]);
  return async () => {
    for (const [table, rows] of kept) await replace(tables, table, rows);
  };
}

function read(tables: OwnTables, table: OwnTable): Promise<readonly SqlRow[]> {
  const genuine = hasMark(tables, table) ? `CASE WHEN ${tables.isGenuine(table)} THEN 1 ELSE 0 END` : '0';
  const columns = tables.columns(table).join(', ');
  return tables.read(`SELECT ${columns}, ${genuine} AS ${GENUINE} FROM ${tables.name(table)}`);
}

/** A row that was believed is believed afterwards, and no other one. */
async function replace(tables: OwnTables, table: OwnTable, rows: readonly SqlRow[]): Promise<void> {
  await tables.write(`DELETE FROM ${tables.name(table)}`);
  const believed = (row: SqlRow) => Number(row[GENUINE]) === 1;
  await insert(tables, table, rows.filter(believed), hasMark(tables, table) ? tables.mark(table) : undefined);
  await insert(
    tables,
    table,
    rows.filter((row) => !believed(row)),
    undefined,
  );
}

async function insert(
  tables: OwnTables,
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
    const sql = `INSERT INTO ${tables.name(table)} (${columns.join(', ')}) VALUES ${lines.join(', ')}`;
    await tables.write(sql, params);
  }
}

function hasMark(tables: OwnTables, table: OwnTable): boolean {
  return tables.columns(table).includes('mark');
}
