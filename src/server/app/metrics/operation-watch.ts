import type { NodeRef, OperationRecord } from '../../../shared/domain';
import type { Instruments } from './instruments';

/** What the records that this node writes say about operations. */
export class OperationWatch {
  private last: OperationRecord | undefined;
  /** The newest that was counted, with how. */
  private counted = '';

  constructor(
    private readonly self: NodeRef,
    private readonly instruments: Instruments,
  ) {}

  /** The words of a leader: how long each phase took. */
  led(record: OperationRecord): void {
    const { last } = this;
    this.last = record;
    if (last?.id === record.id && last.phase !== record.phase) {
      this.measure(last, record.result === undefined ? record.phaseSince : record.endedAt);
    }
    this.count(record);
  }

  /** Somebody ended or held an operation whose leader is gone, or that stood. */
  settled(record: OperationRecord): void {
    const own = record.leader.bootId === this.self.bootId;
    if (own && this.last?.id === record.id) this.led(record);
    else this.count(record);
  }

  private measure({ kind, phase, phaseSince }: OperationRecord, end: number | undefined): void {
    // The wall clock of one process, which somebody may set back.
    if (end !== undefined) this.instruments.phases.observe({ kind, phase }, Math.max(0, end - phaseSince) / 1000);
  }

  private count({ id, kind, phase, result }: OperationRecord): void {
    const end = result ?? (phase === 'held' ? phase : undefined);
    if (end === undefined || this.counted === `${id} ${end}`) return;
    this.counted = `${id} ${end}`;
    this.instruments.operations.inc({ kind, result: end });
  }
}
