import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { decide, type NodeDecision, type NodeView } from '../core/node-machine';
import { isStanding } from '../core/standing';

export interface Circumstances {
  /** Epoch of the operation that this node leads; 0 when none. */
  readonly leads: number;
  /** The sight is the database's: the store cannot be reached. */
  readonly withoutStore: boolean;
}

/** What the node machine says to a sight of the record, by one node that remembers what it has acknowledged. */
export class Judgement {
  /** When the operation that this node drained for was last known to anybody. */
  private knownAt = 0;

  /** `leaseTtl` in milliseconds. */
  constructor(
    private readonly clock: Clock,
    private readonly leaseTtl: number,
  ) {}

  decide(
    record: OperationRecord | undefined,
    view: Omit<NodeView, 'blind'>,
    { leads, withoutStore }: Circumstances,
  ): NodeDecision {
    // A leader follows its own plan; a store that forgot its operation, or never knew it, changes nothing about that.
    const own = record && isStanding(record) ? 0 : leads;
    if (own > 0 && (record?.epoch ?? 0) <= own) return 'none';
    return decide({ ...view, blind: withoutStore || !this.isForgotten(view.epoch, record) }, record);
  }

  /**
   * The operation that this node acknowledged is known nowhere any more, for so long that its leader has lost the lease
   * or told of it again: until then it may rely on the acknowledgement.
   */
  private isForgotten(acknowledged: number, record: OperationRecord | undefined): boolean {
    if ((record?.epoch ?? 0) >= acknowledged) this.knownAt = this.clock.monotonic();
    return this.clock.monotonic() - this.knownAt > this.leaseTtl;
  }
}
