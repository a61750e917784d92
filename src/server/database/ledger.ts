import type { JournalEntry, NodeReport, OperationRecord } from '../../shared/domain';
import type { HistoryFilter } from '../../shared/history';
import type { Clock } from '../core/clock';
import type { Joining, Ledger, LedgerNode } from '../ports';
import type { Dialect } from './dialect';
import { dialectOf } from './dialects';
import { JournalRows } from './journal-rows';
import { DatabaseLock } from './lock';
import { OperationRows } from './operation-rows';
import { Presence } from './presence';
import { RegisteredNodes } from './registered-nodes';
import type { SqlDatabase } from './sql';
import { OwnTables } from './tables';

/** The ledger on PostgreSQL and MySQL/MariaDB. The connections are closed by whoever opened the database. */
export class DatabaseLedger implements Ledger {
  private readonly registered: RegisteredNodes;
  private readonly operations: OperationRows;
  private readonly lines: JournalRows;
  private readonly presence: Presence;
  private self: { readonly bootId: string; readonly lock: DatabaseLock } | undefined;

  constructor(
    private readonly database: SqlDatabase,
    private readonly dialect: Dialect,
    private readonly namespace: string,
    private readonly clock: Clock,
  ) {
    const tables = new OwnTables(database, dialect);
    this.registered = new RegisteredNodes(tables);
    this.operations = new OperationRows(tables);
    this.lines = new JournalRows(tables);
    this.presence = new Presence(clock);
  }

  join(node: Joining): Promise<void> {
    const lock = this.lockOf(node.bootId);
    return this.presence.join(lock, () => this.registered.register(node, lock.name));
  }

  present(): boolean {
    return this.presence.present;
  }

  async leave(): Promise<void> {
    await this.presence.leave(async () => {
      if (this.self) await this.registered.remove(this.self.bootId);
    });
  }

  report(report: NodeReport): Promise<void> {
    return this.registered.report(report, this.lockOf(report.bootId).name);
  }

  nodes(): Promise<readonly LedgerNode[]> {
    return this.registered.list();
  }

  evict(bootId: string): Promise<void> {
    return this.dialect.evict(this.database, bootId);
  }

  async declareStopped(bootId: string): Promise<'declared' | 'unknown'> {
    await this.evict(bootId);
    return (await this.registered.remove(bootId)) ? 'declared' : 'unknown';
  }

  write(record: OperationRecord): Promise<'written' | 'outdated'> {
    return this.operations.write(record);
  }

  settle(seen: OperationRecord | undefined, next: OperationRecord): Promise<'written' | 'moved'> {
    return this.operations.settle(seen, next);
  }

  latest(): Promise<OperationRecord | undefined> {
    return this.operations.latest();
  }

  find(operationId: string): Promise<OperationRecord | undefined> {
    return this.operations.find(operationId);
  }

  age(operationId: string): Promise<number | undefined> {
    return this.operations.age(operationId);
  }

  history(limit: number, beforeEpoch?: number, filter?: HistoryFilter): Promise<readonly OperationRecord[]> {
    return this.operations.history(limit, beforeEpoch, filter);
  }

  count(filter?: HistoryFilter): Promise<number> {
    return this.operations.count(filter);
  }

  keep(entries: readonly JournalEntry[]): Promise<void> {
    return this.lines.keep(entries);
  }

  journal(operationId: string): Promise<readonly JournalEntry[]> {
    return this.lines.read(operationId);
  }

  /** One for the whole life of the process: it remembers which of its own connections may still stand in the way. */
  private lockOf(bootId: string): DatabaseLock {
    if (this.self?.bootId === bootId) return this.self.lock;
    const name = this.dialect.lockName(`cluster-maintenance:${this.namespace}:${bootId}`);
    const lock = new DatabaseLock(this.database, this.dialect, this.clock, name);
    this.self = { bootId, lock };
    return lock;
  }
}

/** Undefined: see `dialectOf`. */
export function createLedger(database: SqlDatabase, namespace: string, clock: Clock): Ledger | undefined {
  const dialect = dialectOf(database.dialect);
  return dialect && new DatabaseLedger(database, dialect, namespace, clock);
}
