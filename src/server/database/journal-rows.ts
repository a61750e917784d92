import { JOURNAL_EVENTS, type JournalEntry, type JournalEvent } from '../../shared/domain';
import type { SqlRow } from './sql';
import type { OwnTables } from './tables';

/** Lines in one statement. */
const CHUNK = 200;

const COLUMNS = ['epoch', 'boot_id', 'seq', 'operation', 'at', 'node', 'event', 'text'] as const;

/** The lines of the journal of all operations. */
export class JournalRows {
  private readonly table: string;

  constructor(private readonly tables: OwnTables) {
    this.table = tables.name('journal');
  }

  async keep(entries: readonly JournalEntry[]): Promise<void> {
    for (let start = 0; start < entries.length; start += CHUNK) await this.insert(entries.slice(start, start + CHUNK));
  }

  /** Clocks of machines disagree, but the lines of one node stay in their order. */
  async read(operationId: string): Promise<readonly JournalEntry[]> {
    const rows = await this.tables.read(
      `SELECT ${COLUMNS.join(', ')} FROM ${this.table} WHERE operation = $1 ORDER BY at, boot_id, seq`,
      [operationId],
    );
    return rows.map(parseRow).filter((entry) => entry !== undefined);
  }

  private async insert(entries: readonly JournalEntry[]): Promise<void> {
    const rows = entries.map(
      (_, row) => `(${COLUMNS.map((_name, column) => `$${row * COLUMNS.length + column + 1}`)})`,
    );
    const params = entries.flatMap(({ epoch, node, seq, operation, at, event, text }) => [
      ...[epoch, node.bootId, seq, operation],
      ...[at, node.name, event, text],
    ]);
    const keepExisting = this.tables.dialect.keepExisting('epoch');
    const sql = `INSERT INTO ${this.table} (${COLUMNS.join(', ')}) VALUES ${rows.join(', ')} ${keepExisting}`;
    await this.tables.write(sql, params);
  }
}

/** An event of a later version is none that anybody here could show. */
function parseRow(row: SqlRow): JournalEntry | undefined {
  const event = JOURNAL_EVENTS.find((name): name is JournalEvent => name === row.event);
  return (
    event && {
      operation: String(row.operation),
      epoch: Number(row.epoch),
      node: { bootId: String(row.boot_id), name: String(row.node) },
      seq: Number(row.seq),
      at: Number(row.at),
      event,
      text: String(row.text),
    }
  );
}
