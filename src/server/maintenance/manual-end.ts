import type { OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { isOver } from '../core/node-machine';
import type { Coordination, Ledger } from '../ports';
import type { Journal } from './journal';

export interface ManualEndDeps {
  readonly coordination: Coordination;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** Ends a manual maintenance that stands. Anybody may try, at any time; the store lets one succeed. */
export class ManualEnd {
  constructor(private readonly deps: ManualEndDeps) {}

  /** `moved`: somebody was quicker, or the lease of the beginning has not expired yet. Rejects when the store is silent. */
  async end(record: OperationRecord, reason: string): Promise<'ended' | 'moved'> {
    const { coordination, ledger, journal } = this.deps;
    const stored = await ledger.find(record.id).catch(() => undefined);
    const over = stored && isOver(stored) ? stored : this.over(record, reason);
    if ((await coordination.state.settle(record, over)) === 'moved') return 'moved';
    await coordination.bus.hint();
    journal.note(record, 'operation.ended', `${over.result}: ${over.reason ?? ''}`);
    await ledger.write(over).catch(() => undefined);
    await journal.keepAll(record.id);
    return 'ended';
  }

  /** The same where the store cannot be reached: a node without it looks there. Rejects when the database is silent, too. */
  async endInDatabase(record: OperationRecord, reason: string): Promise<void> {
    await this.deps.ledger.write(this.over(record, reason));
  }

  /** The last word, whatever of the leader's is still under way. */
  private over(record: OperationRecord, reason: string): OperationRecord {
    const endedAt = this.deps.clock.wall();
    return { ...record, phase: 'idle', result: 'done', waitingFor: [], reason, endedAt, revision: record.revision + 1 };
  }
}
