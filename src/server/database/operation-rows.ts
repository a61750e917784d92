import type { OperationRecord } from '../../shared/domain';
import type { HistoryFilter } from '../../shared/history';
import { isOver } from '../core/node-machine';
import { insertOf, type Upsert } from './dialect';
import type { SqlRow } from './sql';
import type { OwnTables } from './tables';

/** The records of all operations, as JSON. */
export class OperationRows {
  private readonly table: string;
  private readonly insert: string;
  private readonly upsert: string;
  private readonly replacement: string;

  constructor(private readonly tables: OwnTables) {
    this.table = tables.name('operations');
    const upsert: Upsert = {
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
    };
    this.insert = insertOf(upsert);
    this.upsert = tables.dialect.upsert(upsert);
    const { epoch, is_over, record, revision, mark, written_at } = upsert.values;
    this.replacement = `UPDATE ${this.table} SET epoch = ${epoch}, is_over = ${is_over}, record = ${record}, mark = ${mark},
      written_at = ${written_at}, revision = ${revision} WHERE id = $1 AND revision = $6 AND NOT is_over`;
  }

  async write(record: OperationRecord): Promise<'written' | 'outdated'> {
    await this.tables.write(this.upsert, paramsOf(record));
    return (await this.isStored(record)) ? 'written' : 'outdated';
  }

  async settle(seen: OperationRecord | undefined, next: OperationRecord): Promise<'written' | 'moved'> {
    const params = paramsOf(next);
    if (seen) await this.tables.write(this.replacement, [...params, seen.revision]);
    else await this.tables.write(`${this.insert} ${this.tables.dialect.keepExisting('epoch')}`, params);
    return (await this.isStored(next)) ? 'written' : 'moved';
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

  history(limit: number, beforeEpoch?: number, filter: HistoryFilter = {}): Promise<readonly OperationRecord[]> {
    const params: unknown[] = [];
    const conditions = conditionsOf(filter, params);
    if (beforeEpoch !== undefined) conditions.push(`epoch < $${params.push(beforeEpoch)}`);
    return this.select(whereOf(conditions), params, limit);
  }

  async count(filter: HistoryFilter = {}): Promise<number> {
    const params: unknown[] = [];
    const where = whereOf(conditionsOf(filter, params));
    const [row] = await this.tables.read(`SELECT COUNT(*) AS total FROM ${this.table} ${where}`, params);
    return Number(row?.total ?? 0);
  }

  /** Not every database says how many rows a statement has changed. */
  private async isStored(record: OperationRecord): Promise<boolean> {
    return JSON.stringify(await this.find(record.id)) === JSON.stringify(record);
  }

  private async select(where: string, params: readonly unknown[], limit: number): Promise<readonly OperationRecord[]> {
    // MySQL takes no number of JavaScript as a parameter here.
    const count = Math.max(0, Math.trunc(limit));
    const order = `ORDER BY epoch DESC, id LIMIT ${count}`;
    const rows = await this.tables.read(`SELECT record FROM ${this.table} ${where} ${order}`, params);
    return rows.map(parseRecord).filter((record) => record !== undefined);
  }
}

/**
 * SQL. Looked for in the text of the record: inside a text of it the quotation marks would be escaped. Columns of their own
 * would be empty in the rows of earlier versions.
 */
function conditionsOf({ kind, state }: HistoryFilter, params: unknown[]): string[] {
  const holds = (name: string, word: string) => `record LIKE $${params.push(`%"${name}":"${word}"%`)}`;
  return [
    ...(kind === undefined ? [] : [holds('kind', kind)]),
    ...(state === undefined ? [] : [state === 'open' ? 'NOT is_over' : holds('result', state)]),
  ];
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

function paramsOf(record: OperationRecord): readonly unknown[] {
  return [record.id, record.epoch, isOver(record), JSON.stringify(record), record.revision];
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
