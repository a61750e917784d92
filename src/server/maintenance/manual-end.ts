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

  /**
   * First where the store may be put back from. `told`: the database knows, the store not yet, because the lease of the
   * beginning has not expired; to be repeated. `moved`: somebody was quicker. Rejects when the store is silent.
   */
  async end(record: OperationRecord, reason: string): Promise<'ended' | 'told' | 'moved'> {
    const { coordination, ledger, journal } = this.deps;
    const stored = await ledger.find(record.id).catch(() => undefined);
    const over = stored && isOver(stored) ? stored : this.over(record, reason);
    // A database that is silent, because it is what is worked on, must not keep anybody from ending it.
    const outcome = over === stored ? 'known' : await ledger.settle(stored, over).catch(() => 'silent' as const);
    if (outcome === 'moved') return 'moved';
    if ((await coordination.state.settle(record, over)) === 'moved') return outcome === 'written' ? 'told' : 'moved';
    await coordination.bus.hint();
    journal.note(record, 'operation.ended', `${over.result}: ${over.reason ?? ''}`);
    await journal.keepAll(record.id);
    return outcome === 'known' ? 'moved' : 'ended';
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
