import { isOver } from '../../src/server/core/node-machine';
import { MemoryDatabase } from '../../src/server/memory/database';
import { code } from './app';
import { SharedData } from './data';
import { GuardWatch } from './guard-watch';
import { NO_FAULTS, type FaultRates } from './network';
import { ENV } from './env';
import { ModelNode, type World } from './node';
import { doAgain } from './operating';
import type { Simulation } from './simulation';
import { WatchedStore } from './store-watch';
import type { Tell } from './tell';

/** Until a supervisor has started a process again, in ms. */
const RESTART = 500;
/** The most processes that a scenario has at a time. */
const MOST = 6;

export interface ClusterOptions {
  /** The database is empty: the first start installs it. */
  readonly fresh?: boolean;
  readonly tell?: Tell | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Everything that the nodes of a scenario share. */
export class ModelCluster implements World {
  readonly data = new SharedData((host) => host.state === 'dead');
  readonly store: WatchedStore;
  readonly database: MemoryDatabase;
  readonly guard: GuardWatch;
  readonly nodes: ModelNode[] = [];
  readonly env: Readonly<Record<string, string>>;
  pausedUntil = 0;
  rates = NO_FAULTS;
  readonly tell: Tell | undefined;
  private count = 0;

  constructor(
    readonly simulation: Simulation,
    { fresh = false, tell, env = ENV }: ClusterOptions = {},
  ) {
    const clock = simulation.clockOf(simulation.world);
    const report = (what: string) => this.data.report(what);
    this.store = new WatchedStore(clock, report);
    this.database = new MemoryDatabase(clock);
    this.store.onSettling = (next) => this.data.noticeEnd(next);
    this.guard = new GuardWatch(simulation, report);
    this.env = env;
    this.tell = tell;
    if (fresh) this.data.digest = '';
    else this.adopt(this.data.digest);
  }

  get alive(): ModelNode[] {
    return this.nodes.filter(({ host }) => host.state !== 'dead');
  }

  /** Nobody else is started for a scenario. */
  get isFull(): boolean {
    return this.alive.length >= MOST;
  }

  /** Those that take traffic, or want to. */
  get servers(): ModelNode[] {
    return this.alive.filter(({ role }) => role === 'app');
  }

  /** A new process starts. */
  boot(): ModelNode {
    const node = new ModelNode(this, `n${(this.count += 1)}`);
    this.nodes.push(node);
    node.parts.agent.onRetry = (held) => doAgain(node, this.simulation, held);
    void node.start();
    return node;
  }

  /** A command in a shell: a process that is gone when it has done its work. */
  shell(): ModelNode {
    const node = new ModelNode(this, `c${(this.count += 1)}`, 'command');
    this.nodes.push(node);
    return node;
  }

  replace(): void {
    this.simulation.after(RESTART, this.simulation.world, () => this.boot());
  }

  evict(bootId: string): void {
    const node = this.nodes.find(({ settings }) => settings.node.bootId === bootId);
    if (!node || node.host.state === 'dead') return;
    node.host.troubledUntil = Math.max(node.host.troubledUntil, this.simulation.time);
    node.loseConnections();
  }

  setRates(rates: FaultRates): void {
    this.rates = rates;
    for (const node of this.nodes) node.links.setRates(rates);
  }

  /** True when nothing runs, or what runs waits for a person. */
  get atRest(): boolean {
    const record = this.store.read();
    return !record || isOver(record) || record.phase === 'held';
  }

  /** A database that was installed long ago. */
  private adopt(digest: string): void {
    const ledger = { nodes: new Map(), operations: new Map(), lines: [] };
    this.database.load({ guard: { epoch: undefined, fingerprint: code(digest) }, ledger, tables: [] });
  }
}
