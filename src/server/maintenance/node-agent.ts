import type { NodePhase, NodeRef, NodeReport, OperationRecord } from '../../shared/domain';
import { Heartbeat } from '../cluster/heartbeat';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { fingerprintDifference } from '../core/fingerprint';
import { isExclusive } from '../core/machine';
import { decide, isOver, type NodeDecision, type NodeEvent } from '../core/node-machine';
import { drainSentence, waitSentence } from '../core/sentences';
import type { Settings } from '../core/settings';
import type { AppLifecycle, Coordination, Guard, Log } from '../ports';
import { NodeState, type Change } from './node-state';
import { Settler } from './settler';

export interface NodeAgentDeps {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly app: AppLifecycle;
  readonly clock: Clock;
  readonly log: Log;
  readonly role: NodeReport['role'];
  /** Version of the host, for people. */
  readonly version: string;
}

/**
 * What every node does: reports itself and follows the record. Waits at the door as `waiting` until a start-up passes
 * it; after that the record decides.
 */
export class NodeAgent {
  private readonly state: NodeState;
  private readonly settler: Settler;
  private readonly heartbeat: Heartbeat;
  private record: OperationRecord | undefined;
  /** Epoch of the last operation whose effects are in memory. */
  private fresh = 0;
  /** True from a failed proof to the next good one: such a node must not return to traffic unproven. */
  private unfit = false;
  /** What had to be proven last; an operation that was aborted asks for nothing new. */
  private target = '';
  private acting: { readonly decision: NodeDecision; readonly abort: AbortController } | undefined;

  constructor(private readonly deps: NodeAgentDeps) {
    const { settings, coordination, clock, log } = deps;
    this.state = new NodeState({ ...deps, node: settings.node });
    this.settler = new Settler({ coordination, clock, log, node: settings.node });
    this.heartbeat = new Heartbeat({
      coordination,
      timings: settings.timings,
      clock,
      log,
      describe: () => this.report(),
      onRecord: (record) => this.observe(record),
    });
  }

  get self(): NodeRef {
    return this.deps.settings.node;
  }

  get current(): NodePhase {
    return this.state.phase;
  }

  /** False for a short CLI process, which has no traffic and leaves when its command ends. */
  get isServer(): boolean {
    return this.deps.role === 'app';
  }

  get lastRecord(): OperationRecord | undefined {
    return this.record;
  }

  /** Why this node does not serve, for refused clients and probes. */
  get why(): string {
    return this.state.reason;
  }

  start(): void {
    this.heartbeat.start();
  }

  report(): NodeReport {
    return this.state.report();
  }

  /** Resolves at the next sight of the record or change of this node, at the latest after `ms`. */
  nextSight(ms: number, signal?: AbortSignal): Promise<void> {
    return this.state.news(ms, signal);
  }

  move(event: NodeEvent, change: Change = {}): boolean {
    const epoch = change.epoch || this.state.epoch;
    return this.state.move(event, change, this.record?.epoch === epoch ? this.record.id : undefined);
  }

  /** Words for `waiting`, `failed`…: shown by probes, by the page and in the host's own message. */
  explain(reason: string): void {
    this.state.explain(reason);
  }

  /** Reports now; the answer is the record as the store has it. */
  beat(): Promise<OperationRecord | undefined> {
    return this.heartbeat.beat();
  }

  /**
   * Leaves the door of a start. The report and the look at the record are one step, so a leader that acquires
   * afterwards sees a node that may write, and this node sees every leader that acquired before.
   */
  async passDoor(): Promise<boolean> {
    this.move('pass');
    const record = await this.beat().catch(() => undefined);
    if (!record || !this.mustStop(record)) {
      this.fresh = record?.epoch ?? 0;
      return true;
    }
    this.move('wait', { reason: waitSentence(record) });
    await this.beat();
    return false;
  }

  /**
   * The app has started, reloaded or done its work: serves if its code equals `target` (the leader's digest).
   * Without a target there is nobody to be equal to, and a difference is only shown as drift: a plugin row whose
   * files are missing must not keep every node out of traffic.
   */
  async verifyAndServe(target: string): Promise<boolean> {
    this.target = target;
    const difference = await this.difference(target);
    this.unfit = difference !== undefined;
    if (difference === undefined) {
      await this.serve();
      return true;
    }
    this.move('fail', { reason: difference });
    this.heartbeat.wake();
    return false;
  }

  /** Enters traffic, unless the store answers with an operation that this node must drain for first. */
  async serve(): Promise<void> {
    this.move('serve', { epoch: 0 });
    const record = await this.beat().catch(() => undefined);
    if (!record || !this.mustStop(record)) await this.open();
  }

