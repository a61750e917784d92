import type { OperationRecord, OperationResult, RosterEntry } from '../../shared/domain';
import type { LeaseSession } from '../cluster/lease-session';
import { sentence } from '../core/errors';
import { clusterStep, type ClusterEvent } from '../core/machine';
import { isQuiet } from '../core/node-machine';
import type { GuardHold } from '../ports';
import type { CoordinatorDeps } from './coordinator-deps';
import { RecordWriter } from './record-writer';
import { RosterWatch } from './roster-watch';

export type StageOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * An operation that this process leads, from the lease to its end. Stages are called in order:
 * `drain` → `enter` → (the host's own work, with `progress`) → `complete`; or `abort` before the work.
 */
export class LedOperation {
  private hold: GuardHold | undefined;
  /** Boot ids of the servers that drained for this operation: they have to come back. */
  private followers: ReadonlySet<string> = new Set();
  private aborting: Promise<void> | undefined;
  private readonly over = new AbortController();
  private readonly writer: RecordWriter;
  private readonly watch: RosterWatch;

  constructor(
    record: OperationRecord,
    private readonly session: LeaseSession,
    private readonly deps: CoordinatorDeps,
  ) {
    this.writer = new RecordWriter(record, session.token, deps);
    this.watch = new RosterWatch(deps.coordination.state, deps.agent);
    void deps.coordination.bus.hint();
    this.say(`${[record.kind, record.subject].filter(Boolean).join(' ')}: leads, epoch ${record.epoch}`);
  }

  get record(): OperationRecord {
    return this.writer.record;
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
    const { timings } = this.deps.settings;
    const deadline = this.deadline(timings.drainDeadline);
    const quiet = (node: RosterEntry) => isQuiet(node, this.record.epoch);
    const [selfDone, { others, missing }] = await Promise.all([
      this.deps.agent.leadDrain(this.record, deadline),
      this.watch.until(quiet, deadline, (names) => this.writer.waitFor(names)),
    ]);
    if (this.session.lost.aborted) return this.abort(sentence(this.session.lost.reason));
    const waiting = selfDone ? missing : [`${this.record.leader.name} (itself)`, ...missing];
    if (waiting.length > 0) {
      const seconds = timings.drainDeadline / 1000;
      return this.abort(`Not drained within ${seconds} s: ${waiting.join(', ')}. Nothing was changed; try again.`);
    }
    this.followers = new Set(others.filter(({ phase }) => phase === 'drained').map(({ bootId }) => bootId));
    return { ok: true };
  }

  /**
   * Passes the guard: from here on a crash of this process holds the operation. `needless` is asked inside the guard,
   * where nobody else can change the database any more: a sentence ends the operation, because nothing is left to do.
   */
  async enter(needless?: () => Promise<string | undefined>): Promise<StageOutcome> {
    const { guard, settings } = this.deps;
    try {
      const outcome = await guard.enter(this.record.epoch, settings.timings.guardDeadline);
      if (outcome.outcome === 'busy') {
        return await this.abort('Another process still holds the guard in the database; try again when it has ended.');
      }
      if (outcome.outcome === 'stale') {
        return await this.abort(`The database has already seen epoch ${outcome.epoch}; try again.`);
      }
      this.hold = outcome.hold;
      const why = await needless?.();
      if (why !== undefined) return await this.abort(why);
    } catch (error) {
      return this.abort(`The guard in the database cannot be taken: ${sentence(error)}`);
    }
    if (!(await this.step('drained', { changed: true, waitingFor: [] }))) {
      return this.abort('The lease was lost before the first change.');
    }
    this.deps.agent.move('lead', { epoch: this.record.epoch, reason: `Runs ${this.record.kind}.` });
    return { ok: true };
  }

  /** Nothing was changed: everybody serves again. Always `ok: false`, so that stages can return it. */
  async abort(reason: string): Promise<{ readonly ok: false; readonly reason: string }> {
    this.aborting ??= (async () => {
      this.say(`aborted: ${reason}`);
      await this.hold?.leave();
      await this.step('abort', { reason, changed: false, waitingFor: [] });
      await this.deps.agent.standDown();
      await this.end('aborted', reason);
    })();
    await this.aborting;
    return { ok: false, reason };
  }

  /**
   * The host's work is over, well or badly (`failure`). This node proves itself and serves; the others reload.
   * Resolves when this node is done; `settled` when all are.
   */
  async complete(failure?: string): Promise<{ readonly settled: Promise<OperationResult> }> {
    const { agent, app } = this.deps;
    const expected = await app.expected().catch(() => undefined);
    // A leader that does not come up is nobody to be equal to: the others then prove what database and disk ask for.
    const up = agent.isServer && (await app.answers()) === undefined;
    const target = (up ? app.loaded()?.digest : expected?.digest) ?? '';
    await this.hold?.leave(failure === undefined ? expected : undefined).catch((error: unknown) => {
      this.deps.log.error(`The guard could not be left in order: ${sentence(error)}`, { epoch: this.record.epoch });
    });
    await this.step('worked', { target, step: '', ...(failure === undefined ? {} : { reason: failure }) });
    agent.move('work-done');
    const serving = await agent.finishLead(target);
    return { settled: this.settle(serving, failure) };
  }

  private async settle(serving: boolean, failure: string | undefined): Promise<OperationResult> {
    const { target } = this.record;
    const back = (node: RosterEntry) =>
      !this.followers.has(node.bootId) ||
      node.phase === 'failed' ||
      (node.phase === 'serving' && node.fingerprint === target);
    const deadline = this.deadline(this.deps.settings.timings.reloadDeadline);
    const { others, missing } = await this.watch.until(back, deadline, (names) => this.writer.waitFor(names));
    await this.step('reloaded', { waitingFor: [] });
    const behind = [...missing, ...this.outOfTraffic(others)];
    if (!serving) behind.unshift(`${this.record.leader.name}: ${this.deps.agent.why}`);
    await this.step('verified', {});
    const result = failure === undefined ? (behind.length > 0 ? 'degraded' : 'done') : 'failed';
    const reason = [failure, ...behind].filter((word) => word !== undefined).join(' ');
    await this.end(result, reason === '' ? undefined : reason);
    this.say(`${result} ${reason}`);
    return result;
  }

  private outOfTraffic(others: readonly RosterEntry[]): string[] {
    return others
      .filter((node) => node.phase === 'failed' && this.followers.has(node.bootId))
      .map((node) => `${node.name} stays out of traffic: ${node.reason}`);
  }

  private async step(event: ClusterEvent, change: Partial<OperationRecord>): Promise<boolean> {
    const step = clusterStep(this.record.phase, event);
    if (!step.ok) {
      this.deps.log.error(step.sentence, { epoch: this.record.epoch });
      return false;
    }
    const written = await this.writer.update({ ...change, phase: step.phase, phaseSince: this.deps.clock.wall() });
    await this.deps.coordination.bus.hint();
    return written;
  }

  private async end(result: OperationResult, reason: string | undefined): Promise<void> {
    this.over.abort();
    await this.writer.finish(result, reason);
    await this.session.stop();
    await this.deps.coordination.bus.hint();
  }

  /** Aborts after `ms`, and as soon as the lease is lost. */
  private deadline(ms: number): AbortSignal {
    const controller = new AbortController();
    const abort = () => controller.abort();
    this.session.lost.addEventListener('abort', abort, { once: true });
    void this.deps.clock.sleep(ms, this.over.signal).then(abort);
    return controller.signal;
  }

  private say(message: string): void {
    const { id, epoch } = this.record;
    this.deps.log.info(message, { operation: id, epoch, node: this.deps.settings.node.name });
  }
}
