import type { NodePhase, OperationRecord } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { includedIn, owesReload, type NodeEvent } from '../core/node-machine';
import type { AppLifecycle, Guard } from '../ports';
import { unfitness } from './node-proof';
import type { ThoroughSight } from './entrance';
import type { Change } from './node-state';
import { SecondChance } from './second-chance';
import type { VersionCheck } from './version-check';

/** What the way back needs of the node that goes it. */
export interface Returning {
  readonly phase: () => NodePhase;
  /** Phase and epoch, to be compared. */
  readonly standing: () => string;
  readonly move: (event: NodeEvent, change?: Change) => boolean;
  readonly explain: (reason: string) => void;
  readonly drain: (epoch: number, message: string) => Promise<unknown>;
  /** Looks thoroughly; undefined: this node has become another thing than one that serves. */
  readonly lookAhead: () => Promise<ThoroughSight | undefined>;
  readonly register: () => Promise<void>;
  readonly open: () => Promise<void>;
  /** Tells the others at once. */
  readonly report: () => void;
}

export interface WayBackDeps {
  readonly app: AppLifecycle;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly versions: Pick<VersionCheck, 'objection'>;
  readonly node: Returning;
}

/** Before a failed node asks again whether the database is back, in milliseconds. */
const PAUSE = 2_000;
const INSIDE =
  'Somebody is inside the guard in the database, or it is silent; this node serves as soon as that is over.';
const LOADS = 'This node loads what another one changed.';

/** What this node has in memory, and how it gets back into traffic: as it is, or after it has loaded anew. */
export class WayBack {
  /** Epoch of the last operation whose effects are in memory. */
  fresh = 0;
  /** True from a failed proof to the next good one: such a node must not return to traffic unproven. */
  unfit = false;
  /** What had to be proven last; an operation that was aborted asks for nothing new. */
  private target = '';
  private readonly secondChance: SecondChance;
  /** A start that failed is no reload that failed: what it was to change first would be left out. */
  private served = false;

  constructor(private readonly deps: WayBackDeps) {
    this.secondChance = new SecondChance(deps.clock);
  }

  /** What is wrong may have passed. */
  get mayTryAgain(): boolean {
    return this.secondChance.isDue();
  }

  /** What a start has passed its door with: it loads what the database says from here on. */
  async beginWith(record: OperationRecord | undefined): Promise<void> {
    this.fresh = Math.max(includedIn(record), (await this.appliedEpoch()) ?? 0);
  }

  owes(record: OperationRecord, fingerprint: string): boolean {
    return owesReload({ fresh: this.fresh, fingerprint }, record);
  }

  /** It answers requests, and does not know of a change that this record tells of. */
  isStale(record: OperationRecord | undefined): record is OperationRecord {
    const { node, app } = this.deps;
    const answers = node.phase() === 'serving' || node.phase() === 'draining';
    return answers && record !== undefined && this.owes(record, app.loaded()?.digest ?? '');
  }

  /**
   * The app has started, reloaded or done its work: serves if its code equals `target` (the leader's digest).
   * Without a target there is nobody to be equal to, and a difference is only shown as drift: a plugin row whose
   * files are missing must not keep every node out of traffic.
   */
  async verifyAndServe(target: string): Promise<boolean> {
    const { node, app } = this.deps;
    this.target = target;
    const difference = await unfitness(app, target).catch(sentence);
    this.unfit = difference !== undefined;
    if (difference === undefined) {
      this.secondChance.reset();
      this.served = true;
      await this.serve();
      return true;
    }
    this.fail(difference);
    node.report();
    return false;
  }

  /** What this node led is held. That says nothing of how often it could not load. */
  failAsLeader(reason: string): void {
    this.secondChance.reset();
    this.fail(reason);
  }

  /** Out of traffic, until the next operation, or until what was wrong has passed. */
  fail(reason: string): void {
    this.unfit = true;
    if (this.served) this.secondChance.plan();
    this.deps.node.move('fail', { reason });
    this.deps.app.closeTraffic(reason, 'refuse');
  }

