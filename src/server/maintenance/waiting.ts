import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { isOver } from '../core/node-machine';
import type { Journal } from './journal';
import type { NodeAgent } from './node-agent';

export interface WaitingDeps {
  readonly agent: NodeAgent;
  readonly clock: Clock;
  readonly journal: Journal;
}

export interface Deadline {
  /** Aborts at the deadline, and for whatever else ends the wait. */
  readonly signal: AbortSignal;
  /** What ended it before the deadline, in one sentence. */
  readonly why: () => string | undefined;
  /** Ends the wait, for this reason. */
  readonly cut: (why: string) => void;
}

/** How often the leader looks whether somebody asked to cancel, if nothing wakes it before, in milliseconds. */
const LOOK_EVERY = 500;

/** What may end a leader's wait: the deadline, the loss of its lease, a request to cancel, and its own end. */
export class Waiting {
  constructor(
    private readonly operation: Pick<OperationRecord, 'id' | 'epoch' | 'leader'>,
    private readonly lost: AbortSignal,
    private readonly leaving: AbortSignal,
    private readonly over: AbortSignal,
    private readonly deps: WaitingDeps,
  ) {}

  upTo(ms: number): Deadline {
    const controller = new AbortController();
    let reason: string | undefined;
    const cut = (why: string) => {
      if (controller.signal.aborted) return;
      reason = why;
      controller.abort();
    };
    const onLost = () => cut(sentence(this.lost.reason));
    const onLeaving = () => cut(`${this.operation.leader.name} was asked to end; nothing was changed.`);
    if (this.lost.aborted) onLost();
    this.lost.addEventListener('abort', onLost, { once: true });
    this.leaving.addEventListener('abort', onLeaving, { once: true });
    controller.signal.addEventListener('abort', () => {
      this.lost.removeEventListener('abort', onLost);
      this.leaving.removeEventListener('abort', onLeaving);
    });
    void this.deps.clock.sleep(ms, this.over).then(() => controller.abort());
    void this.watchForCancel(controller.signal, cut);
    return { signal: controller.signal, why: () => reason, cut };
  }

  /**
   * For what comes after the work: nobody can cancel that, and it counts whether the lease lasts or not; but once others have
   * ended the operation nobody comes back for its sake any more.
   */
  patience(ms: number): AbortSignal {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.leaving, this.deps.clock.timeout(ms), ended.signal]);
    void this.watchForEnd(signal, () => ended.abort());
    return signal;
  }

  /** The sentence of an operation that somebody cancelled. */
  cancelled(): string {
    const { lastRecord } = this.deps.agent;
    const by = lastRecord?.epoch === this.operation.epoch ? lastRecord.cancelledBy : undefined;
    return `Cancelled by ${by ?? 'somebody'} before the first change.`;
  }

  private async watchForEnd(signal: AbortSignal, end: () => void): Promise<void> {
    const { agent } = this.deps;
    const { epoch } = this.operation;
    while (!signal.aborted && !this.over.aborted) {
      const { lastRecord } = agent;
      if (lastRecord && (lastRecord.epoch > epoch || (lastRecord.epoch === epoch && isOver(lastRecord)))) return end();
      await agent.nextSight(LOOK_EVERY, signal);
    }
  }

  private async watchForCancel(signal: AbortSignal, cut: (why: string) => void): Promise<void> {
    const { agent, journal } = this.deps;
    while (!signal.aborted && !this.over.aborted) {
      const { lastRecord } = agent;
      if (lastRecord?.epoch === this.operation.epoch && lastRecord.cancelledBy !== undefined && !lastRecord.changed) {
        journal.note(this.operation, 'operation.cancel', `Asked for by ${lastRecord.cancelledBy}.`);
        return cut(this.cancelled());
      }
      await agent.nextSight(LOOK_EVERY, signal);
    }
  }
}
