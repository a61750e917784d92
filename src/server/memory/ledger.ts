import type { JournalEntry, NodePhase, NodeRef, NodeReport, OperationRecord } from '../../shared/domain';
import type { HistoryFilter } from '../../shared/history';
import type { Clock } from '../core/clock';
import { isOver } from '../core/node-machine';
import type { Joining, Ledger, LedgerNode } from '../ports';

/** What the tables and locks of a database remember. */
export interface LedgerMemory {
  nodes: Map<string, RegisteredNode>;
  operations: Map<string, StoredOperation>;
  lines: JournalEntry[];
  /** Who holds the lock of which boot id. */
  readonly present: Map<string, Ledger>;
}

interface RegisteredNode extends NodeRef {
  readonly phase: NodePhase;
  readonly epoch: number;
  readonly quietFor?: number;
  readonly sentAt: number;
  readonly seenAt: number;
  freeSince: number | undefined;
}

interface StoredOperation {
  readonly record: OperationRecord;
  /** By the monotonic clock. */
  readonly writtenAt: number;
  /** False: it was loaded from a dump. */
  genuine: boolean;
}

/** How long the lock of a process must have been free until it counts as gone, in milliseconds. */
const GRACE = 3_000;

/** One node's view of a ledger that lives in the memory of this process. Copied in and out, as any other store would. */
export class MemoryLedger implements Ledger {
  private self: string | undefined;

  constructor(
    private readonly memory: LedgerMemory,
    private readonly clock: Clock,
  ) {}

  async join({ bootId, name, sentAt }: Joining): Promise<void> {
    await Promise.resolve();
    this.self = bootId;
    this.memory.present.set(bootId, this);
    this.put({ bootId, name, phase: 'starting', epoch: 0, sentAt });
  }

  present(): boolean {
    return this.self !== undefined && this.memory.present.get(this.self) === this;
  }

  async leave(): Promise<void> {
    await Promise.resolve();
    if (this.self === undefined) return;
    this.memory.nodes.delete(this.self);
    if (this.present()) this.memory.present.delete(this.self);
  }

  async report({ bootId, name, phase, epoch, quietFor, sentAt }: NodeReport): Promise<void> {
    await Promise.resolve();
    this.self = bootId;
    this.put({ bootId, name, phase, epoch, sentAt, ...(quietFor ? { quietFor } : {}) });
  }

  async nodes(): Promise<readonly LedgerNode[]> {
    await Promise.resolve();
    const now = this.clock.monotonic();
    return [...this.memory.nodes.values()].map((row) => {
      const { bootId, name, phase, epoch, quietFor, sentAt, seenAt } = row;
      row.freeSince = this.memory.present.has(bootId) ? undefined : (row.freeSince ?? now);
      const gone = row.freeSince !== undefined && now - row.freeSince >= GRACE;
      if (gone) this.memory.nodes.delete(bootId);
      const silentMs = Math.max(0, Math.round(now - seenAt));
      const presence = gone ? ('gone' as const) : ('connected' as const);
      const node = { bootId, name, presence, phase, epoch, sentAt, silentMs };
      return quietFor ? { ...node, quietFor } : node;
    });
  }

  /** Nothing outlives its process here. */
  evict = (): Promise<void> => Promise.resolve();

  async declareStopped(bootId: string): Promise<'declared' | 'unknown'> {
    await Promise.resolve();
    return this.memory.nodes.delete(bootId) ? 'declared' : 'unknown';
  }

  async write(record: OperationRecord): Promise<'written' | 'outdated'> {
    await Promise.resolve();
    const stored = this.memory.operations.get(record.id)?.record;
    if (stored && (isOver(stored) || stored.revision > record.revision)) return 'outdated';
    this.keepRecord(record);
    return 'written';
  }

  async settle(seen: OperationRecord | undefined, next: OperationRecord): Promise<'written' | 'moved'> {
    await Promise.resolve();
    const stored = this.memory.operations.get(next.id)?.record;
    if (stored?.revision !== seen?.revision || (stored && isOver(stored))) return 'moved';
    this.keepRecord(next);
    return 'written';
  }

  async latest(): Promise<OperationRecord | undefined> {
    await Promise.resolve();
    return this.newestFirst(({ genuine }) => genuine)[0];
  }

  async find(operationId: string): Promise<OperationRecord | undefined> {
    await Promise.resolve();
    return structuredClone(this.memory.operations.get(operationId)?.record);
  }

  async age(operationId: string): Promise<number | undefined> {
    await Promise.resolve();
    const stored = this.memory.operations.get(operationId);
    return stored?.genuine ? Math.round(this.clock.monotonic() - stored.writtenAt) : undefined;
  }

  async history(
    limit: number,
    beforeEpoch = Infinity,
    filter: HistoryFilter = {},
  ): Promise<readonly OperationRecord[]> {
    await Promise.resolve();
    const fits = ({ record }: StoredOperation) => record.epoch < beforeEpoch && isLookedFor(record, filter);
    return this.newestFirst(fits).slice(0, Math.max(0, limit));
  }

  async count(filter: HistoryFilter = {}): Promise<number> {
    await Promise.resolve();
    return this.newestFirst(({ record }) => isLookedFor(record, filter)).length;
  }

  async keep(entries: readonly JournalEntry[]): Promise<void> {
    await Promise.resolve();
    const there = new Set(this.memory.lines.map(identity));
    for (const entry of entries) {
      if (!there.has(identity(entry))) this.memory.lines.push(structuredClone(entry));
      there.add(identity(entry));
    }
  }

  async journal(operationId: string): Promise<readonly JournalEntry[]> {
    await Promise.resolve();
    const lines = this.memory.lines.filter(({ operation }) => operation === operationId);
    return structuredClone(lines).sort((a, b) => a.at - b.at || order(a.node.bootId, b.node.bootId) || a.seq - b.seq);
  }

  private put(node: Joining & Pick<RegisteredNode, 'phase' | 'epoch' | 'quietFor'>): void {
    if ((this.memory.nodes.get(node.bootId)?.sentAt ?? 0) > node.sentAt) return;
    const row = { ...node, seenAt: this.clock.monotonic(), freeSince: undefined };
    this.memory.nodes.set(node.bootId, row);
  }

  private keepRecord(record: OperationRecord): void {
    const writtenAt = this.clock.monotonic();
    this.memory.operations.set(record.id, { record: structuredClone(record), writtenAt, genuine: true });
  }

  private newestFirst(which: (stored: StoredOperation) => boolean): OperationRecord[] {
    const records = [...this.memory.operations.values()].filter(which).map(({ record }) => record);
    return structuredClone(records).sort((a, b) => b.epoch - a.epoch || order(a.id, b.id));
  }
}

function isLookedFor(record: OperationRecord, { kind, state }: HistoryFilter): boolean {
  if (kind !== undefined && record.kind !== kind) return false;
  return state === undefined || (state === 'open' ? !isOver(record) : record.result === state);
}

function identity({ epoch, node, seq }: JournalEntry): string {
  return JSON.stringify([epoch, node.bootId, seq]);
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
