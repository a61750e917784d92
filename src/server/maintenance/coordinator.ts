import type {
  BackupRef,
  MaintenanceTerms,
  OperationKind,
  OperationRecord,
  OperationScope,
  VersionChange,
} from '../../shared/domain';
import { LeaseSession } from '../cluster/lease-session';
import { sentence, TablesReplaced } from '../core/errors';
import { attemptAfter, neverBegan } from '../core/settlement';
import type { OperationDraft } from '../ports';
import type { CoordinatorDeps } from './coordinator-deps';
import { LedOperation } from './led-operation';

export interface OperationRequest {
  readonly kind: OperationKind;
  /** What it is about, for people; never a secret. */
  readonly subject: string;
  readonly requestedBy: string;
  readonly scope?: OperationScope;
  readonly maintenance?: MaintenanceTerms;
  readonly versions?: VersionChange;
  /** Of a roll-back: the one that it brings back, so that it can be tried once more. */
  readonly backup?: BackupRef;
  /** Epoch of the held operation that it takes up. */
  readonly follows?: number;
}

export type BeginOutcome =
  | { readonly outcome: 'leading'; readonly operation: LedOperation }
  | { readonly outcome: 'busy'; readonly record: OperationRecord | undefined };

/** How often somebody else's operation is settled, or an epoch taken anew, before giving up on the lease. */
const ATTEMPTS = 5;

/** So long a new operation waits for the end of the one before on the same node, in ms. */
const WINDING_UP = 1_000;

/** Makes this node the leader of a new operation, or says who is. */
export class Coordinator {
  /** The operation that this process leads right now. */
  private leading: LedOperation | undefined;

  constructor(private readonly deps: CoordinatorDeps) {}

  /** Rejects when store or database cannot be reached: an operation that cannot be coordinated does not start. */
  async begin(request: OperationRequest): Promise<BeginOutcome> {
    return this.tryToBegin(request).catch(async (error: unknown) => {
      // Whoever replaces the rows by which epochs are given out leads an operation.
      if (!(error instanceof TablesReplaced)) throw error;
      return { outcome: 'busy', record: await this.deps.coordination.state.read() };
    });
  }

  /** To be asked before the app uses the database; see `GuardKeeper`. */
  hindrance(): Promise<void> | undefined {
    return this.leading?.guard.hindrance();
  }

  /** This process ends: what can be given up is, at once; work that has begun is waited for, and its end told. */
  async goodbye(): Promise<void> {
    await this.leading?.goodbye();
  }

  private async tryToBegin(request: OperationRequest): Promise<BeginOutcome> {
    const { coordination, guard, clock, settings, settler, lookout } = this.deps;
    const problem = coordination.problem();
    if (problem !== undefined) throw new Error(problem);
    let above = 0;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      // In this order: an operation that took its epoch before and may be at work has told the database of itself.
      const epoch = await guard.allocate(above);
      const [{ epoch: lastChange }, stored] = await Promise.all([guard.applied(), lookout.remind()]);
      const last = await coordination.state.read();
      const draft = { ...this.draft(request, last), lastChange };
      const known = Math.max(stored, last?.epoch ?? 0);
      const sentAt = clock.monotonic();
      const outcome = await coordination.lease
        .acquire(draft, settings.timings.leaseTtl, epoch, known)
        .catch((error: unknown) => {
          void this.giveBack(draft.id, 'The answer of Redis was lost; nothing was changed.');
          throw error;
        });
      if (outcome.outcome === 'acquired') return this.leadAlone(outcome.record, sentAt);
      if (outcome.outcome === 'busy') return outcome;
      if (outcome.outcome === 'outdated') above = outcome.epoch;
      if (outcome.outcome === 'interrupted' && (await settler.settle(outcome.record)) === 'inside') {
        return { outcome: 'busy', record: outcome.record };
      }
    }
    return { outcome: 'busy', record: await coordination.state.read() };
  }

  /**
   * Others may have resolved what this process is still at, because it stood still: it does not lead anything beside that,
   * whose statements ask the guard of the operation that they belong to.
   */
  private async leadAlone(record: OperationRecord, sentAt: number): Promise<BeginOutcome> {
    const { clock, settings } = this.deps;
    if (this.leading) await this.leading.whenOver(clock.timeout(WINDING_UP));
    const former = this.leading?.record;
    if (!former) return { outcome: 'leading', operation: this.lead(record, sentAt) };
    await this.giveBack(
      record.id,
      `${settings.node.name} has not ended its ${former.kind} (epoch ${former.epoch}) yet.`,
    );
    return { outcome: 'busy', record: former };
  }

  /** The lease is not used: nobody should have to wait for it to expire. */
  private async giveBack(id: string, reason: string): Promise<void> {
    const { coordination, clock, settings, log } = this.deps;
    try {
      const record = await coordination.state.read();
      if (record?.id !== id || record.result !== undefined) return;
      const token = { bootId: settings.node.bootId, epoch: record.epoch };
      await coordination.state.finish(token, neverBegan(record, reason, clock.wall()));
    } catch (error) {
      log.warn(`A lease may be left until it expires: ${sentence(error)}`, { operation: id });
    }
  }

  private draft(request: OperationRequest, last: OperationRecord | undefined): OperationDraft {
    const { kind, subject, requestedBy, scope = 'all', maintenance, versions, backup, follows } = request;
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
      lastChange: 0,
      revision: 0,
      attempt: attemptAfter(last, kind),
      ...(maintenance ? { maintenance } : {}),
      ...(versions ? { versions } : {}),
      ...(backup ? { backup } : {}),
      ...(follows === undefined ? {} : { follows }),
    };
  }

  private lead(record: OperationRecord, sentAt: number): LedOperation {
    const { coordination, settings, clock, log, journal } = this.deps;
    const token = { bootId: settings.node.bootId, epoch: record.epoch };
    const what = [record.kind, record.subject].filter(Boolean).join(' ');
    // Others may see it, and answer, before this node has heard that it leads.
    const { requestedBy, phase, startedAt } = record;
    journal.note(record, 'operation.begun', `${what}, asked for by ${requestedBy}; ${phase}.`, startedAt);
    const session = new LeaseSession(coordination.lease, token, sentAt, settings.timings, clock, log, {
      // The session outlives the constructor call, so the restored store can be given the record of the operation.
      onRestored: () => void operation.rewrite(),
      note: (event, text) => journal.note(record, event, text),
    });
    const operation: LedOperation = new LedOperation(record, session, this.deps, () => this.ended(operation));
    this.leading = operation;
    return operation;
  }

  private ended(operation: LedOperation): void {
    if (this.leading === operation) this.leading = undefined;
    this.deps.agent.own.over(operation.record.epoch);
  }
}
