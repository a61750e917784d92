import type { NodeRef, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isSettling } from '../core/machine';
import { isOver } from '../core/node-machine';
import { further, needsSettlement, settlementOf } from '../core/settlement';
import { isStanding } from '../core/standing';
import type { Coordination, Guard, Ledger, Log } from '../ports';
import type { Journal } from './journal';

/** How long a record may stay unchanged before a node looks whether its leader is gone, in milliseconds. */
const LOOK_AFTER = 2_000;

export interface SettlerDeps {
  readonly node: NodeRef;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  /** A leader that reports gets so long, in milliseconds, to take back a lease that the store has lost. */
  readonly leaseTtl: number;
}

/** `inside`: the leader cannot be reached, but it still stands in the guard, so nobody may decide for it. */
export type SettleOutcome = 'settled' | 'moved' | 'inside';

/** Ends or holds the operation of a leader that is gone. Every node tries; the store lets one succeed. */
export class Settler {
  private seen: OperationRecord | undefined;
  private lookAt = 0;
  private changedAt = 0;

  constructor(private readonly deps: SettlerDeps) {}

  /** To be told of every sight of the record in the store, with whether this process itself will tell how that ends. */
  async observe(record: OperationRecord | undefined, isOwn: boolean): Promise<void> {
    const { clock } = this.deps;
    const moved = this.seen?.epoch !== record?.epoch || this.seen?.phase !== record?.phase;
    if (moved || this.seen?.step !== record?.step) {
      this.changedAt = clock.monotonic();
      this.lookAt = this.changedAt + LOOK_AFTER;
    }
    this.seen = record;
    if (!needsSettlement(record) || isOwn || clock.monotonic() < this.lookAt) return;
    this.lookAt = clock.monotonic() + LOOK_AFTER;
    if (clock.monotonic() < this.changedAt + this.deps.leaseTtl && (await this.isThere(record))) return;
    await this.settle(record).catch(() => 'moved' as const);
  }

  /** Rejects when store or database cannot be reached: then nothing is known, and nothing is decided. */
  async settle(record: OperationRecord): Promise<SettleOutcome> {
    const { coordination, ledger, journal, log, node, clock } = this.deps;
    // Its leader is well. One that gets a forgotten lease back after this look has told of its first change, or will be
    // told that it comes too late.
    if (await coordination.lease.isHeld()) return 'moved';
    const stored = await ledger.find(record.id);
    const told = stored?.epoch === record.epoch ? further(record, stored) : record;
    if (await this.isInside(told)) return 'inside';
    if (!isOver(told) && told.changed && !isSettling(told.phase)) await this.stopFor(told);
    const decided = isOver(told) || isStanding(told);
    const end = decided ? told : settlementOf(told, clock.wall());
    // The last word, whatever of the leader's is still under way.
    const next = { ...end, revision: Math.max(record.revision, told.revision) + 1 };
    // First where the leader has to tell of its first change, and where the store may be put back from.
    if (!decided && (await ledger.settle(stored, next)) === 'moved') return 'moved';
    if ((await coordination.state.settle(record, next)) === 'moved') return 'moved';
    const reason = next.reason ?? '';
    log.warn(reason, { operation: record.id, epoch: record.epoch, node: node.name });
    journal.note(record, 'operation.settled', `${next.result ?? next.phase}: ${reason}`);
    await coordination.bus.hint();
    await journal.keepAll(record.id);
    return 'settled';
  }

  /**
   * The work is over from here on: its leader may not enter the guard again (it has lost that, but may live), and a
   * statement of it that still waits in the database must not come afterwards.
   */
  private async stopFor({ epoch, leader }: OperationRecord): Promise<void> {
    await this.deps.guard.retire(epoch);
    await this.deps.ledger.evict(leader.bootId);
  }

  /** An emptied store has lost the lease of a leader that is well, until that renews it. */
  private async isThere({ leader, epoch }: OperationRecord): Promise<boolean> {
    const roster = await this.deps.coordination.state.roster().catch(() => []);
    return roster.some((node) => node.bootId === leader.bootId && [node.epoch, node.quietFor].includes(epoch));
  }

  /**
   * The leader has passed the guard and still stands in it: it works without Redis, or is frozen and will go on. So it
   * is not gone, whatever the store says of its lease.
   */
  private async isInside(told: OperationRecord): Promise<boolean> {
    if (isOver(told) || isSettling(told.phase)) return false;
    const { epoch } = await this.deps.guard.applied();
    return epoch >= told.epoch && (await this.deps.guard.isHeld());
  }
}
