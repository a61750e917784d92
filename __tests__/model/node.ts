import { readSettings, type Settings } from '../../src/server/core/settings';
import type { BeginOutcome } from '../../src/server/maintenance/coordinator';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import { createNode, type MaintenanceNode } from '../../src/server/maintenance/node';
import { StartUp } from '../../src/server/maintenance/start-up';
import { createMemoryCoordination } from '../../src/server/memory';
import type { MemoryDatabase } from '../../src/server/memory/database';
import type { Coordination, Guard, Ledger, Log } from '../../src/server/ports';
import { ModelApp } from './app';
import type { SharedData } from './data';
import type { GuardWatch } from './guard-watch';
import { Link, type FaultRates } from './network';
import { guardOver, ledgerOver, storeOver } from './ports';
import { Host, type Simulation } from './simulation';
import type { WatchedStore } from './store-watch';
import { logOf, type Tell } from './tell';

/** Short, so that a scenario has many of everything; the proportions are those of the defaults. */
export const ENV = {
  CLUSTER_MAINTENANCE_LEASE_TTL_MS: '3000',
  CLUSTER_MAINTENANCE_LEASE_RENEW_MS: '700',
  CLUSTER_MAINTENANCE_LEASE_GIVE_UP_MS: '2000',
  CLUSTER_MAINTENANCE_COMMAND_TIMEOUT_MS: '600',
  CLUSTER_MAINTENANCE_TICK_MS: '400',
  CLUSTER_MAINTENANCE_BUSY_TICK_MS: '150',
  CLUSTER_MAINTENANCE_NODE_TTL_MS: '1500',
  CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: '6000',
  CLUSTER_MAINTENANCE_GUARD_DEADLINE_MS: '1500',
  CLUSTER_MAINTENANCE_RELOAD_DEADLINE_MS: '6000',
};
const DATABASE_TIMEOUT = 4_000;
/** How long a start works that installs or upgrades. */
const START_WORK = 400;
const VERSION = '2.2.15';

/** What a node shares with the others. */
export interface World {
  readonly simulation: Simulation;
  readonly store: WatchedStore;
  readonly database: MemoryDatabase;
  readonly data: SharedData;
  readonly guard: GuardWatch;
  readonly rates: FaultRates;
  readonly env: Readonly<Record<string, string>>;
  /** The store does nothing before this time. */
  readonly pausedUntil: number;
  readonly tell: Tell | undefined;
}

/** One process: the real coordination on simulated ports. */
export class ModelNode {
  readonly host: Host;
  readonly toStore: Link;
  readonly toDatabase: Link;
  readonly toGuard: Link;
  readonly app: ModelApp;
  readonly settings: Settings;
  readonly parts: MaintenanceNode;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  /** What this process leads right now. */
  leading: LedOperation | undefined;
  private readonly log: Log;
  private readonly innerGuard: Guard;
  private readonly innerLedger: Ledger;

  constructor(
    private readonly world: World,
    name: string,
  ) {
    const { simulation, store, database, data } = world;
    this.host = new Host(name);
    this.log = logOf(name, world.tell);
    const clock = simulation.clockOf(this.host);
    this.settings = readSettings({ env: world.env, bootId: `boot-${name}`, hostname: name, namespace: 'n' }).settings;
    const { commandTimeout, leaseGiveUp } = this.settings.timings;
    this.toStore = new Link(simulation, this.host, commandTimeout, () => world.pausedUntil);
    this.toDatabase = new Link(simulation, this.host, DATABASE_TIMEOUT, () => 0);
    this.toGuard = new Link(simulation, this.host, DATABASE_TIMEOUT, () => 0);
    this.app = new ModelApp(simulation, this.host, data, this.toDatabase);
    const inStore = createMemoryCoordination(simulation.clockOf(simulation.world), store);
    this.coordination = storeOver(inStore, this.toStore, simulation, this.host);
    this.innerGuard = database.guard();
    this.innerLedger = database.ledger();
    this.guard = guardOver(world.guard.over(this.innerGuard, this.host), this.toGuard, simulation, this.host);
    this.ledger = ledgerOver(this.innerLedger, this.toDatabase);
    const { settings, coordination, guard, ledger, app, log } = this;
    const deps = { settings, coordination, guard, ledger, app, clock, log, role: 'app' as const, version: VERSION };
    this.parts = createNode({ ...deps, mask: (text) => text });
    this.app.hindrance = () => this.parts.agent.hindrance();
    // Trying to get in again may take twice as long, and the last try as long as the database is silent.
    const patience = leaseGiveUp * 2 + DATABASE_TIMEOUT;
    this.app.objection = (epoch) => world.guard.objection(epoch, this.host, patience);
    this.setRates(world.rates);
  }

