import type { NodeRef, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { needsSettlement, settlementOf } from '../core/settlement';
import type { Coordination, Log } from '../ports';

/** How long a record may stay unchanged before a node looks whether its leader is gone, in milliseconds. */
const LOOK_AFTER = 2_000;

export interface SettlerDeps {
  readonly node: NodeRef;
  readonly coordination: Coordination;
  readonly clock: Clock;
  readonly log: Log;
}

/** Ends or holds the operation of a leader that is gone. Every node tries; the store lets one succeed. */
export class Settler {
  private seen: OperationRecord | undefined;
  private lookAt = 0;

  constructor(private readonly deps: SettlerDeps) {}

  /** To be told of every sight of the record. */
  async observe(record: OperationRecord | undefined): Promise<void> {
    const { clock, node } = this.deps;
    const moved = this.seen?.epoch !== record?.epoch || this.seen?.phase !== record?.phase;
    if (moved || this.seen?.step !== record?.step) this.lookAt = clock.monotonic() + LOOK_AFTER;
    this.seen = record;
    if (!needsSettlement(record) || record.leader.bootId === node.bootId || clock.monotonic() < this.lookAt) return;
    this.lookAt = clock.monotonic() + LOOK_AFTER;
    await this.settle(record);
  }

  private async settle(record: OperationRecord): Promise<void> {
    const { coordination, clock, log, node } = this.deps;
    const next = settlementOf(record, clock.wall());
    const outcome = await coordination.state.settle(record, next).catch(() => 'moved' as const);
    if (outcome === 'moved') return;
    log.warn(next.reason ?? '', { operation: record.id, epoch: record.epoch, node: node.name });
    await coordination.bus.hint();
  }
}
