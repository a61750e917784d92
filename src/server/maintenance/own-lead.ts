import type { OperationRecord } from '../../shared/domain';
import { drainSentence } from '../core/sentences';
import { isLeftOpen } from '../core/standing';
import type { Draining } from './draining';
import type { NodeState } from './node-state';
import type { Quieting } from './quieting';
import type { WayBack } from './way-back';
import type { Late } from './work-policy';

export interface OwnLeadOptions {
  readonly state: NodeState;
  readonly back: WayBack;
  readonly draining: Draining;
  readonly quieting: Quieting;
  /** Of the leader's own background work. */
  readonly late: Late;
  /** False for a short CLI process. */
  readonly isServer: boolean;
  /** The record as this node saw it last. */
  readonly sight: { read(): OperationRecord | undefined; write(record: OperationRecord): void };
}

/** What the node does for the operation that it leads itself. */
export class OwnLead {
  /** Epoch of the operation that this node leads; 0 when none. */
  epoch = 0;
  /** Epoch of the operation whose end this process is still to tell, also when it serves again. */
  private untold = 0;

  constructor(private readonly options: OwnLeadOptions) {}

  /** It has not noticed yet that others have changed something: it stood still. */
  isStale(record: OperationRecord): boolean {
    return this.options.back.isStale(record);
  }

  /** A node at the door of a start has nothing to drain. */
  async drain(record: OperationRecord, signal: AbortSignal): Promise<boolean> {
    const { state, draining, quieting, sight, late } = this.options;
    sight.write(record);
    this.epoch = this.untold = record.epoch;
    if (state.phase === 'waiting' || isLeftOpen(record, state)) return true;
    if (record.scope === 'writes') return quieting.lead(record, signal);
    return draining.run(record.epoch, drainSentence(record), signal, late);
  }

  /** Nobody has to settle that operation as long as this process lives. */
  ends(epoch: number): boolean {
    return this.untold === epoch;
  }

  /** Its end was told, as far as that was possible. */
  over(epoch: number): void {
    if (this.untold === epoch) this.untold = 0;
  }

  /** The operation stands from here on, and this node follows it like any other. */
  handOver(epoch: number): void {
    if (this.epoch === epoch) this.epoch = 0;
  }

  /** The leader gives up before the first change. By then this node may have drained for somebody else's operation. */
  async standDown(epoch: number): Promise<void> {
    const { state, back, sight } = this.options;
    const record = sight.read();
    const current = state.phase;
    this.handOver(epoch);
    if (state.epoch !== epoch) return;
    const drained = current === 'draining' || current === 'drained';
    if (drained && record && back.owes(record, state.report().fingerprint)) await back.reload(record);
    else if (drained || current === 'working') await back.resume(epoch, record);
  }

  /** A quiet operation has changed nothing, and this node is what it was all along. */
  finishQuietly(epoch: number): Promise<boolean> {
    this.handOver(epoch);
    return Promise.resolve(true);
  }

  /** The leader's work is done: this node serves first, so that somebody does while the others reload. */
  async finish(target: string, failed: boolean): Promise<boolean> {
    const { state, back, isServer } = this.options;
    this.epoch = 0;
    if (!isServer) return true;
    back.fresh = state.epoch;
    return failed ? back.afterFailure(this.options.sight.read(), target) : back.verifyAndServe(target);
  }
}
