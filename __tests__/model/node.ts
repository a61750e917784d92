import type { NodeReport } from '../../src/shared/domain';
import { readSettings, type Settings } from '../../src/server/core/settings';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import { createNode, type MaintenanceNode } from '../../src/server/maintenance/node';
import { StartUp } from '../../src/server/maintenance/start-up';
import { createMemoryCoordination } from '../../src/server/memory';
import type { MemoryDatabase } from '../../src/server/memory/database';
import type { Coordination, Guard, Ledger, Log } from '../../src/server/ports';
import { ModelApp, VERSION } from './app';
import type { SharedData } from './data';
import type { GuardWatch } from './guard-watch';
import { DATABASE_TIMEOUT, Links } from './links';
import type { FaultRates } from './network';
import { guardOver, ledgerOver, storeOver, toldOf } from './ports';
import { Host, type Simulation } from './simulation';
import type { WatchedStore } from './store-watch';
import { logOf, type Tell } from './tell';

/** How long a start works that installs or upgrades. */
const START_WORK = 400;

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
  /** A new process takes the place of one that could not start. */
  replace(): void;
  /** The database ends all connections of a process. */
  evict(bootId: string): void;
}

/** One process: the real coordination on simulated ports. */
export class ModelNode {
  readonly host: Host;
  readonly links: Links;
  readonly app: ModelApp;
  readonly settings: Settings;
  readonly parts: MaintenanceNode;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  /** What this process leads right now. */
  leading: LedOperation | undefined;
  readonly log: Log;
  private readonly innerGuard: Guard;
  private readonly innerLedger: Ledger;

  constructor(
    private readonly world: World,
    name: string,
    readonly role: NodeReport['role'] = 'app',
  ) {
    const { simulation, store, database, data } = world;
    this.host = new Host(name);
    this.log = logOf(name, world.tell);
    const clock = simulation.clockOf(this.host);
    this.settings = readSettings({ env: world.env, bootId: `boot-${name}`, hostname: name, namespace: 'n' }).settings;
    const { commandTimeout, leaseGiveUp } = this.settings.timings;
    this.links = new Links(simulation, this.host, commandTimeout, () => world.pausedUntil);
    this.app = new ModelApp(simulation, this.host, data, this.links.database);
    const inStore = createMemoryCoordination(simulation.clockOf(simulation.world), store);
    this.coordination = storeOver(inStore, this.links.store, simulation, this.host);
    this.innerGuard = database.guard();
    this.innerLedger = toldOf(database.ledger(), (record) => {
      store.settledInDatabase(record);
      data.settledInDatabase(record);
      data.noticeResolution(record);
    });
    this.guard = guardOver(world.guard.over(this.innerGuard, this.host), this.links.guard, simulation, this.host);
    this.ledger = ledgerOver(this.innerLedger, this.links.database, this.host, {
      onWrite: (record) => data.noticeEnd(record),
      evict: (bootId) => world.evict(bootId),
      disconnect: () => database.disconnect(this.innerLedger),
    });
    const { settings, coordination, guard, ledger, app, log } = this;
    const deps = { settings, coordination, guard, ledger, app, clock, log, role, version: VERSION };
    this.parts = createNode({ ...deps, mask: (text) => text });
    this.app.hindrance = () => this.parts.hindrance();
    // Trying to get in again may take twice as long, and the last try as long as the database is silent.
    const patience = leaseGiveUp * 2 + DATABASE_TIMEOUT;
    this.app.objection = (epoch) => world.guard.objection(epoch, this.host, patience);
    this.links.setRates(world.rates);
  }

  /** A process leads one operation at a time: the app's statements ask the guard of that one. */
  takeLead(operation: LedOperation): void {
    const { leading, host, world } = this;
    if (leading && !leading.isOver) {
      const [former, next] = [leading, operation].map(({ record }) => record.epoch);
      world.data.report(`R5: ${host.name} leads epoch ${next} beside epoch ${former}, which it has not ended`);
    }
    this.leading = operation;
  }

  /** As the host's `start` command does it. */
  async start(): Promise<void> {
    const { agent } = this.parts;
    agent.start();
    const passed = await this.startUp().passDoor();
    if (passed.outcome === 'stopped') return;
    if (passed.outcome === 'lead') {
      const failure = await this.install(passed.operation);
      const { settled } = await passed.operation.complete(failure);
      await settled;
      this.leading = undefined;
      if (agent.current === 'failed') this.startAgain();
      return;
    }
    await this.load();
    await agent.verifyAndServe('');
  }

  /** As a supervisor does it. */
  private startAgain(): void {
    if (this.host.state === 'dead') return;
    this.kill();
    this.world.replace();
  }

  private async install(operation: LedOperation): Promise<string | undefined> {
    const { data } = this.world;
    this.takeLead(operation);
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
    this.links.database.state = 'cut';
    this.links.guard.state = 'cut';
    simulation.after(simulation.random.between(0, 1_000), simulation.world, () => {
      if (this.links.database.state === 'cut') this.disconnect();
    });
  }

  /** The database ends all connections of this process; it may make new ones. */
  loseConnections(): void {
    this.disconnect();
    this.app.loseConnections();
  }

  /** The connection of the guard alone ends, and cannot be made again for a while. */
  loseGuard(): void {
    this.links.guard.state = 'cut';
    this.world.database.disconnect(this.innerGuard);
  }

  /** The connection of the registration alone ends. */
  loseRegistration(): void {
    this.world.database.disconnect(this.innerLedger);
  }

  get letsThrough(): boolean {
    return this.host.state === 'running' && !this.parts.agent.isHindered;
  }

  /** Serves, knows what the others do, and leads nothing. */
  get isBack(): boolean {
    return this.serves && this.letsThrough && this.leading === undefined;
  }

  get serves(): boolean {
    return this.app.open && this.parts.agent.current === 'serving';
  }

  describe(): string {
    const { agent } = this.parts;
    const { record } = this.leading ?? {};
    const leads = record ? ` leads ${record.epoch} ${record.phase}` : '';
    const { epoch } = agent.report();
    const what = `${agent.current} epoch ${epoch} code ${this.app.memory?.digest}`;
    return `${this.host.name} ${this.host.state} ${what} (${this.links.describe()})${leads} ${agent.why}`;
  }

  private disconnect(): void {
    this.world.database.disconnect(this.innerGuard);
    this.world.database.disconnect(this.innerLedger);
  }

  private startUp(): StartUp {
    const { parts, coordination, guard, app, log } = this;
    return new StartUp({
      ...parts,
      coordination,
      guard,
      app,
      log,
      changesSchema: () => Promise.resolve(true),
      installedVersion: () => app.installedVersion(),
      ownVersion: VERSION,
      tell: () => {},
      stopping: new AbortController().signal,
    });
  }
}
