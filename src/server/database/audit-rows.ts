import type { AuditQuery, AuditRow, AuditRows } from '../ports';
import type { SqlRow } from './sql';
import type { OwnTables } from './tables';

const KEPT_MS = 400 * 86_400_000;
const MOST = 10_000;
/** After so many rows a process looks whether there are too many: the limit is not a promise to the row. */
const LOOK_EVERY = 100;

/** Who tried what, in a table that grows with each attempt, up to a limit. */
export class DatabaseAuditRows implements AuditRows {
  private readonly table: string;
  private untilLook = 0;

  constructor(private readonly tables: OwnTables) {
    this.table = tables.name('audit');
  }

  async add(rows: Parameters<AuditRows['add']>[0]): Promise<void> {
    const params: unknown[] = [];
    const given = (value: unknown) => `$${params.push(value ?? null)}`;
    const { nowMs } = this.tables.dialect;
    const lines = rows.map(({ id, ago, action, person, entry, result, operation }) => {
      const rest = [action, person, entry, result, operation];
      return `(${given(id)}, ${nowMs} - ${Math.max(0, Math.round(ago))}, ${rest.map(given).join(', ')})`;
    });
    await this.tables.write(
      `INSERT INTO ${this.table} (id, at, action, person, entry, result, operation)
       VALUES ${lines.join(', ')} ${this.tables.dialect.keepExisting('id')}`,
      params,
    );
    this.untilLook -= rows.length;
    if (this.untilLook >= 0) return;
    this.untilLook = LOOK_EVERY;
    await this.prune();
  }

  async conclude(id: string, result: string, operation?: string): Promise<void> {
    const also = operation === undefined ? '' : ', operation = $3';
    const params = operation === undefined ? [id, result] : [id, result, operation];
    await this.tables.write(`UPDATE ${this.table} SET result = $2${also} WHERE id = $1`, params);
  }

  async list({ limit, before, action, person }: AuditQuery): Promise<readonly AuditRow[]> {
    const last = before === undefined ? undefined : await this.momentOf(before);
    if (before !== undefined && last === undefined) return [];
    const params: unknown[] = [];
    const given = (value: unknown) => `$${params.push(value)}`;
    const conditions = [
      ...(last === undefined ? [] : [`(at < ${given(last)} OR (at = ${given(last)} AND id > ${given(before)}))`]),
      ...(action === undefined ? [] : [`action = ${given(action)}`]),
      ...(person === undefined ? [] : [`person = ${given(person)}`]),
    ];
    const rows = await this.tables.read(
      `SELECT id, at, action, person, entry, result, operation FROM ${this.table}
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY at DESC, id LIMIT ${Math.max(0, Math.trunc(limit))}`,
      params,
    );
    return rows.map(parseRow);
  }

  private async momentOf(id: string): Promise<number | undefined> {
    const [row] = await this.tables.read(`SELECT at FROM ${this.table} WHERE id = $1`, [id]);
    return row && Number(row.at);
  }

  private async prune(): Promise<void> {
    const { nowMs } = this.tables.dialect;
    await this.tables.write(`DELETE FROM ${this.table} WHERE at < ${nowMs} - ${KEPT_MS}`);
    const [first] = await this.tables.read(`SELECT at FROM ${this.table} ORDER BY at DESC LIMIT 1 OFFSET ${MOST}`);
    if (first) await this.tables.write(`DELETE FROM ${this.table} WHERE at <= $1`, [Number(first.at)]);
  }
}

function parseRow({ id, at, action, person, entry, result, operation }: SqlRow): AuditRow {
  return {
    id: String(id),
    at: Number(at),
    action: String(action),
    person: String(person),
    entry: String(entry),
    ...(result == null ? {} : { result: String(result) }),
    ...(operation == null ? {} : { operation: String(operation) }),
  };
}
