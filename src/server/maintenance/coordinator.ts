import type { OperationKind, OperationRecord, OperationScope } from '../../shared/domain';
import { LeaseSession } from '../cluster/lease-session';
import { sentence } from '../core/errors';
import { settlementOf } from '../core/settlement';
import type { OperationDraft } from '../ports';
import type { CoordinatorDeps } from './coordinator-deps';
import { LedOperation } from './led-operation';

export interface OperationRequest {
  readonly kind: OperationKind;
  /** What it is about, for people; never a secret. */
  readonly subject: string;
  readonly requestedBy: string;
  readonly scope?: OperationScope;
}

export type BeginOutcome =
  | { readonly outcome: 'leading'; readonly operation: LedOperation }
  | { readonly outcome: 'busy'; readonly record: OperationRecord | undefined };

/** How often an interrupted operation of somebody else is settled before giving up on the lease. */
const ATTEMPTS = 3;

/** Makes this node the leader of a new operation, or says who is. */
export class Coordinator {
  constructor(private readonly deps: CoordinatorDeps) {}

  /** Rejects when store or database cannot be reached: an operation that cannot be coordinated does not start. */
  async begin(request: OperationRequest): Promise<BeginOutcome> {
    const { coordination, guard, clock, settings } = this.deps;
    const problem = coordination.problem();
    if (problem !== undefined) throw new Error(problem);
    // A store that was flushed counts from 1 again: the database knows the highest epoch.
    const { epoch: floor } = await guard.applied();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const sentAt = clock.monotonic();
      const draft = this.draft(request);
      const outcome = await coordination.lease
        .acquire(draft, settings.timings.leaseTtl, floor)
        .catch((error: unknown) => {
          void this.giveBack(draft.id);
          throw error;
        });
      if (outcome.outcome === 'acquired') return { outcome: 'leading', operation: this.lead(outcome.record, sentAt) };
      if (outcome.outcome === 'busy') return outcome;
      await coordination.state.settle(outcome.record, settlementOf(outcome.record, clock.wall()));
    }
    return { outcome: 'busy', record: await coordination.state.read() };
  }

  /** The answer was lost, the lease perhaps not: nobody should have to wait for it to expire. */
  private async giveBack(id: string): Promise<void> {
    const { coordination, clock, settings, log } = this.deps;
    try {
      const record = await coordination.state.read();
      if (record?.id !== id || record.result !== undefined) return;
      const token = { bootId: settings.node.bootId, epoch: record.epoch };
      const reason = 'The answer of Redis was lost; nothing was changed.';
      const over = { ...record, phase: 'idle', result: 'aborted', reason, endedAt: clock.wall() } as const;
      await coordination.state.finish(token, over);
    } catch (error) {
      log.warn(`A lease may be left until it expires: ${sentence(error)}`, { operation: id });
    }
  }

  private draft({ kind, subject, requestedBy, scope = 'all' }: OperationRequest): OperationDraft {
    const now = this.deps.clock.wall();
    return {
      id: this.deps.clock.newId(),
      kind,
      phase: 'draining',
      scope,
      subject,
      leader: this.deps.settings.node,
      requestedBy,
      startedAt: now,
      phaseSince: now,
      step: '',
      waitingFor: [],
      changed: false,
      target: '',
    };
  }

  private lead(record: OperationRecord, sentAt: number): LedOperation {
    const { coordination, settings, clock, log } = this.deps;
    const token = { bootId: settings.node.bootId, epoch: record.epoch };
    // The session outlives the constructor call, so the restored store can be given the record of the operation.
    const rewrite = () => void operation.rewrite();
    const session = new LeaseSession(coordination.lease, token, sentAt, settings.timings, clock, log, rewrite);
    const operation: LedOperation = new LedOperation(record, session, this.deps);
    return operation;
  }
}
