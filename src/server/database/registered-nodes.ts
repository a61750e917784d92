import { NODE_PHASES, type NodePhase, type NodeRef, type NodeReport } from '../../shared/domain';
import type { Joining, LedgerNode } from '../ports';
import type { SqlRow } from './sql';
import type { OwnTables } from './tables';

/** How long the lock of a process must have been free until it counts as gone: it may be taking it again. */
const GRACE = 3_000;

/** A process that registered and never reported: all that is known is that it may write. */
const SILENT = { phase: 'starting', epoch: 0 } satisfies { phase: NodePhase; epoch: number };

const ALL = ['name', 'lock_name', 'epoch', 'phase', 'seen_at', 'free_since', 'quiet_for', 'sent_at'] as const;

interface Row extends NodeRef {
  readonly phase: NodePhase;
  readonly epoch: number;
  readonly sentAt: number;
  readonly quietFor?: number;
  readonly silentMs: number;
  readonly taken: boolean;
  /** Since somebody saw the lock free, in milliseconds; undefined while nobody did. */
  readonly freeMs: number | undefined;
}

/** The rows of all processes. Time is that of the database alone. */
export class RegisteredNodes {
  private readonly table: string;

  constructor(private readonly tables: OwnTables) {
    this.table = tables.name('nodes');
  }

  register({ bootId, name, sentAt }: Joining, lock: string): Promise<void> {
    // Also of a process that reported here before: it may have begun to serve since, and what it said then is no answer.
    return this.put({ bootId, name, sentAt, ...SILENT }, lock);
  }

  report(report: NodeReport, lock: string): Promise<void> {
    return this.put(report, lock);
  }

  async list(): Promise<readonly LedgerNode[]> {
    const rows = await this.rows();
    const gone = rows.filter((row) => !row.taken && (row.freeMs ?? 0) >= GRACE);
    for (const row of rows) {
      if (row.taken) await this.noteTaken(row);
      else if (!gone.includes(row)) await this.noteFree(row);
    }
    for (const { bootId } of gone) await this.tables.dialect.evict(this.tables.database, bootId);
    const back = await this.forget(gone);
    return rows.map((row) => tell(row, gone.includes(row) && !back.has(row.bootId) ? 'gone' : 'connected'));
  }

  /** False: there was none. */
  async remove(bootId: string): Promise<boolean> {
    const found = await this.tables.read(`SELECT boot_id FROM ${this.table} WHERE boot_id = $1`, [bootId]);
    if (found.length > 0) await this.tables.write(`DELETE FROM ${this.table} WHERE boot_id = $1`, [bootId]);
    return found.length > 0;
  }

  private async put(node: Joining & Pick<Row, 'phase' | 'epoch' | 'quietFor'>, lock: string): Promise<void> {
    const { now } = this.tables.dialect;
    const values = {
      boot_id: '$1',
      name: '$2',
      lock_name: '$3',
      epoch: '$4',
      phase: '$5',
      seen_at: now,
      free_since: 'NULL',
      sent_at: '$6',
      quiet_for: '$7',
    };
    const upsert = { table: this.table, key: 'boot_id', values, update: ALL, newest: 'sent_at' };
    const params = [node.bootId, node.name, lock, node.epoch, node.phase, node.sentAt, node.quietFor ?? 0];
    await this.tables.write(this.tables.dialect.upsert(upsert), params);
  }

  private async rows(): Promise<readonly Row[]> {
    const { dialect } = this.tables;
    const rows = await this.tables.read(
      `SELECT boot_id, name, phase, epoch, quiet_for, sent_at,
         ${dialect.age('seen_at')} AS silent_ms, ${dialect.age('free_since')} AS free_ms,
         CASE WHEN ${dialect.isTaken('lock_name')} THEN 1 ELSE 0 END AS taken
       FROM ${this.table} ORDER BY boot_id`,
    );
    return rows.map(parseRow);
  }

  /** Nothing to write for a process that is where it was: the leader looks four times a second. */
  private async noteTaken({ bootId, freeMs }: Row): Promise<void> {
    if (freeMs === undefined) return;
    await this.tables.write(`UPDATE ${this.table} SET free_since = NULL WHERE boot_id = $1`, [bootId]);
  }

  /** A moment that is still to come was written by another clock: it starts anew. */
  private async noteFree({ bootId, freeMs }: Row): Promise<void> {
    if (freeMs !== undefined && freeMs >= 0) return;
    const { now } = this.tables.dialect;
    await this.tables.write(
      `UPDATE ${this.table} SET free_since = ${now} WHERE boot_id = $1 AND (free_since IS NULL OR free_since > ${now})`,
      [bootId],
    );
  }

  /** Returns the boot ids of those that have come back in this moment, and so stay. */
  private async forget(gone: readonly Row[]): Promise<ReadonlySet<string>> {
    if (gone.length === 0) return new Set();
    for (const { bootId } of gone) {
      await this.tables.write(`DELETE FROM ${this.table} WHERE boot_id = $1 AND free_since IS NOT NULL`, [bootId]);
    }
    const left = await this.tables.read(`SELECT boot_id FROM ${this.table}`);
    return new Set(left.map((row) => String(row.boot_id)));
  }
}

function parseRow(row: SqlRow): Row {
  return {
    bootId: String(row.boot_id),
    name: String(row.name),
    phase: NODE_PHASES.find((phase) => phase === row.phase) ?? SILENT.phase,
    epoch: Number(row.epoch),
    sentAt: Number(row.sent_at),
    quietFor: Number(row.quiet_for),
    silentMs: Math.max(0, Math.round(Number(row.silent_ms))),
    taken: Number(row.taken) === 1,
    freeMs: row.free_ms == null ? undefined : Number(row.free_ms),
  };
}

function tell({ taken: _, freeMs: __, quietFor, ...row }: Row, presence: LedgerNode['presence']): LedgerNode {
  return { ...row, presence, ...(quietFor ? { quietFor } : {}) };
}
