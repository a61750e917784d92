import type { OperationRecord, OperationResult } from '../../shared/domain';
import type { LeaseSession } from '../cluster/lease-session';
import { sentence } from '../core/errors';
import { heldAgain } from '../core/settlement';
import { backUpFirst } from './backup-first';
import type { CoordinatorDeps } from './coordinator-deps';
import { drainNodes } from './drain-nodes';
import { GuardKeeper } from './guard-keeper';
import { OperationEnd } from './operation-end';
import { endOfWork, NOT_ENTERED, proofOf, reasonToHold, stoppedSentence } from './outcome-of-work';
import { RecordWriter } from './record-writer';
import { RosterWatch } from './roster-watch';
import { Telling } from './telling';
import { Waiting } from './waiting';

export type StageOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * An operation that this process leads, from the lease to its end. Stages are called in order:
 * `drain` → `enter` → (the host's own work, with `progress`) → `complete`; or `abort` before the work. An operation of scope
 * `writes` changes nothing, so it takes no guard and a crash aborts it; manual maintenance is `drain` → `stand`.
 */
export class LedOperation {
  readonly guard: GuardKeeper;
  /** Boot ids of the servers that drained for this operation: they have to come back. */
  private followers: ReadonlySet<string> = new Set();
  private aborting: Promise<void> | undefined;
  /** Why the work must not begin; from here on only its answer tells whether this can still be aborted. */
  private announcing: Promise<string | undefined> | undefined;
  private readonly leaving = new AbortController();
  private readonly writer: RecordWriter;
  private readonly telling: Telling;
  private readonly end: OperationEnd;
  private readonly watch: RosterWatch;
  private readonly waiting: Waiting;

  constructor(
    record: OperationRecord,
    private readonly session: LeaseSession,
    private readonly deps: CoordinatorDeps,
    onEnd: () => void,
  ) {
    const { settings } = deps;
    const note = (step: string) => this.telling.note('work.step', step);
    this.writer = new RecordWriter(record, session.token, { ...deps, onStep: note });
    this.telling = new Telling(this.writer, deps);
    const { writer, telling } = this;
    this.end = new OperationEnd({ ...deps, writer, telling, session, onEnd });
    this.watch = new RosterWatch(deps);
    const fence = (reason: string) => deps.agent.cutOff(reason);
    this.guard = new GuardKeeper(record, { ...deps, timings: settings.timings, lease: session, fence });
    this.waiting = new Waiting(record, session.lost, this.leaving.signal, this.end.signal, deps);
    void telling.hint();
    const what = [record.kind, record.subject].filter(Boolean).join(' ');
    telling.say(`${what}: leads, epoch ${record.epoch}`);
  }

  get record(): OperationRecord {
    return this.writer.record;
  }

  /** Aborts when the lease can no longer be relied on. */
  get lost(): AbortSignal {
    return this.session.lost;
  }

  /** Resolves when it has ended, at the latest when the signal aborts. */
  whenOver(signal: AbortSignal): Promise<void> {
    return this.end.within(signal);
  }

  get isOver(): boolean {
    return this.end.signal.aborted;
  }

  /** The store forgot the operation (it was flushed): tells it again. */
  async rewrite(): Promise<void> {
    await this.writer.update({});
  }

  /** What it is about, where that was not known at the beginning. */
  describe(subject: string): void {
    void this.writer.update({ subject });
  }

  /** Progress of the host's own work, for people. */
  progress(step: string): void {
    this.writer.progress(step);
  }

  /** Every node stops; nothing has changed yet. On failure the operation is aborted and every node serves again. */
  async drain(): Promise<StageOutcome> {
    // Whatever goes wrong: a lease that nobody works under would be renewed for ever.
    const failed = (error: unknown) => this.abort(`The nodes could not be drained: ${sentence(error)}`);
    const drained = await this.drainAll().catch(failed);
    return drained.ok ? this.backUpFirst() : drained;
  }

  /** The last thing before the first change: what comes back if that goes wrong. */
  private async backUpFirst(): Promise<StageOutcome> {
    const outcome = await backUpFirst(this.record, { ...this.deps, waiting: this.waiting, writer: this.writer });
    const refusal = this.isOver ? 'It was aborted meanwhile.' : outcome.refusal;
    if (refusal !== undefined) return this.abort(refusal);
    if (outcome.backup) await this.writer.advance({ backup: outcome.backup, step: '' });
    return { ok: true };
  }

  private async drainAll(): Promise<StageOutcome> {
    const { record, writer, watch, waiting } = this;
    const tell = (names: readonly string[]) => this.telling.waitFor(names);
    const drained = await drainNodes({ record, writer, watch, waiting, tell }, this.deps);
    if ('reason' in drained) return this.abort(drained.reason, drained.overtaken);
    this.followers = drained.followers;
    return { ok: true };
  }

  /**
   * Passes the guard and announces the first change: from here on a crash of this process holds the operation.
   * `needless` is asked inside the guard, where nobody else can change the database any more: a sentence ends the
   * operation, because nothing is left to do.
   */
  async enter(needless?: () => Promise<string | undefined>): Promise<StageOutcome> {
    if (!this.changes) return this.begin();
    try {
      const outcome = await this.guard.enter();
      if (outcome !== 'entered') return await this.abort(NOT_ENTERED[outcome]);
      const why = await needless?.();
      if (why !== undefined) return await this.abort(why);
    } catch (error) {
      return this.abort(`The guard in the database cannot be taken: ${sentence(error)}`);
    }
    return this.begin();
  }

  /** For work by hand: the operation needs no leader any more, and the lease is given back (`isStanding`). */
  async stand(): Promise<StageOutcome> {
    const { agent, coordination, guard } = this.deps;
    if (await guard.isHeld().catch(() => true))
      return this.abort('Another process still holds the guard in the database.');
    const begun = await this.begin();
    if (!begun.ok) return begun;
    await this.session.stop();
    // Without an answer it expires; until then nobody can end the operation.
    await coordination.lease.release(this.session.token).catch(() => undefined);
    agent.own.handOver(this.record.epoch);
    await this.telling.hint();
    await this.end.close();
    return begun;
  }

  private async begin(): Promise<StageOutcome> {
    this.announcing = this.announce();
    const refusal = await this.announcing;
    return refusal === undefined ? { ok: true } : this.abort(refusal);
  }

  /** What it does is done by NocoBase on this node, to the database. */
  private get changes(): boolean {
    return this.record.scope === 'all' && this.record.kind !== 'maintenance';
  }

  /** The last moment at which everything can be taken back. Returns why the work must not begin. */
  private async announce(): Promise<string | undefined> {
    const { agent, journal, clock } = this.deps;
    if (this.leaving.signal.aborted) return `${this.record.leader.name} was asked to end.`;
    const outcome = await this.writer.commit({
      phase: 'working',
      phaseSince: clock.wall(),
      changed: this.changes,
      waitingFor: [],
    });
    if (outcome === 'cancelled') return this.waiting.cancelled();
    if (outcome === 'lost') return 'The lease was lost before the first change.';
    if (outcome === 'unsaved') return 'The database could not be told of the first change.';
    if (this.changes) this.telling.note('work.first-change', 'From here on a crash holds the operation.');
    else this.telling.note('operation.phase', 'draining → working');
    await journal.settled();
    await this.telling.hint();
    if (this.changes) agent.move('lead', { epoch: this.record.epoch, reason: `Runs ${this.record.kind}.` });
    return undefined;
  }

  /**
   * Nothing was changed: everybody serves again, or the operation that this one follows is held on, unless a newer one has
   * overtaken this, which cannot have begun before that was resolved. Always `ok: false`, so that stages can return it.
   */
  async abort(reason: string, overtaken = false): Promise<{ readonly ok: false; readonly reason: string }> {
    this.aborting ??= (async () => {
      this.telling.say(`aborted: ${reason}`);
      // First: the nodes look whether somebody is inside before they serve again.
      await this.guard.leave().catch(() => undefined);
      if (this.record.follows !== undefined && !overtaken) {
        return void (await this.end.surrender(heldAgain(this.record, reason)));
      }
      await this.telling.step('abort', { reason, changed: false, waitingFor: [] }, 'aborting');
      await this.deps.agent.own.standDown(this.record.epoch);
      await this.end.finish('aborted', reason);
    })();
    await this.aborting;
    return { ok: false, reason };
  }

  /**
   * The host's work is over, well or badly (`problem`). This node proves itself and serves; the others reload.
   * Resolves when this node is done; `settled` when all are.
   */
  async complete(problem?: string): Promise<{ readonly settled: Promise<OperationResult> }> {
    const { agent, app, log } = this.deps;
    const failure = problem ?? (await this.disturbance());
    this.telling.note('work.ended', failure ?? 'Well.');
    const { expected, up, target } = await proofOf(app, agent.isServer);
    const held = await reasonToHold(this.record, { failure, up }, this.deps);
    await this.guard.leave(failure === undefined ? expected : undefined).catch((error: unknown) => {
      log.error(`The guard could not be left in order: ${sentence(error)}`, { epoch: this.record.epoch });
    });
    if (this.guard.broken !== undefined)
      return { settled: this.end.surrender(stoppedSentence(this.record, this.guard.broken)) };
    if (held !== undefined) return { settled: this.end.surrender(held, failure === undefined ? target : '') };
    await this.telling.step('worked', { target, step: '', ...(failure === undefined ? {} : { reason: failure }) });
    if (this.changes) agent.move('work-done');
    const { own } = agent;
    const serving = this.changes ? own.finish(target, failure !== undefined) : own.finishQuietly(this.record.epoch);
    // After a failure this node reloads; the host does not do that before the command that failed has ended.
    if (failure === undefined) await serving;
    return { settled: this.settle(serving, failure) };
  }

  /** Without a guard others may have ended it meanwhile, and written: they tell the database first. */
  private async disturbance(): Promise<string | undefined> {
    if (this.changes || (await this.writer.save())) return undefined;
    return 'Others ended it in the middle of its work, or the database does not say.';
  }

  /**
   * This process was asked to end. Before the first change that ends the operation at once; work that has begun is
   * finished first (a supervisor that is less patient leaves a crash, which the others settle); nobody is waited for.
   */
  async goodbye(): Promise<void> {
    this.leaving.abort();
    await this.announcing?.catch(() => undefined);
    const { leader, phase, kind } = this.record;
    if (phase === 'draining') await this.abort(`${leader.name} was asked to end; nothing was changed.`);
    else this.telling.say(`asked to end; first finishes ${kind}`);
    await this.end.reached;
  }

  /** The work cannot even begin after its first change: leaves the guard, and holds the operation for a person. */
  async giveUp(reason: string): Promise<void> {
    await this.guard.leave().catch(() => undefined);
    await this.end.surrender(stoppedSentence(this.record, reason));
  }

  private async settle(back: Promise<boolean>, failure: string | undefined): Promise<OperationResult> {
    const { target } = this.record;
    const signal = this.waiting.patience(this.deps.settings.timings.reloadDeadline);
    const away = await this.watch.awayFrom(target, this.followers, signal, (names) => this.telling.waitFor(names));
    await this.telling.step('reloaded', { waitingFor: [] });
    const own = (await back) ? [] : [`${this.record.leader.name}: ${this.deps.agent.why}`];
    await this.telling.step('verified', {});
    const { result, reason } = endOfWork(failure, [...own, ...away]);
    await this.end.finish(result, reason);
    this.telling.say([result, reason].filter(Boolean).join(' '));
    return result;
  }
}
