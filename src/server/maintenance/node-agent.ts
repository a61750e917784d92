import type { NodePhase, NodeRef, NodeReport, OperationRecord } from '../../shared/domain';
import { Heartbeat } from '../cluster/heartbeat';
import type { Clock } from '../core/clock';
import { isLoading, mustBeQuietFor, mustStopFor, type NodeDecision, type NodeEvent } from '../core/node-machine';
import { drainSentence, waitSentence } from '../core/sentences';
import type { Settings } from '../core/settings';
import type { AppLifecycle, Coordination, Guard, Log } from '../ports';
import { Draining } from './draining';
import { Ending } from './ending';
import { Entrance } from './entrance';
import { Follower, OncePerOperation, type NodeActs } from './follower';
import type { Journal } from './journal';
import { Judgement } from './judgement';
import type { Lookout } from './lookout';
import { NodeState, type Change } from './node-state';
import { OwnLead } from './own-lead';
import type { Presence } from './presence';
import { Quieting } from './quieting';
import type { Settler } from './settler';
import type { TimeLimit } from './time-limit';
import type { VersionCheck } from './version-check';
import { WayBack, type Returning } from './way-back';
import { BLIND, WriteFence } from './write-fence';
import { lateOf } from './work-policy';

export interface NodeAgentDeps {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly presence: Presence;
  readonly lookout: Lookout;
  readonly settler: Settler;
  readonly timeLimit: TimeLimit;
  readonly journal: Journal;
  /** To be told of every sight of the record; they do not wait, and do not throw. */
  readonly observers: readonly { observe(record: OperationRecord | undefined): void }[];
  readonly versions: VersionCheck;
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
  private readonly heartbeat: Heartbeat;
  private record: OperationRecord | undefined;
  private leaving = false;
  /** It leaves in the middle of a load, which may write until the process is gone. */
  private leavesLoading = false;
  private readonly follower: Follower;
  private readonly once: OncePerOperation;
  private readonly back: WayBack;
  private readonly draining: Draining;
  private readonly quieting: Quieting;
  /** What this node does for the operation that it leads. */
  readonly own: OwnLead;
  private readonly fence: WriteFence;
  private readonly entrance: Entrance;
  private readonly ending: Ending;
  private readonly judgement: Judgement;
  /** Does a held operation again; set by whoever can run the host's commands. */
  onRetry: (record: OperationRecord) => Promise<void> = async () => {};

