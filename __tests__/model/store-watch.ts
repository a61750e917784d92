import type { OperationRecord } from '../../src/shared/domain';
import type { Clock } from '../../src/server/core/clock';
import { MemoryStore } from '../../src/server/memory';
import type { AcquireOutcome, LeaseToken, OperationDraft } from '../../src/server/ports';

interface Holder extends LeaseToken {
  readonly until: number;
  /** When it got the lease, or got it back. */
  readonly since: number;
}

/** Whoever looked before the lease was there may act on that for so long, in ms. */
const ESTABLISHED = 9_000;

/**
 * The store, and somebody who keeps an own account of who holds the lease, from nothing but what the store answers: what
 * the ports promise of lease and record is a rule like the others.
 */
export class WatchedStore extends MemoryStore {
  private holder: Holder | undefined;
  /** Epochs that were given out, ever: a store that forgets must not give one out again. */
  private readonly given = new Set<number>();
  /** Operations that somebody was allowed to cancel, as long as the store remembers it. */
  readonly cancelled = new Set<string>();
  /** To be told of every operation that somebody but its leader ended or held. */
  onSettled: (seen: OperationRecord, next: OperationRecord) => void = () => {};

  /** Before somebody tries to. */
  onSettling: (next: OperationRecord) => void = () => {};

  constructor(
    private readonly time: Clock,
    private readonly complain: (what: string) => void,
  ) {
    super(time);
  }

  /** Who holds the lease now. */
  get leader(): LeaseToken | undefined {
    return this.holder && this.holder.until > this.time.monotonic() ? this.holder : undefined;
  }

  override acquire(draft: OperationDraft, ttl: number, wanted: number, known: number): AcquireOutcome {
    const before = this.read();
    const outcome = super.acquire(draft, ttl, wanted, known);
    if (outcome.outcome !== 'acquired') return outcome;
    const { epoch } = outcome.record;
    this.unled(`epoch ${epoch} was given the lease`);
    const takenUp = before?.phase === 'held' && before.epoch === draft.follows;
    if (before && before.result === undefined && !takenUp) {
      this.complain(`R5: epoch ${epoch} began although epoch ${before.epoch} is ${before.phase} and not over`);
    }
    if (this.given.has(epoch) || epoch !== wanted) this.complain(`R2: epoch ${epoch} was given out twice`);
    this.given.add(epoch);
    this.grant({ bootId: draft.leader.bootId, epoch }, ttl);
    return outcome;
  }

  override renew(token: LeaseToken, ttl: number): 'renewed' | 'restored' | 'lost' {
    const before = this.read();
    const outcome = super.renew(token, ttl);
    if (outcome === 'renewed') this.owned(token, 'renewed its lease');
    if (outcome === 'restored') {
      this.unled(`epoch ${token.epoch} took its lease again`);
      const ended = before && (before.epoch !== token.epoch || before.result !== undefined || before.phase === 'held');
      if (ended) this.complain(`R4: epoch ${token.epoch} took its lease again, and is not under way any more`);
    }
    const kept = outcome === 'renewed' ? this.holder?.since : undefined;
    if (outcome !== 'lost') this.grant(token, ttl, kept);
    return outcome;
  }

  override release(token: LeaseToken): 'released' | 'lost' {
    const outcome = super.release(token);
    if (outcome === 'released') this.giveBack(token, 'released the lease');
    return outcome;
  }

  override write(token: LeaseToken, record: OperationRecord): 'written' | 'lost' {
    const outcome = super.write(token, record);
    if (outcome === 'written') this.owned(token, 'wrote the record');
    return outcome;
  }

  override commit(token: LeaseToken, record: OperationRecord): 'written' | 'lost' | 'cancelled' {
    const before = this.read();
    const outcome = super.commit(token, record);
    if (outcome !== 'written') return outcome;
    this.owned(token, 'announced its first change');
    if (before?.epoch === token.epoch && before.cancelledBy !== undefined && !before.changed) {
      this.complain(`R6: epoch ${token.epoch} announced its first change although it was cancelled`);
    }
    return outcome;
  }

  override cancel(operationId: string, by: string): 'requested' | 'late' | 'gone' {
    const outcome = super.cancel(operationId, by);
    if (outcome === 'requested') this.cancelled.add(operationId);
    return outcome;
  }

  override finish(token: LeaseToken, record: OperationRecord): 'written' | 'lost' {
    const outcome = super.finish(token, record);
    if (outcome === 'written') this.giveBack(token, 'ended its operation');
    return outcome;
  }

  override settle(seen: OperationRecord, next: OperationRecord): 'written' | 'moved' {
    const before = this.read();
    this.onSettling(next);
    const outcome = super.settle(seen, next);
    if (outcome === 'moved') return outcome;
    if (before?.epoch !== seen.epoch || before.phase !== seen.phase || before.result !== seen.result) {
      this.complain(`R5: somebody settled epoch ${seen.epoch}, which had moved on`);
    }
    this.unled(`somebody settled epoch ${seen.epoch}`);
    this.onSettled(seen, next);
    return outcome;
  }

  override restore(record: OperationRecord): 'written' | 'moved' {
    const before = this.read();
    const outcome = super.restore(record);
    if (outcome === 'moved') return outcome;
    this.unled(`epoch ${record.epoch} was put back`);
    if (before && before.epoch >= record.epoch) this.complain(`R2: epoch ${record.epoch} came after ${before.epoch}`);
    return outcome;
  }

  /** Somebody has written to the database that this operation is over, or held. */
  settledInDatabase({ epoch, kind }: OperationRecord): void {
    const { holder } = this;
    if (kind === 'maintenance' || this.leader?.epoch !== epoch || !holder) return;
    if (this.time.monotonic() - holder.since < ESTABLISHED) return;
    this.complain(`R5: epoch ${epoch} was settled in the database while its leader holds the lease`);
  }

  override flush(): void {
    super.flush();
    this.holder = undefined;
    this.cancelled.clear();
  }

  override snapshot(): () => void {
    const back = super.snapshot();
    const { holder } = this;
    return () => {
      back();
      this.holder = holder;
      this.cancelled.clear();
    };
  }

  private grant({ bootId, epoch }: LeaseToken, ttl: number, since = this.time.monotonic()): void {
    this.holder = { bootId, epoch, until: this.time.monotonic() + ttl, since };
  }

  private giveBack(token: LeaseToken, what: string): void {
    this.owned(token, what);
    this.holder = undefined;
  }

  private owned(token: LeaseToken, what: string): void {
    const { leader } = this;
    if (leader?.epoch === token.epoch && leader.bootId === token.bootId) return;
    this.complain(
      `R1: epoch ${token.epoch} ${what}, and ${leader ? `epoch ${leader.epoch}` : 'nobody'} holds the lease`,
    );
  }

  private unled(what: string): void {
    if (this.leader) this.complain(`R1: ${what} while epoch ${this.leader.epoch} holds the lease`);
  }
}
