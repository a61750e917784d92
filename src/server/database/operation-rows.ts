import type { OperationRecord } from '../../shared/domain';
import { isOver } from '../core/node-machine';
import type { SqlRow } from './sql';
import type { OwnTables } from './tables';

/** The records of all operations, as JSON. */
export class OperationRows {
  private readonly table: string;
  private readonly upsert: string;

  constructor(private readonly tables: OwnTables) {
    this.table = tables.name('operations');
    this.upsert = tables.dialect.upsert({
      table: this.table,
      key: 'id',
      values: {
        id: '$1',
        epoch: '$2',
        is_over: '$3',
        record: '$4',
        revision: '$5',
        mark: tables.mark('operations'),
        written_at: tables.dialect.now,
      },
      // With every change a new mark: on PostgreSQL it names the transaction that wrote the row.
      update: ['epoch', 'record', 'mark', 'written_at', 'revision', 'is_over'],
      unless: 'is_over',
      newest: 'revision',
    });
  }

  async write(record: OperationRecord): Promise<void> {
    await this.tables.write(this.upsert, [
      record.id,
      record.epoch,
      isOver(record),
      JSON.stringify(record),
      record.revision,
    ]);
  }

  async latest(): Promise<OperationRecord | undefined> {
    const [record] = await this.select(`WHERE ${this.tables.isGenuine('operations')}`, [], 1);
    return record;
  }

  async find(id: string): Promise<OperationRecord | undefined> {
    const [record] = await this.select('WHERE id = $1', [id], 1);
    return record;
  }

  async age(id: string): Promise<number | undefined> {
    const [row] = await this.tables.read(
      `SELECT ${this.tables.dialect.age('written_at')} AS age FROM ${this.table}
       WHERE id = $1 AND ${this.tables.isGenuine('operations')}`,
      [id],
    );
    return row?.age == null ? undefined : Math.max(0, Math.round(Number(row.age)));
  }

  history(limit: number, beforeEpoch?: number): Promise<readonly OperationRecord[]> {
    return beforeEpoch === undefined
      ? this.select('', [], limit)
      : this.select('WHERE epoch < $1', [beforeEpoch], limit);
  }

  private async select(where: string, params: readonly unknown[], limit: number): Promise<readonly OperationRecord[]> {
    // MySQL takes no number of JavaScript as a parameter here.
    const count = Math.max(0, Math.trunc(limit));
    const order = `ORDER BY epoch DESC, id LIMIT ${count}`;
    const rows = await this.tables.read(`SELECT record FROM ${this.table} ${where} ${order}`, params);
    return rows.map(parseRecord).filter((record) => record !== undefined);
  }
}

/** One that cannot be read (a hand that edited it) is left out, so that the others can be shown. */
function parseRecord({ record: text }: SqlRow): OperationRecord | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is OperationRecord {
  if (typeof value !== 'object' || value === null) return false;
  return 'id' in value && 'epoch' in value && typeof value.epoch === 'number' && 'phase' in value && 'leader' in value;
}