  setRates(rates: FaultRates): void {
    this.toStore.rates = rates;
    this.toDatabase.rates = { ...rates, before: rates.before / 4, after: rates.after / 4 };
    // An error on the guard's connection ends it, and with it the lock: that is `loseGuard`.
    this.toGuard.rates = { ...rates, before: rates.before / 4, after: 0 };
  }

  /** As the host's `start` command does it. */
  async start(): Promise<void> {
    const { agent } = this.parts;
    agent.start();
    const passed = await this.startUp().passDoor();
    if (passed.outcome === 'stopped') return;
    if (passed.outcome === 'lead') {
      const failure = await this.install(passed.operation);
      await (
        await passed.operation.complete(failure)
      ).settled;
      this.leading = undefined;
      return;
    }
    await this.load();
    await agent.verifyAndServe('');
  }

  private async install(operation: LedOperation): Promise<string | undefined> {
    const { data } = this.world;
    this.leading = operation;
    const digest = data.digest === '' ? 'v1' : data.digest;
    if (operation.record.kind === 'install') await operation.guard.prepareInstall().catch(() => undefined);
    const { epoch, kind } = operation.record;
    return this.app.work({ epoch, kind, host: this.host }, START_WORK, digest);
  }

  private async load(): Promise<void> {
    for (;;) {
      try {
        return await this.app.reload();
      } catch {
        await this.world.simulation.wait(200, this.host);
      }
    }
  }

  /** As a request to the plugin manager does it. Resolves with what became of it, in a word. */
  async operate(duration: number, digest: string): Promise<string> {
    if (!this.app.take()) return 'refused';
    try {
      // Its own leader does not wait for the request that began the operation.
      const begun = await this.begin(digest).finally(() => this.app.answered());
      if (begun.outcome === 'busy') return 'busy';
      const { operation } = begun;
      const drained = await operation.drain();
      const entered = drained.ok ? await operation.enter() : drained;
      if (!entered.ok) return 'aborted';
      const { epoch, kind } = operation.record;
      const failure = await this.app.work({ epoch, kind, host: this.host }, duration, digest);
      const { settled } = await operation.complete(failure);
      return await settled;
    } catch (error) {
      this.log.warn('could not operate', { error });
      return 'offline';
    } finally {
      this.leading = undefined;
    }
  }

  private async begin(subject: string): Promise<BeginOutcome> {
    const begun = await this.parts.coordinator.begin({ kind: 'pm.enable', subject, requestedBy: 'model' });
    if (begun.outcome === 'leading') this.leading = begun.operation;
    return begun;
  }

  /** The process is gone: the database notices when its connections end. */
  kill(): void {
    const { simulation } = this.world;
    simulation.kill(this.host);
    this.app.open = false;
    simulation.after(simulation.random.between(0, 200), simulation.world, () => this.disconnect());
  }

  /** The way to the database breaks for a while; the server ends the connections after a moment. */
  loseDatabase(): void {
    const { simulation } = this.world;
    this.toDatabase.state = 'cut';
    this.toGuard.state = 'cut';
    simulation.after(simulation.random.between(0, 1_000), simulation.world, () => {
      if (this.toDatabase.state === 'cut') this.disconnect();
    });
  }

  /** The connection of the guard alone ends, and cannot be made again for a while. */
  loseGuard(): void {
    this.toGuard.state = 'cut';
    this.world.database.disconnect(this.innerGuard);
  }

  heal(): void {
    this.toStore.state = 'up';
    this.toDatabase.state = 'up';
    this.toGuard.state = 'up';
  }

  get letsThrough(): boolean {
    return this.host.state === 'running' && this.parts.agent.isInformed;
  }

  get serves(): boolean {
    return this.app.open && this.parts.agent.current === 'serving';
  }

  describe(): string {
    const { agent } = this.parts;
    const { record } = this.leading ?? {};
    const leads = record ? ` leads ${record.epoch} ${record.phase}` : '';
    const links = `store ${this.toStore.state}, db ${this.toDatabase.state}, guard ${this.toGuard.state}`;
    const { epoch } = agent.report();
    const what = `${agent.current} epoch ${epoch} code ${this.app.memory?.digest}`;
    return `${this.host.name} ${this.host.state} ${what} (${links})${leads} ${agent.why}`;
  }

  private disconnect(): void {
    this.world.database.disconnect(this.innerGuard);
    this.world.database.disconnect(this.innerLedger);
  }

  private startUp(): StartUp {
    const { parts, coordination, guard, app, log, toDatabase } = this;
    const { data } = this.world;
    return new StartUp({
      ...parts,
      coordination,
      guard,
      app,
      log,
      changesSchema: () => Promise.resolve(true),
      installedVersion: () => toDatabase.call('version', () => (data.digest === '' ? undefined : VERSION)),
      isOlder: () => false,
      ownVersion: VERSION,
      tell: () => {},
      stopping: new AbortController().signal,
    });
  }
}