  /**
   * Back to traffic with the code and data of before: nothing was changed up to this epoch. But not while
   * somebody is inside the guard: a store that forgot his operation may have let another one begin, and end.
   */
  async resume(epoch: number, record: OperationRecord | undefined): Promise<void> {
    const { node } = this.deps;
    const before = node.standing();
    const applied = await this.appliedEpoch();
    if (node.standing() !== before) return;
    if (applied === undefined) return node.explain(INSIDE);
    // What the database says counts more than what a record says of the past: the store may have lost one in between.
    const missed = applied > this.fresh && applied !== epoch;
    if (this.unfit || missed) return this.reload(record);
    if (!['draining', 'drained', 'working'].includes(node.phase())) return;
    this.fresh = Math.max(this.fresh, applied);
    if (!node.move('resume', { epoch: 0 })) return;
    await node.open();
    node.report();
  }

  /** The work of this node failed: what is in memory may be a mixture. Serves in the end, or says why not. */
  async afterFailure(record: OperationRecord | undefined, target: string): Promise<boolean> {
    if (!this.served) return this.verifyAndServe(target);
    await this.reload(record);
    return this.deps.node.phase() === 'serving';
  }

  /** Loads what the database and the disk now say, and proves it; not while somebody still changes them. */
  async reload(record: OperationRecord | undefined): Promise<void> {
    const { node, app } = this.deps;
    const before = node.standing();
    const applied = await this.appliedEpoch();
    // Leader and follower are one node: meanwhile the other of the two may have acknowledged the next operation.
    if (node.standing() !== before) return;
    if (applied === undefined) return this.later();
    if (await this.staysOut()) return;
    const idle = node.phase() === 'drained' || node.phase() === 'verifying';
    if (!idle) await node.drain(record?.epoch ?? 0, LOADS);
    if (!node.move('reload', { reason: LOADS })) return;
    app.closeTraffic(LOADS, 'hold');
    try {
      const tooOld = await this.deps.versions.objection();
      if (tooOld !== undefined) throw new Error(tooOld);
      await app.reload();
    } catch (error) {
      this.fail(sentence(error));
      return;
    }
    const target = this.targetOf(record, applied);
    this.fresh = Math.max(this.fresh, applied, includedIn(record));
    // It may have failed meanwhile as a leader: it has its second chance, and this proof is not for that.
    if (node.move('verify')) await this.verifyAndServe(target);
  }

  /**
   * What has to be proven. An operation that was aborted asks for what the one before it asked for; one that was
   * interrupted in its work, or that this node did not see, asks for nothing that anybody knows.
   */
  private targetOf(record: OperationRecord | undefined, applied: number): string {
    if (record?.changed && record.epoch >= applied) return record.target;
    return applied > this.fresh ? '' : this.target;
  }

  /**
   * Enters traffic, unless there is an operation that this node must drain for first, or one has changed what this node has
   * just loaded: it stood still meanwhile, and was taken for gone.
   */
  private async serve(): Promise<void> {
    const { node } = this.deps;
    await node.register();
    node.move('serve', { epoch: 0 });
    const sight = await node.lookAhead();
    // A sight that came meanwhile may have been acted upon already.
    if (node.phase() !== 'serving') return;
    // At once, and not at the next sight: by then the operation may be over, and nothing would open the traffic again.
    const { record, other } = sight ?? {};
    if (other) await node.drain(other.epoch, `Waiting for ${other.leader.name}.`);
    else if (this.isStale(record)) await node.drain(record.epoch, LOADS);
    else return node.open();
    node.report();
  }

  /** It has failed because its code is too old, and would again: it says so, and asks again later. */
  private async staysOut(): Promise<boolean> {
    const { node, versions } = this.deps;
    if (node.phase() !== 'failed') return false;
    const tooOld = await versions.objection().catch(() => undefined);
    if (tooOld === undefined || node.phase() !== 'failed') return false;
    node.explain(tooOld);
    this.secondChance.postpone(PAUSE);
    return true;
  }

  private later(): void {
    const { node } = this.deps;
    if (node.phase() === 'failed') this.secondChance.postpone(PAUSE);
    else if (node.phase() === 'verifying') this.fail(INSIDE);
    else node.explain(INSIDE);
  }

  /** The last epoch inside the guard. Undefined while one is inside, and while the database cannot say so. */
  private async appliedEpoch(): Promise<number | undefined> {
    const { guard } = this.deps;
    try {
      const [held, { epoch }] = await Promise.all([guard.isHeld(), guard.applied()]);
      return held ? undefined : epoch;
    } catch {
      return undefined;
    }
  }
}
