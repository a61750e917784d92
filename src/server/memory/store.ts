import type { NodeReport, OperationRecord, RosterEntry } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isOver } from '../core/node-machine';
import { isStanding } from '../core/standing';
import type { AcquireOutcome, LeaseToken, OperationDraft } from '../ports';
import { MemoryJournal } from './journal';

interface HeldLease extends LeaseToken {
  readonly expires: number;
}

interface StoredReport {
  readonly node: NodeReport;
  readonly arrived: number;
  readonly expires: number;
}

/**
 * What all nodes that share it agree on: the memory of the Redis scripts, rule for rule. Every method is one step,
 * because nothing in it waits. Records are copied in and out, as any other store would.
 */
export class MemoryStore {
  readonly journal = new MemoryJournal();
  private held: HeldLease | undefined;
  private highestEpoch = 0;
  /** Without `cancelledBy`. */
  private operation: OperationRecord | undefined;
  /**
   * Who asked to cancel the operation. Beside the record, so that a leader that knows nothing of it cannot lose it by
   * writing. It goes only when the record of another operation begins, so the last record of an operation shows it.
   */
  private cancelledBy: string | undefined;
  private readonly reports = new Map<string, StoredReport>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  acquire(draft: OperationDraft, ttl: number, epoch: number, known: number): AcquireOutcome {
    if (this.lease()) return { outcome: 'busy', record: this.read() };
    const last = this.read();
    const follows = last?.phase === 'held' && last.epoch === draft.follows;
    if (last && !isOver(last) && !follows) return { outcome: isStanding(last) ? 'busy' : 'interrupted', record: last };
    if ((last?.epoch ?? 0) < known) return { outcome: 'forgotten' };
    const highest = Math.max(this.highestEpoch, last?.epoch ?? 0);
    if (epoch <= highest) return { outcome: 'outdated', epoch: highest };
    this.highestEpoch = epoch;
    this.hold({ bootId: draft.leader.bootId, epoch }, ttl);
    this.cancelledBy = undefined;
    const lastChange = last?.changed ? last.epoch : (last?.lastChange ?? 0);
    const record = { ...draft, lastChange: Math.max(lastChange, draft.lastChange) };
    this.put(record, epoch);
    return { outcome: 'acquired', record: structuredClone({ ...record, epoch }) };
  }

  renew(token: LeaseToken, ttl: number): 'renewed' | 'restored' | 'lost' {
    const holder = this.lease();
    if (holder) {
      if (!same(holder, token)) return 'lost';
      this.hold(token, ttl);
      return 'renewed';
    }
    const { operation } = this;
    if (operation && (operation.epoch !== token.epoch || isStanding(operation) || isOver(operation))) return 'lost';
    if (this.highestEpoch > token.epoch) return 'lost';
    this.highestEpoch = token.epoch;
    this.hold(token, ttl);
    return 'restored';
  }

  isHeld(): boolean {
    return this.lease() !== undefined;
  }

  release(token: LeaseToken): 'released' | 'lost' {
    if (!this.holds(token)) return 'lost';
    this.held = undefined;
    return 'released';
  }

  read(): OperationRecord | undefined {
    const { operation, cancelledBy } = this;
    return operation && structuredClone({ ...operation, ...(cancelledBy === undefined ? {} : { cancelledBy }) });
  }

  write(token: LeaseToken, record: OperationRecord): 'written' | 'lost' {
    if (!this.holds(token)) return 'lost';
    const { operation } = this;
    if (operation?.epoch === token.epoch && operation.revision > record.revision) return 'lost';
    this.put(record, token.epoch);
    return 'written';
  }

  commit(token: LeaseToken, record: OperationRecord): 'written' | 'lost' | 'cancelled' {
    if (!this.holds(token)) return 'lost';
    if (this.cancelledBy !== undefined && !this.operation?.changed) return 'cancelled';
    return this.write(token, record);
  }

