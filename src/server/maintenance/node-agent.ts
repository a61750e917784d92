import type { NodePhase, NodeRef, NodeReport, OperationRecord } from '../../shared/domain';
import { Heartbeat } from '../cluster/heartbeat';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { isExclusive } from '../core/machine';
import { decide, isOver, owesReload, type NodeDecision, type NodeEvent } from '../core/node-machine';
import { drainSentence, waitSentence } from '../core/sentences';
import type { Settings } from '../core/settings';
import type { AppLifecycle, Coordination, Guard, Log } from '../ports';
import { Follower, OncePerOperation, type NodeActs } from './follower';
import type { Journal } from './journal';
import type { Lookout } from './lookout';
import { unfitness } from './node-proof';
import { NodeState, type Change } from './node-state';
import type { Presence } from './presence';
import { SecondChance } from './second-chance';
import type { Settler } from './settler';
import { BLIND, WriteFence } from './write-fence';

export interface NodeAgentDeps {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly presence: Presence;
  readonly lookout: Lookout;
  readonly settler: Settler;
  readonly journal: Journal;
  readonly app: AppLifecycle;
  readonly clock: Clock;
  readonly log: Log;
  readonly role: NodeReport['role'];
  /** Version of the host, for people. */
  readonly version: string;
}

const INSIDE =
  'Somebody is inside the guard in the database, or it is silent; this node serves as soon as that is over.';
/** Before a failed node asks again whether the database is back, in milliseconds. */
const PAUSE = 2_000;
const LOADS = 'This node loads what another one changed.';

/**
 * What every node does: reports itself and follows the record. Waits at the door as `waiting` until a start-up passes
 * it; after that the record decides.
 */
export class NodeAgent {
  private readonly state: NodeState;
  private readonly heartbeat: Heartbeat;
  private record: OperationRecord | undefined;
  /** Epoch of the last operation whose effects are in memory. */
  private fresh = 0;
  /** True from a failed proof to the next good one: such a node must not return to traffic unproven. */
  private unfit = false;
  /** What had to be proven last; an operation that was aborted asks for nothing new. */
  private target = '';
  private leaving = false;
  /** Epoch of the operation that this node leads; 0 when none. */
  private leading = 0;
  private readonly follower: Follower;
  private readonly once: OncePerOperation;
  private readonly secondChance: SecondChance;
  private readonly fence: WriteFence;
  /** Does a held operation again; set by whoever can run the host's commands. */
  onRetry: (record: OperationRecord) => Promise<void> = async () => {};

