import type { OperationRecord } from '../../src/shared/domain';
import type { ModelCluster } from './cluster';
import { Violation } from './data';
import { ENV } from './env';
import type { ModelNode } from './node';

/** A node may go on for so long without a word from store or database: its patience, and calls that hang. */
const BLIND = 8_000;
/** A place in the guard that was held for so long was held when somebody asked for it. */
const ESTABLISHED = 6_000;
/** A process that was asked to end waits so long for its requests. */
const DRAIN_DEADLINE = Number(ENV.CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS);
/** A run with more events than this goes round in circles. */
const MOST_EVENTS = 200_000;

/** The rules of design.md section 5, as far as they can be seen from outside. Each names the rule that it belongs to. */
export class Rules {
  /** Until when two leaders may both rely on a lease. */
  private forgetfulUntil = 0;
  /** A promise that was rejected and that nobody looked after. */
  private rejected: string | undefined;

  constructor(
    private readonly cluster: ModelCluster,
    private readonly leaseTtl: number,
  ) {
    cluster.store.onSettled = (seen, next) => this.settled(seen, next);
  }

  /** A store that loses what it knew may give a lease out twice: the guard is for that. */
  storeForgets(within: number): void {
    this.forgetfulUntil = this.cluster.simulation.time + within + this.leaseTtl;
  }

  leftAlone(reason: unknown): void {
    this.rejected ??= reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  }

  /** To be asked after every event. */
  check(): void {
    const { data, store, simulation } = this.cluster;
    const record = store.read();
    data.noticeDeath();
    data.noticeResolution(record);
    if (data.broken !== undefined) throw this.violation(data.broken);
    if (this.rejected !== undefined) throw this.violation(`R12: nobody looked after an error: ${this.rejected}`);
    if (simulation.steps > MOST_EVENTS) throw this.violation('R6: the nodes go round in circles');
    this.checkTraffic();
    this.checkLeaders();
    if (record) this.checkRecord(record);
  }

  /** Who has left the roster is not waited for any more; it was asked to end at `asked`. */
  left({ host, app }: ModelNode, asked: number): void {
    const { data, simulation } = this.cluster;
    if (host.state === 'dead' || app.inFlight() === 0) return;
    if (!app.isFenced) data.report(`R3: ${host.name} left, and what it is still answering may write`);
    const patient = simulation.time - asked >= DRAIN_DEADLINE;
    if (!patient) data.report(`R8: ${host.name} left in the middle of requests that it had time to answer`);
  }

  violation(what: string): Violation {
    const { store, nodes, simulation } = this.cluster;
    const lines = nodes.map((node) => node.describe());
    return new Violation(
      [`${what} at ${simulation.time}`, `record: ${JSON.stringify(store.read())}`, ...lines].join('\n  '),
    );
  }

  private checkTraffic(): void {
    const { data, nodes, simulation } = this.cluster;
    for (const node of nodes) {
      const { host, app } = node;
      if (host.state === 'dead' || !(app.open || app.loading)) continue;
      const sight = Math.max(node.links.answeredAt, host.thawedAt);
      if (app.open && host.state === 'running' && simulation.time - sight > BLIND) {
        throw this.violation(`R3: ${host.name} takes traffic and has heard from nobody for ${BLIND} ms`);
      }
      // Open, but nothing that it takes gets through to the database: it cannot, or it has to look first.
      if (node.links.database.state !== 'up' || !node.letsThrough) continue;
      if (data.working && data.working.host !== host) {
        const what = app.open ? 'takes traffic' : 'loads its app';
        throw this.violation(`R3: ${host.name} ${what} while epoch ${data.working.epoch} works`);
      }
      const byHand = data.manual?.scope === 'all' && data.manual.maintenance?.openNode !== host.name;
      if (app.open && byHand) throw this.violation(`R3: ${host.name} takes traffic while somebody works by hand`);
      if (app.open && data.torn !== undefined) {
        throw this.violation(`R5: ${host.name} takes traffic although epoch ${data.torn} is unresolved`);
      }
    }
  }

  private checkLeaders(): void {
    const { nodes, simulation, store } = this.cluster;
    // A store that forgot a lease may give out another one: that is what the guard is for.
    if (simulation.time <= this.forgetfulUntil) return;
    // One that has just been woken up runs its timers first.
    const awake = nodes.filter(({ host }) => host.state === 'running' && host.thawedAt < simulation.time);
    for (const { host, settings } of awake.filter((node) => relies(node))) {
      if (store.leader?.bootId === settings.node.bootId) continue;
      throw this.violation(`R4: ${host.name} relies on a lease that ${store.leader?.bootId ?? 'nobody'} holds`);
    }
  }

  private checkRecord(record: OperationRecord): void {
    const { data, store } = this.cluster;
    // One that was announced and then given up, by a leader that died over it, is held: nothing has changed, and nobody knows.
    if (data.worked.has(record.epoch) && store.cancelled.has(record.id)) {
      throw this.violation(`R6: epoch ${record.epoch} changed something although it was cancelled`);
    }
    if (record.result === 'aborted' && data.worked.has(record.epoch)) {
      throw this.violation(`R5: epoch ${record.epoch} is said to be aborted, and has changed something`);
    }
  }

  private settled(seen: OperationRecord, next: OperationRecord): void {
    const { data, guard, simulation } = this.cluster;
    if (next.kind === 'maintenance' && next.result === 'aborted' && data.manual?.id === next.id) {
      data.report(`R3: epoch ${next.epoch} was aborted while somebody works by hand`);
    }
    const { inside } = guard;
    // Whoever settles knows the end from the leader itself, or decides that there is none.
    if (!inside || inside.epoch !== seen.epoch || inside.host.state === 'dead') return;
    const own = data.working?.epoch === seen.epoch && simulation.time - inside.since > ESTABLISHED;
    if (own) data.report(`R5: epoch ${seen.epoch} became ${next.phase} although its leader stands in the guard`);
  }
}

function relies({ leading }: ModelNode): boolean {
  return leading !== undefined && !leading.lost.aborted && !leading.isOver && leading.record.phase !== 'held';
}
