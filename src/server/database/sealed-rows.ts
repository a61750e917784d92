import type { SealedRow, SealedRows, Span } from '../ports';
import type { SqlRow } from './sql';
import type { OwnTable, OwnTables } from './tables';

/** Half a year: by then everything in them is over. */
const KEPT_MS = 183 * 86_400_000;

/** What people decided, in one table of its own. */
export class DatabaseSealedRows implements SealedRows {
  private readonly table: string;
  private readonly mark: string;
  private readonly genuine: string;

  constructor(
    private readonly tables: OwnTables,
    name: OwnTable,
  ) {
    this.table = tables.name(name);
    this.mark = tables.mark(name);
    this.genuine = tables.isGenuine(name);
  }

  async now(): Promise<number> {
    const [row] = await this.tables.database.query(`SELECT ${this.tables.dialect.nowMs} AS now`);
    return Number(row?.now);
  }

  async add({ id, state, at, record, seal }: SealedRow): Promise<void> {
    await this.tables.write(
      `INSERT INTO ${this.table} (id, state, at, record, seal, mark) VALUES ($1, $2, $3, $4, $5, ${this.mark})`,
      [id, state, at, record, seal],
    );
  }

  async tidy(): Promise<void> {
    await this.tables.write(`DELETE FROM ${this.table} WHERE at < ${this.tables.dialect.nowMs} - ${KEPT_MS}`);
  }

  async find(id: string): Promise<SealedRow | undefined> {
    const [row] = await this.select('AND id = $1', [id], 1);
    return row;
  }

  list(limit: number, states: readonly string[] = []): Promise<readonly SealedRow[]> {
    const places = states.map((_, place) => `$${place + 1}`).join(', ');
    return this.select(states.length > 0 ? `AND state IN (${places})` : '', states, limit);
  }

  async replace(seen: SealedRow, next: SealedRow, { from, until }: Span = {}): Promise<boolean> {
    const params: unknown[] = [seen.id, seen.seal, next.state, next.record, next.seal];
    const { nowMs } = this.tables.dialect;
    const inTime = [
      from === undefined ? '' : ` AND ${nowMs} >= $${params.push(from)}`,
      until === undefined ? '' : ` AND ${nowMs} < $${params.push(until)}`,
    ].join('');
    await this.tables.write(
      `UPDATE ${this.table} SET state = $3, record = $4, seal = $5, mark = ${this.mark}
       WHERE id = $1 AND seal = $2 AND ${this.genuine}${inTime}`,
      params,
    );
    // Not every database says how many rows a statement has changed.
    return (await this.find(seen.id))?.seal === next.seal;
  }

  private async select(where: string, params: readonly unknown[], limit: number): Promise<readonly SealedRow[]> {
    const rows = await this.tables.read(
      `SELECT id, state, at, record, seal FROM ${this.table} WHERE ${this.genuine} ${where}
       ORDER BY at DESC, id LIMIT ${Math.max(0, Math.trunc(limit))}`,
      params,
    );
    return rows.map(parseRow);
  }
}

function parseRow({ id, state, at, record, seal }: SqlRow): SealedRow {
  return { id: String(id), state: String(state), at: Number(at), record: String(record), seal: String(seal) };
}