  /** Stops taking work and waits for what runs; false when the signal aborted first. */
  async drain(epoch: number, message: string, signal: AbortSignal): Promise<boolean> {
    const { app } = this.deps;
    app.closeTraffic(message);
    if (this.current !== 'draining') this.move('drain', { epoch, reason: message });
    await app.quiet(signal);
    if (!signal.aborted) await app.pauseBackground(signal);
    if (signal.aborted) return false;
    this.move('drained', { reason: message });
    await this.beat().catch(() => undefined);
    return true;
  }

  /** The leader's own drain; a node at the door of a start has nothing to drain. */
  async leadDrain(record: OperationRecord, signal: AbortSignal): Promise<boolean> {
    this.record = record;
    if (this.current === 'waiting') return true;
    return this.drain(record.epoch, drainSentence(record), signal);
  }

  /** The leader gives up before the first change. */
  async standDown(): Promise<void> {
    if (this.current === 'draining' || this.current === 'drained' || this.current === 'working') await this.resume();
  }

  /** The leader's work is done: this node serves first, so that somebody does while the others reload. */
  async finishLead(target: string): Promise<boolean> {
    if (!this.isServer) return true;
    this.fresh = this.state.epoch;
    return this.verifyAndServe(target);
  }

  /** Back to traffic with the code and data of before: nothing was changed. */
  async resume(): Promise<void> {
    this.fresh = Math.max(this.fresh, this.state.epoch);
    if (!this.move('resume', { epoch: 0 })) return;
    await this.open();
    this.heartbeat.wake();
  }

  /** Leaves the roster at once. */
  async leave(): Promise<void> {
    if (this.current !== 'stopping') this.move('leave');
    await this.heartbeat.stop();
    this.acting?.abort.abort();
    await this.deps.coordination.state.leave(this.self.bootId).catch(() => undefined);
  }

  /** Another node leads an operation that this one must not be in the way of. */
  private mustStop(record: OperationRecord): boolean {
    const exclusive = !isOver(record) && isExclusive(record.phase) && record.scope === 'all';
    return exclusive && record.leader.bootId !== this.self.bootId;
  }

  /** Why this node must not serve: it does not answer, or runs other code than the leader. */
  private async difference(target: string): Promise<string | undefined> {
    const { app } = this.deps;
    const silent = await app.answers();
    if (silent !== undefined) return silent;
    const loaded = app.loaded();
    if (!loaded || target === '' || loaded.digest === target) return undefined;
    const expected = await app.expected();
    const words = expected && fingerprintDifference(expected, loaded);
    return words ?? 'The files on this machine differ from those of the node that led the operation.';
  }

  private async open(): Promise<void> {
    this.deps.app.openTraffic();
    await this.deps.app.resumeBackground();
  }

  private observe(record: OperationRecord | undefined): void {
    this.record = record;
    this.state.wake();
    void this.follow();
    void this.settler.observe(record);
  }

  /** Acts on the record, one act at a time; a drain that is no longer wanted is cut short. */
  private async follow(): Promise<void> {
    const { record, acting } = this;
    const decision = decide({ ...this.report(), fresh: this.fresh }, record);
    if (acting) {
      if (acting.decision === 'drain' && decision === 'resume') acting.abort.abort();
      return;
    }
    if (decision === 'none') return;
    this.acting = { decision, abort: new AbortController() };
    const before = this.current;
    try {
      await this.act(decision, record, this.acting.abort.signal);
    } catch (error) {
      this.deps.log.error(`Could not ${decision}: ${sentence(error)}`, {
        node: this.self.name,
        epoch: this.state.epoch,
      });
    } finally {
      this.acting = undefined;
    }
    // Only news are told at once: an act that could do nothing yet is tried again with the next report.
    if (this.current !== before && this.current !== 'stopping') this.heartbeat.wake();
  }

  private async act(decision: NodeDecision, record: OperationRecord | undefined, signal: AbortSignal): Promise<void> {
    if (decision === 'drain' && record) await this.drain(record.epoch, drainSentence(record), signal);
    else if (decision === 'resume' && !this.unfit) await this.resume();
    else if (decision === 'resume') await this.reload(record);
    else if (decision === 'reload') await this.reload(record);
  }

  private async reload(record: OperationRecord | undefined): Promise<void> {
    // No record although this node drained: the store was flushed. The database then says whether somebody works.
    if (!record && (await this.deps.guard.isHeld())) return;
    const why = 'This node loads what another one changed.';
    if (this.current !== 'drained') await this.drain(record?.epoch ?? 0, why, new AbortController().signal);
    this.move('reload', { reason: why });
    try {
      await this.deps.app.reload();
    } catch (error) {
      this.unfit = true;
      this.move('fail', { reason: sentence(error) });
      return;
    }
    this.fresh = record?.epoch ?? this.fresh;
    this.move('verify');
    await this.verifyAndServe(record?.target || this.target);
  }
}
