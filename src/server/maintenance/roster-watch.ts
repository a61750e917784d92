import type { NodeReport, RosterEntry } from '../../shared/domain';
import type { SilentNode } from '../../shared/api';
import type { Clock } from '../core/clock';
import { requestsSentence } from '../core/sentences';
import type { Coordination, Ledger, LedgerNode } from '../ports';
import type { NodeAgent } from './node-agent';

/** How often the leader looks at the roster while it waits for the others, in milliseconds. */
const LOOK_EVERY = 25;
/** The same for the list in the database. */
const ASK_DATABASE_EVERY = 250;

/** Another server as the leader sees it. */
export interface Peer extends Pick<
  NodeReport,
  'bootId' | 'name' | 'phase' | 'epoch' | 'quietFor' | 'fingerprint' | 'reason' | 'work'
> {
  readonly inFlight: number;
  readonly underWay?: NonNullable<NodeReport['underWay']>;
  readonly silentMs: number;
  /** Known from the database alone: it does not report to the store. */
  readonly onlyInDatabase: boolean;
}

export interface WatchDeps {
  readonly coordination: Coordination;
  readonly ledger: Ledger;
  readonly agent: NodeAgent;
  readonly clock: Clock;
}

/**
 * The leader's view of the other servers: those that report to the store, and those that are registered in the database
 * and may write although they do not. Short CLI processes serve nobody and are not waited for.
 */
export class RosterWatch {
  private registered: readonly LedgerNode[] | undefined = [];
  private askedAt = -Infinity;

  constructor(private readonly deps: WatchDeps) {}

  /**
   * Waits until `ready` holds for every other server; at abort returns those for which it does not. `self` describes this
   * server as long as it is waited for, too.
   */
  async until(
    ready: (node: Peer) => boolean,
    signal: AbortSignal,
    tell: (names: readonly string[], others: readonly Peer[]) => Promise<void>,
    self?: () => string | undefined,
  ): Promise<{ readonly others: readonly Peer[]; readonly missing: readonly string[] }> {
    // An answer from before is none to what the leader has said since.
    this.askedAt = -Infinity;
    for (;;) {
      const others = await this.others();
      const peers = typeof others === 'string' ? [] : others;
      const away = typeof others === 'string' ? [others] : others.filter((node) => !ready(node)).map(describe);
      const own = self?.();
      const missing = own === undefined ? away : [own, ...away];
      if (missing.length === 0) return { others: peers, missing };
      await tell(missing, peers);
      if (signal.aborted) return { others: peers, missing };
      await this.deps.agent.nextSight(LOOK_EVERY, signal);
    }
  }

  /** Waits until those that drained serve with that code, or cannot. Returns who is still away, each with its reason. */
  async awayFrom(
    target: string,
    drained: ReadonlySet<string>,
    signal: AbortSignal,
    tell: (names: readonly string[]) => Promise<void>,
  ): Promise<readonly string[]> {
    const { others, missing } = await this.until(backWith(target, drained), signal, tell);
    return [...missing, ...outOfTraffic(others, drained)];
  }

  /** What cannot be known now, in words: that is not the same as nobody. */
  private async others(): Promise<readonly Peer[] | string> {
    const { coordination, agent } = this.deps;
    const [roster, registered] = await Promise.all([
      coordination.state.roster().catch(() => undefined),
      this.askDatabase(),
    ]);
    if (!roster) return 'the list of nodes (Redis is silent)';
    if (!registered) return 'the list of nodes (the database is silent)';
    const hidden = inDatabaseOnly(registered, roster);
    const known = new Set(hidden.map(({ bootId }) => bootId));
    const reporting = roster.filter((node) => node.role === 'app' && !known.has(node.bootId));
    const all = [...reporting.map(fromStore), ...hidden.map(fromDatabase)];
    return all.filter(({ bootId }) => bootId !== agent.self.bootId);
  }

  private async askDatabase(): Promise<readonly LedgerNode[] | undefined> {
    const { ledger, clock, coordination } = this.deps;
    // A single node knows of no others: what else uses its database cannot hear it either way.
    if (coordination.mode === 'single') return [];
    const now = clock.monotonic();
    if (now - this.askedAt < ASK_DATABASE_EVERY) return this.registered;
    this.askedAt = now;
    this.registered = await ledger.nodes().catch(() => undefined);
    return this.registered;
  }
}

/** Registered processes that report nowhere and have acknowledged nothing: for the page. */
export function silentNodes(
  registered: readonly LedgerNode[],
  roster: readonly RosterEntry[],
  quiet: (node: LedgerNode) => boolean,
): readonly SilentNode[] {
  return inDatabaseOnly(registered, roster)
    .filter((node) => !quiet(node))
    .map(({ bootId, name, silentMs }) => ({ bootId, name, silentMs }));
}

/**
 * Processes that may write and of which the store does not know, or nothing that is from later: a store that failed over
 * may tell what a node was long ago, and a node registers anew whenever it begins to serve.
 */
function inDatabaseOnly(registered: readonly LedgerNode[], roster: readonly RosterEntry[]): readonly LedgerNode[] {
  const told = new Map(roster.map(({ bootId, sentAt }) => [bootId, sentAt]));
  return registered.filter(
    (node) => node.presence === 'connected' && node.sentAt > (told.get(node.bootId) ?? -Infinity),
  );
}

/** Whether a node that should come back serves with that code, or says that it cannot. */
function backWith(target: string, expected: ReadonlySet<string>): (node: Peer) => boolean {
  return (node) =>
    !expected.has(node.bootId) ||
    node.phase === 'failed' ||
    (node.phase === 'serving' && (node.onlyInDatabase || node.fingerprint === target));
}

/** Those that should have come back and stay away, each with its reason. */
function outOfTraffic(others: readonly Peer[], expected: ReadonlySet<string>): string[] {
  return others
    .filter((node) => node.phase === 'failed' && expected.has(node.bootId))
    .map((node) => `${node.name} stays out of traffic: ${node.reason}`);
}

function fromStore(node: RosterEntry): Peer {
  return { ...node, onlyInDatabase: false };
}

function fromDatabase(node: LedgerNode): Peer {
  return { ...node, fingerprint: '', reason: '', inFlight: 0, onlyInDatabase: true };
}

/** A leader that has not drained itself yet. */
export function describeSelf(report: NodeReport): string {
  return `${report.name} (itself${workOf({ ...report, silentMs: 0 })})`;
}

/** What somebody needs to know about a node that keeps the others waiting. */
function describe(node: Peer): string {
  const silent = node.silentMs > 3_000 ? `, silent for ${Math.round(node.silentMs / 1000)} s` : '';
  const unreachable = node.onlyInDatabase ? ', not connected to Redis but to the database: it may still write' : '';
  return `${node.name} (${node.phase}${workOf(node)}${silent}${unreachable})`;
}

function workOf(node: Pick<Peer, 'inFlight' | 'underWay' | 'silentMs' | 'work'>): string {
  const requests = node.inFlight > 0 ? [requestsSentence(node)] : [];
  return [...requests, ...(node.work ?? [])].map((line) => `, ${line}`).join('');
}