  constructor(private readonly deps: NodeAgentDeps) {
    const { settings, coordination, clock, log, lookout, journal } = deps;
    this.state = new NodeState({ ...deps, node: settings.node });
    const { node, timings } = settings;
    this.secondChance = new SecondChance(clock);
    this.fence = new WriteFence({
      app: deps.app,
      clock,
      patience: timings.drainDeadline,
      sees: () => this.follower.seesEnough,
      mustStop: () => (this.record && this.mustStop(this.record) ? this.record : undefined),
      news: (ms) => this.state.news(ms),
    });
    this.follower = new Follower({ acts: this.acts(), clock, log, name: node.name, patience: timings.nodeTtl });
    const keepLines = (id: string) => void journal.settled().then(() => journal.keepOwn(id));
    this.once = new OncePerOperation(node.bootId, keepLines, (record) => void this.onRetry(record));
    this.heartbeat = new Heartbeat({
      coordination,
      timings,
      clock,
      log,
      look: (thorough) => lookout.look(this.report(), thorough || !this.isInformed),
      onRecord: (record) => this.observe(record),
      // A single node is told to stop by nobody but itself.
      onSilence: () => void (coordination.mode === 'cluster' && this.follower.onSilence()),
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
    const operation = this.record?.epoch === epoch ? this.record : undefined;
    const before = this.current;
    if (!this.state.move(event, change, operation?.id)) return false;
    if (!operation) return true;
    const why = change.reason === undefined || event === 'drain' || event === 'drained' ? '' : `: ${change.reason}`;
    this.deps.journal.note(operation, 'node.phase', `${before} → ${this.current}${why}`);
    if (event === 'drained') {
      this.deps.journal.note(operation, 'node.acknowledged', `Takes no traffic for epoch ${epoch}.`);
    }
    return true;
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
    if (this.isServer) await this.deps.presence.ensure();
    this.move('pass');
    const record = await this.heartbeat.beat(true).catch(() => undefined);
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
    const difference = await unfitness(this.deps.app, target).catch(sentence);
    this.unfit = difference !== undefined;
    if (difference === undefined) {
      this.secondChance.reset();
      await this.serve();
      return true;
    }
    this.fail(difference);
    this.heartbeat.wake();
    return false;
  }

  /** Enters traffic, unless the store answers with an operation that this node must drain for first. */
  async serve(): Promise<void> {
    if (this.isServer) await this.deps.presence.renew();
    this.move('serve', { epoch: 0 });
    const record = await this.heartbeat.beat(true).catch(() => undefined);
    // A sight that came meanwhile may have been acted upon already.
    if (this.current !== 'serving') return;
    if (!record || !this.mustStop(record)) await this.open();
    // At once, and not at the next sight: by then the operation may be over, and nothing would open the traffic again.
    else await this.drain(record.epoch, drainSentence(record), new AbortController().signal);
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
    this.leading = record.epoch;
    if (this.current === 'waiting') return true;
    return this.drain(record.epoch, drainSentence(record), signal);
  }

  /** The leader gives up before the first change. By then this node may have drained for somebody else's operation. */
  async standDown(epoch: number): Promise<void> {
    const { current, record } = this;
    if (this.leading === epoch) this.leading = 0;
    if (this.state.epoch !== epoch) return;
    const drained = current === 'draining' || current === 'drained';
    if (drained && record && owesReload({ ...this.report(), fresh: this.fresh }, record)) await this.reload(record);
    else if (drained || current === 'working') await this.resume(epoch);
  }

  /** The leader's work is done: this node serves first, so that somebody does while the others reload. */
  async finishLead(target: string): Promise<boolean> {
    this.leading = 0;
    if (!this.isServer) return true;
    this.fresh = this.state.epoch;
    return this.verifyAndServe(target);
  }

  /**
   * Back to traffic with the code and data of before: nothing was changed up to and including this epoch. But not while
   * somebody is inside the guard: a store that forgot his operation may have let another one begin, and end.
   */
  private async resume(epoch: number): Promise<void> {
    const applied = await this.appliedEpoch();
    if (applied === undefined) return this.explain(INSIDE);
    // What the database says counts more than what a record says of the past: the store may have lost one in between.
    const missed = applied > this.fresh && applied !== epoch;
    if (this.unfit || missed) return this.reload(this.record);
    if (this.current !== 'draining' && this.current !== 'drained' && this.current !== 'working') return;
    this.fresh = Math.max(this.fresh, epoch);
    if (!this.move('resume', { epoch: 0 })) return;
    await this.open();
    this.heartbeat.wake();
  }

  /** To be asked before the app uses the database; see `WriteFence`. */
  hindrance(): Promise<void> | undefined {
    return this.isInformed ? undefined : this.fence.look();
  }

  /** Whether this node has seen lately what the others do; a single node has nobody to look for. */
  get isInformed(): boolean {
    const alone = this.deps.coordination.mode === 'single';
    return alone || this.follower.seesEnough || this.current === 'stopping';
  }

  /**
   * Leaves the roster, as soon as nothing is under way here any more: until then a leader has to wait for this node. The
   * host goes on answering for a while after it was asked to end, so its traffic is closed first.
   */
  async leave(): Promise<void> {
    const { app, clock, settings, coordination, presence, journal } = this.deps;
    this.leaving = true;
    if (this.isServer) {
      app.closeTraffic('This node is ending.');
      await app.quiet(clock.timeout(settings.timings.drainDeadline));
    }
    if (this.current !== 'stopping') this.move('leave');
    await this.heartbeat.stop();
    this.follower.stop();
    await Promise.all([coordination.state.leave(this.self.bootId).catch(() => undefined), presence.leave()]);
    await journal.settled();
  }

  /** Another node leads an operation that this one must not be in the way of. */
  private mustStop(record: OperationRecord): boolean {
    const exclusive = !isOver(record) && isExclusive(record.phase) && record.scope === 'all';
    return exclusive && record.leader.bootId !== this.self.bootId;
  }

  private async open(): Promise<void> {
    if (this.leaving) return;
    this.deps.app.openTraffic();
    await this.deps.app.resumeBackground();
  }

  private observe(record: OperationRecord | undefined): void {
    const { presence, settler, lookout } = this.deps;
    this.record = record;
    if (!this.follower.seesEnough && this.fence.wakeUp(record)) this.unfit = true;
    this.state.wake();
    void this.follower.follow(record);
    if (!lookout.withoutStore) void settler.observe(lookout.inStore, this.leading);
    if (this.isServer && this.current !== 'waiting' && this.current !== 'stopping') void presence.ensure();
    this.once.observe(record, this.current);
  }

  /** Out of traffic, until the next operation, or until what was wrong has passed. */
  fail(reason: string): void {
    this.unfit = true;
    this.leading = 0;
    this.secondChance.plan();
    this.move('fail', { reason });
  }

  private decide(record: OperationRecord | undefined): NodeDecision {
    const { fresh, secondChance } = this;
    // A leader follows its own plan; a store that forgot its operation, or never knew it, changes nothing about that.
    const own = record?.phase === 'held' ? 0 : this.leading;
    if (own > 0 && (record?.epoch ?? 0) <= own) return 'none';
    const view = { ...this.report(), fresh, mayTryAgain: secondChance.isDue(), blind: this.deps.lookout.withoutStore };
    return decide(view, record);
  }

  private async reload(record: OperationRecord | undefined): Promise<void> {
    if (this.current === 'failed' && (await this.appliedEpoch()) === undefined)
      return this.secondChance.postpone(PAUSE);
    // No record although this node drained: the store was flushed. The database then says whether somebody works.
    if (!record && (await this.deps.guard.isHeld())) return;
    if (this.current !== 'drained') await this.drain(record?.epoch ?? 0, LOADS, new AbortController().signal);
    this.move('reload', { reason: LOADS });
    try {
      await this.deps.app.reload();
    } catch (error) {
      this.fail(sentence(error));
      return;
    }
    this.fresh = record?.epoch ?? this.fresh;
    this.move('verify');
    await this.verifyAndServe(record?.target || this.target);
  }

  /** The last epoch inside the guard. Undefined while one is inside, and while the database cannot say so. */
  private async appliedEpoch(): Promise<number | undefined> {
    const { guard } = this.deps;
    const [held, { epoch }] = await Promise.all([guard.isHeld(), guard.applied()]).catch(
      () => [true, { epoch: 0 }] as const,
    );
    return held ? undefined : epoch;
  }

  private acts(): NodeActs {
    return {
      phase: () => this.current,
      decide: (record) => this.decide(record),
      drain: async (record, signal) => void (await this.drain(record.epoch, drainSentence(record), signal)),
      drainBlind: async (signal) => void (await this.drain(0, BLIND, signal)),
      resume: (record) => this.resume(record?.epoch ?? 0),
      reload: (record) => this.reload(record),
      report: () => this.heartbeat.wake(),
    };
  }
}