  constructor(private readonly deps: NodeAgentDeps) {
    const { settings, coordination, clock, log, lookout, journal } = deps;
    this.state = new NodeState({ ...deps, node: settings.node });
    const { node, timings } = settings;
    this.back = new WayBack({ ...deps, node: this.returning() });
    const cutOff = (reason: string) => this.cutOff(reason);
    this.draining = new Draining({ ...deps, ...this.returning(), timings, cutOff, report: () => this.beat() });
    this.quieting = new Quieting({ ...deps, ...this.returning(), node, patience: timings.leaseTtl });
    const { state, back, draining, quieting, isServer } = this;
    const sight = { read: () => this.record, write: (record: OperationRecord) => (this.record = record) };
    const late = lateOf(settings.background, 'leader');
    this.own = new OwnLead({ state, back, draining, quieting, isServer, sight, late });
    this.judgement = new Judgement(clock, timings.leaseTtl);
    const news = (ms: number) => this.state.news(ms);
    this.fence = new WriteFence({
      app: deps.app,
      clock,
      patience: timings.drainDeadline,
      sees: () => this.isInformed,
      loads: () => isLoading(this.current) || this.leavesLoading,
      ends: () => this.leaving,
      isStale: () => this.back.isStale(this.record),
      mustStop: () => (this.record && this.isInTheWayOf(this.record) ? this.record : undefined),
      news,
    });
    this.follower = new Follower({ acts: this.acts(), clock, log, name: node.name, patience: timings.nodeTtl });
    const following = (patience: AbortSignal) => this.follower.stop(patience);
    this.ending = new Ending({ ...deps, deadline: timings.drainDeadline, following, cutOff });
    this.entrance = new Entrance({
      look: () => this.heartbeat.beat(true),
      node,
      wants: () => this.current === 'serving' && !this.leaving,
      news,
      explain: (reason) => this.explain(reason),
    });
    const keepLines = (id: string) => void journal.settled().then(() => journal.keepOwn(id));
    this.once = new OncePerOperation(node.bootId, keepLines, (record) => void this.onRetry(record));
    this.heartbeat = new Heartbeat({
      coordination,
      timings,
      clock,
      log,
      look: (thorough) => lookout.look(this.report(), thorough || !this.isInformed),
      onRecord: (record, askedAt) => this.observe(record, askedAt),
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
    const quietFor = this.quieting.epoch;
    return quietFor > 0 ? { ...this.state.report(), quietFor } : this.state.report();
  }

  /** Resolves at the next sight of the record or change of this node, at the latest after `ms`. */
  nextSight(ms: number, signal?: AbortSignal): Promise<void> {
    return this.state.news(ms, signal);
  }

  move(event: NodeEvent, change: Change = {}): boolean {
    const epoch = change.epoch || this.state.epoch;
    return this.state.move(event, change, this.record?.epoch === epoch ? this.record : undefined);
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
    if (this.isServer) await this.deps.presence.renew();
    this.move('pass');
    const sight = await this.entrance.atDoor();
    if (sight && !sight.other) {
      await this.back.beginWith(sight.record);
      return true;
    }
    this.move('wait', { reason: sight?.other ? waitSentence(sight.other) : BLIND });
    await this.beat().catch(() => undefined);
    return false;
  }

  /** Stops taking work and waits for what runs; false when the signal aborted first. */
  drain(epoch: number, message: string, signal: AbortSignal): Promise<boolean> {
    return this.draining.run(epoch, message, signal, lateOf(this.deps.settings.background, 'follower'));
  }

  private get leading(): number {
    return this.own.epoch;
  }

  /** It has to stop for that operation, and has not. */
  private isInTheWayOf(record: OperationRecord): boolean {
    const { self, quieting } = this;
    return mustStopFor(record, self) || (mustBeQuietFor(record, self) && quieting.epoch !== record.epoch);
  }

  /** To be asked before the app uses the database; see `WriteFence`. */
  hindrance(): Promise<void> | undefined {
    return this.isHindered ? this.fence.look() : undefined;
  }

  get isHindered(): boolean {
    return !this.isInformed || this.fence.loadsBesideWork;
  }

  /** What is under way on the database must not go on. The app does not serve again before it has loaded anew. */
  async cutOff(reason: string): Promise<void> {
    this.back.unfit = true;
    await this.deps.app.fence(reason);
  }

  /** Whether this node has seen lately what the others do; a single node has nobody to look for. */
  get isInformed(): boolean {
    const alone = this.deps.coordination.mode === 'single';
    return alone || this.follower.seesEnough || (this.current === 'stopping' && !this.leavesLoading);
  }

  /**
   * Leaves the roster, as soon as nothing is under way here any more: until then a leader has to wait for this node. The
   * host goes on answering for a while after it was asked to end, so its traffic is closed first.
   */
  async leave(): Promise<void> {
    const { coordination, presence, journal } = this.deps;
    this.leaving = true;
    if (this.isServer) await this.ending.endRequests();
    this.leavesLoading = isLoading(this.current);
    if (this.current !== 'stopping') this.move('leave');
    await this.heartbeat.stop();
    await Promise.all([coordination.state.leave(this.self.bootId).catch(() => undefined), presence.leave()]);
    await journal.settled();
  }

  private async open(): Promise<void> {
    if (this.leaving) return;
    this.deps.app.openTraffic();
    await this.quieting.openBackground();
  }

  private observe(record: OperationRecord | undefined, askedAt: number): void {
    const { presence, settler, lookout } = this.deps;
    this.record = record;
    const missed = this.follower.seesEnough ? undefined : this.fence.missed(record);
    if (missed !== undefined) void this.cutOff(missed);
    for (const observer of this.deps.observers) observer.observe(record);
    // A person has to look, and nobody knows when.
    if (record?.phase === 'held' && this.state.isOutOfTraffic)
      this.deps.app.closeTraffic(record.reason ?? '', 'refuse');
    this.state.wake();
    this.quieting.observe(record);
    this.deps.timeLimit.observe(record);
    void this.follower.follow(record, askedAt);
    const { inStore } = lookout;
    if (!lookout.withoutStore) void settler.observe(inStore, this.own.ends(inStore?.epoch ?? 0));
    if (this.isServer) presence.observe(this.current);
    this.once.observe(record, this.current);
  }

  /** Out of traffic, until the next operation, or until what was wrong has passed. */
  fail(reason: string): void {
    this.own.epoch = 0;
    this.back.failAsLeader(reason);
  }

  verifyAndServe(target: string): Promise<boolean> {
    return this.back.verifyAndServe(target);
  }

  private decide(record: OperationRecord | undefined): NodeDecision {
    const { fresh, mayTryAgain } = this.back;
    const { withoutStore } = this.deps.lookout;
    return this.judgement.decide(
      record,
      { ...this.report(), fresh, mayTryAgain },
      { leads: this.leading, withoutStore },
    );
  }

  private returning(): Returning {
    return {
      phase: () => this.current,
      standing: () => `${this.current} ${this.state.epoch}`,
      move: (event, change) => this.move(event, change),
      explain: (reason) => this.explain(reason),
      // Nobody gives up on the way back: it has to load anew, whatever still runs.
      drain: (epoch, message) => this.draining.run(epoch, message, new AbortController().signal, 'cut-off'),
      lookAhead: () => this.entrance.lookAhead(),
      register: async () => (this.isServer ? this.deps.presence.renew() : undefined),
      open: () => this.open(),
      report: () => this.heartbeat.wake(),
    };
  }

  private acts(): NodeActs {
    return {
      phase: () => this.current,
      decide: (record) => this.decide(record),
      drain: async (record, signal) => void (await this.drain(record.epoch, drainSentence(record), signal)),
      drainBlind: async (signal) => void (await this.drain(0, BLIND, signal)),
      resume: (record) => this.back.resume(record?.epoch ?? 0, record),
      reload: (record) => this.back.reload(record),
      report: () => this.heartbeat.wake(),
    };
  }
}