  cancel(operationId: string, by: string): 'requested' | 'late' | 'gone' {
    const { operation } = this;
    if (operation?.id !== operationId || isOver(operation)) return 'gone';
    // One that was asked before may be aborting by now: that is what was asked for.
    const early = operation.phase === 'acquiring' || operation.phase === 'draining' || this.cancelledBy !== undefined;
    if (operation.changed || !early) return 'late';
    this.cancelledBy ??= by;
    return 'requested';
  }

  restore(record: OperationRecord): 'written' | 'moved' {
    if (this.lease() || (this.operation?.epoch ?? 0) >= record.epoch) return 'moved';
    this.highestEpoch = Math.max(this.highestEpoch, record.epoch);
    this.cancelledBy = undefined;
    this.put(record, record.epoch);
    return 'written';
  }

  finish(token: LeaseToken, record: OperationRecord): 'written' | 'lost' {
    if (this.write(token, record) === 'lost') return 'lost';
    this.held = undefined;
    return 'written';
  }

  settle(seen: OperationRecord, next: OperationRecord): 'written' | 'moved' {
    const { operation } = this;
    if (this.lease() || !operation || operation.epoch !== seen.epoch) return 'moved';
    if (operation.phase !== seen.phase || isOver(operation) !== isOver(seen)) return 'moved';
    this.put(next, operation.epoch);
    return 'written';
  }

  report(node: NodeReport, ttl: number): OperationRecord | undefined {
    const arrived = this.clock.monotonic();
    const before = this.reports.get(node.bootId);
    if (before && before.node.sentAt > node.sentAt && before.expires > arrived) return this.read();
    this.reports.set(node.bootId, { node: structuredClone(node), arrived, expires: arrived + ttl });
    return this.read();
  }

  roster(): RosterEntry[] {
    const now = this.clock.monotonic();
    for (const [bootId, { expires }] of this.reports) if (expires <= now) this.reports.delete(bootId);
    const entries = [...this.reports.values()].map(({ node, arrived }) => ({
      ...structuredClone(node),
      silentMs: Math.round(now - arrived),
    }));
    // Boot ids are random, so the order is that of the starts; equal ones need some fixed order, too.
    return entries.sort((a, b) => a.startedAt - b.startedAt || (a.bootId < b.bootId ? -1 : 1));
  }

  leave(bootId: string): void {
    this.reports.delete(bootId);
  }

  /** Wakes the listeners of all nodes. */
  wake(): void {
    for (const listener of this.listeners) listener();
  }

  onWake(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Forgets everything but who listens, as a flushed Redis does. */
  flush(): void {
    this.held = undefined;
    this.highestEpoch = 0;
    this.operation = undefined;
    this.cancelledBy = undefined;
    this.journal.clear();
    this.reports.clear();
  }

  private put(record: OperationDraft, epoch: number): void {
    const { cancelledBy, ...rest } = record;
    // A record without it does not take the request back: its writer may not know of it yet.
    this.cancelledBy = cancelledBy ?? this.cancelledBy;
    this.operation = structuredClone({ ...rest, epoch });
  }

  /** What a replica knows at this moment; the result puts the store back to it, as a failover does. */
  snapshot(): () => void {
    const { held, highestEpoch, operation, cancelledBy } = structuredClone({ ...this.memory() });
    const reports = structuredClone([...this.reports]);
    return () => {
      Object.assign(this, { held, highestEpoch, operation, cancelledBy });
      this.reports.clear();
      for (const [bootId, report] of reports) this.reports.set(bootId, report);
    };
  }

  private memory() {
    const { held, highestEpoch, operation, cancelledBy } = this;
    return { held, highestEpoch, operation, cancelledBy };
  }

  private lease(): HeldLease | undefined {
    return this.held && this.held.expires > this.clock.monotonic() ? this.held : undefined;
  }

  private hold({ bootId, epoch }: LeaseToken, ttl: number): void {
    this.held = { bootId, epoch, expires: this.clock.monotonic() + ttl };
  }

  private holds(token: LeaseToken): boolean {
    const holder = this.lease();
    return holder !== undefined && same(holder, token);
  }
}

function same(a: LeaseToken, b: LeaseToken): boolean {
  return a.epoch === b.epoch && a.bootId === b.bootId;
}
