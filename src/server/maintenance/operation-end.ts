import type { OperationResult } from '../../shared/domain';
import type { LeaseSession } from '../cluster/lease-session';
import type { CoordinatorDeps } from './coordinator-deps';
import type { RecordWriter } from './record-writer';
import type { Telling } from './telling';

export interface OperationEndDeps extends Pick<CoordinatorDeps, 'agent' | 'journal' | 'clock'> {
  readonly writer: RecordWriter;
  readonly telling: Telling;
  readonly session: LeaseSession;
  /** Its leader leads nothing any more. */
  readonly onEnd: () => void;
}

/** The end of an operation for the process that leads it: told to everybody, the lease given back, nothing left running. */
export class OperationEnd {
  private tellEnd: () => void = () => {};
  /** Resolves when nothing of it is left. */
  readonly reached = new Promise<void>((resolve) => (this.tellEnd = resolve));
  private readonly over = new AbortController();

  constructor(private readonly deps: OperationEndDeps) {}

  /** Aborts when the end begins. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Resolves when it has ended, at the latest when the signal aborts. */
  within(signal: AbortSignal): Promise<void> {
    return Promise.race([this.reached, new Promise<void>((late) => signal.addEventListener('abort', () => late()))]);
  }

  async finish(result: OperationResult, reason: string | undefined): Promise<void> {
    const { writer, telling } = this.deps;
    this.over.abort();
    await writer.finish(result, reason);
    telling.note('operation.ended', reason === undefined ? result : `${result}: ${reason}`);
    await telling.hint();
    await this.close();
  }

  /** A person has to look. With a target the work is complete; without one the database may be half-way. */
  async surrender(reason: string, target = ''): Promise<OperationResult> {
    const { writer, telling, agent, clock } = this.deps;
    const { phase, epoch } = writer.record;
    telling.say(`held: ${reason}`);
    await writer.surrender({ phaseSince: clock.wall(), reason, target, changed: true });
    telling.note('operation.phase', `${phase} → held: ${reason}`);
    if (phase === 'working') agent.fail(reason);
    else agent.own.handOver(epoch);
    await this.close();
    await telling.hint();
    return 'failed';
  }

  /** This process has nothing to do with it any more. */
  async close(): Promise<void> {
    const { session, onEnd, journal, writer } = this.deps;
    this.over.abort();
    await session.stop();
    onEnd();
    await journal.keepAll(writer.record.id);
    this.tellEnd();
  }
}
