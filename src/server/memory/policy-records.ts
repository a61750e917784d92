import type { Clock } from '../core/clock';
import type { AuditQuery, AuditRow, AuditRows, PolicyRecords, SealedRow, SealedRows, Span } from '../ports';

/** As many as a process should keep in its memory. */
const MOST = 1_000;

class MemorySealedRows implements SealedRows {
  private rows: readonly SealedRow[] = [];

  constructor(private readonly clock: Clock) {}

  async now(): Promise<number> {
    return Promise.resolve(this.clock.wall());
  }

  async add(row: SealedRow): Promise<void> {
    await Promise.resolve();
    this.rows = [row, ...this.rows].slice(0, MOST);
  }

  tidy = (): Promise<void> => Promise.resolve();

  async find(id: string): Promise<SealedRow | undefined> {
    return Promise.resolve(this.rows.find((row) => row.id === id));
  }

  async list(limit: number, states: readonly string[] = []): Promise<readonly SealedRow[]> {
    await Promise.resolve();
    return this.rows.filter(({ state }) => states.length === 0 || states.includes(state)).slice(0, limit);
  }

  async replace(seen: SealedRow, next: SealedRow, { from, until }: Span = {}): Promise<boolean> {
    await Promise.resolve();
    const now = this.clock.wall();
    const there = this.rows.find(({ id }) => id === seen.id);
    const inTime = (from === undefined || now >= from) && (until === undefined || now < until);
    if (there?.seal !== seen.seal || !inTime) return false;
    this.rows = this.rows.map((row) => (row === there ? { ...next, id: row.id, at: row.at } : row));
    return true;
  }
}

class MemoryAuditRows implements AuditRows {
  private rows: readonly AuditRow[] = [];

  constructor(private readonly clock: Clock) {}

  async add(rows: Parameters<AuditRows['add']>[0]): Promise<void> {
    await Promise.resolve();
    const now = this.clock.wall();
    const added = rows.map(({ ago, ...row }) => ({ ...row, at: now - Math.round(ago) }));
    this.rows = [...added.reverse(), ...this.rows].sort((a, b) => b.at - a.at).slice(0, MOST);
  }

  async conclude(id: string, result: string, operation?: string): Promise<void> {
    await Promise.resolve();
    const end = { result, ...(operation === undefined ? {} : { operation }) };
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, ...end } : row));
  }

  async list({ limit, before, action, person }: AuditQuery): Promise<readonly AuditRow[]> {
    await Promise.resolve();
    const last = this.rows.findIndex(({ id }) => id === before);
    if (before !== undefined && last < 0) return [];
    const fits = (row: AuditRow) =>
      (action === undefined || row.action === action) && (person === undefined || row.person === person);
    return this.rows
      .slice(last + 1)
      .filter(fits)
      .slice(0, Math.max(0, limit));
  }
}

/** For a database that only one process can use, and that has no lock: what is in here ends with the process. */
export function createMemoryPolicyRecords(clock: Clock): PolicyRecords {
  return {
    approvals: new MemorySealedRows(clock),
    glass: new MemorySealedRows(clock),
    queue: new MemorySealedRows(clock),
    announcements: new MemorySealedRows(clock),
    audit: new MemoryAuditRows(clock),
  };
}
