import type { Fingerprint, NodeRef, OperationKind, OperationRecord, RequestUnderWay } from '../../src/shared/domain';
import { isOver } from '../../src/server/core/node-machine';
import { readSettings, type Settings } from '../../src/server/core/settings';
import type { LedOperation } from '../../src/server/maintenance/led-operation';
import { createNode, type MaintenanceNode } from '../../src/server/maintenance/node';
import { StartUp } from '../../src/server/maintenance/start-up';
import { createMemoryCoordination, MemoryStore } from '../../src/server/memory';
import { MemoryDatabase } from '../../src/server/memory/database';
import type { AppLifecycle, Backups, Coordination, Guard, Ledger, Log } from '../../src/server/ports';
import { ManualClock } from '../memory/manual-clock';

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export function code(digest: string): Fingerprint {
  return { digest, core: '2.2.15', plugins: [{ name: 'p', version: '1.0.0', hash: digest }] };
}

/** The database that all nodes share: what it asks for, and who was inside. */
export class World {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore(this.clock);
  readonly database = new MemoryDatabase(this.clock);
  /** The guard as somebody uses it who is no node. */
  readonly outsider = this.database.guard();
  readonly nodes: SimulatedNode[] = [];
  /** What takes backups on every node; undefined: nothing does. To be set before the nodes are made. */
  backups: Backups | undefined;
  /** Digest the database asks for; undefined: nothing is installed. */
  wanted: string | undefined = 'v1';
  /** Looks at what a node says to the store; to be set before the nodes are made. */
  watch = (coordination: Coordination, _node: NodeRef): Coordination => coordination;
  /** Version of the core that the database names. */
  installed = '2.2.15';

  node(name: string, env: Record<string, string> = {}, version = '2.2.15'): SimulatedNode {
    const node = new SimulatedNode(this, name, env, version);
    this.nodes.push(node);
    return node;
  }

  async serving(...names: string[]): Promise<SimulatedNode[]> {
    const nodes = names.map((name) => this.node(name));
    await Promise.all(nodes.map((node) => node.join()));
    await this.until(() => nodes.every((node) => node.app.open), 'all nodes serve');
    return nodes;
  }

  get record(): OperationRecord | undefined {
    return this.store.read();
  }

  /** Lets time pass in small steps until the condition holds. Returns how long that took, in simulated ms. */
  async until(condition: () => boolean, what: string, limit = 120_000): Promise<number> {
    const start = this.clock.monotonic();
    for (;;) {
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      if (condition()) return this.clock.monotonic() - start;
      if (this.clock.monotonic() - start > limit)
        throw new Error(`${what}: not within ${limit} ms. ${this.describe()}`);
      this.clock.pass(10);
    }
  }

  /** Runs a promise while time passes. */
  async during<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const end = () => (settled = true);
    promise.then(end, end);
    await this.until(() => settled, 'it ends');
    return promise;
  }

  /** An operation that this node leads, right after its first change. */
  async working(node: SimulatedNode): Promise<LedOperation> {
    const operation = await this.during(node.begin());
    for (const stage of [() => operation.drain(), () => operation.enter()]) {
      const outcome = await this.during(stage());
      if (!outcome.ok) throw new Error(outcome.reason);
    }
    return operation;
  }

  async pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms;
    await this.until(() => this.clock.monotonic() >= end, 'time passes');
  }

  over(): boolean {
    return this.record !== undefined && isOver(this.record);
  }

  private describe(): string {
    const nodes = this.nodes.map(({ agent }) => `${agent.self.name} ${agent.current} ${agent.why}`);
    return JSON.stringify({ record: this.record, nodes });
  }

  async close(): Promise<void> {
    const stops = this.nodes.filter((node) => !node.isDead).map((node) => node.agent.leave());
    let left = stops.length;
    for (const stop of stops) void stop.then(() => (left -= 1));
    await this.until(() => left === 0, 'all nodes leave');
  }
}

/** The app of one node, reduced to what the coordination does to it. */
export class SimulatedApp implements AppLifecycle {
  open = false;
  paused = false;
  writesOpen = true;
  requests = 0;
  /** Those of them that write. */
  writes = 0;
  /** Names of background work that runs. */
  runs: readonly string[] = [];
  abandoned = false;
  memory: Fingerprint | undefined;
  reloads = 0;
  /** What this machine's disk holds instead of what the database asks for. */
  disk: string | undefined;
  breaks: string | undefined;
  /** What the operator's own checks find wrong. */
  unverified: string | undefined;
  fenced: string | undefined;

  constructor(private readonly world: World) {}

  inFlight = () => this.requests;
  underWay = (): readonly RequestUnderWay[] =>
    Array.from({ length: this.requests }, () => ({ what: 'POST posts:create', sort: 'request', ageMs: 3_000 }));
  closeTraffic = () => void (this.open = false);
  openTraffic = () => void (this.open = true);
  loaded = () => this.memory;
  answers = async () => (this.memory ? this.breaks : 'The app did not load.');

  async fence(reason: string): Promise<void> {
    this.fenced = reason;
  }

  async quiet(signal: AbortSignal): Promise<void> {
    while (this.requests > 0 && !signal.aborted) await this.world.clock.sleep(10, signal);
  }

  closeWrites = () => void (this.writesOpen = false);
  openWrites = () => void (this.writesOpen = true);

  async writesEnded(signal: AbortSignal): Promise<void> {
    while (this.writes > 0 && !signal.aborted) await this.world.clock.sleep(10, signal);
  }

  async pauseBackground(signal: AbortSignal): Promise<void> {
    this.paused = true;
    while (this.runs.length > 0 && !signal.aborted) await this.world.clock.sleep(10, signal);
  }

  backgroundWork = () => this.runs;

  async abandonBackground(): Promise<void> {
    this.abandoned = true;
  }

  async resumeBackground(): Promise<void> {
    this.paused = false;
  }

  async reload(): Promise<void> {
    await this.world.clock.sleep(1_000);
    if (this.breaks !== undefined) throw new Error(this.breaks);
    this.reloads += 1;
    this.fenced = undefined;
    this.load();
  }

  load(): void {
    this.memory = code(this.disk ?? this.world.wanted ?? 'v1');
    this.paused = false;
  }

  verify = async () => this.unverified;

  async installedVersion(): Promise<string | undefined> {
    return this.world.wanted === undefined ? undefined : this.world.installed;
  }

  async expected(): Promise<Fingerprint | undefined> {
    return this.world.wanted === undefined ? undefined : code(this.disk ?? this.world.wanted);
  }
}

export class SimulatedNode {
  readonly app: SimulatedApp;
  readonly parts: MaintenanceNode;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  readonly settings: Settings;
  /** What the host's own answers say while the start waits. */
  told: string[] = [];
  private alive = true;
  private frozen = false;
  private dead = false;

  constructor(
    private readonly world: World,
    name: string,
    env: Record<string, string>,
    readonly version: string,
  ) {
    const outcome = readSettings({ env, bootId: `boot-${name}`, hostname: name, namespace: 'n' });
    this.settings = outcome.settings;
    this.app = new SimulatedApp(world);
    const reaches = () => this.alive && !this.frozen;
    const store = { ...mortal(createMemoryCoordination(world.clock, world.store), reaches), mode: 'cluster' } as const;
    this.coordination = world.watch(store, this.settings.node);
    this.guard = world.database.guard();
    this.ledger = world.database.ledger();
    this.parts = createNode({
      settings: this.settings,
      coordination: this.coordination,
      guard: guardCalls(this.guard, () => this.alive),
      ledger: guardCalls(this.ledger, () => this.alive),
      app: this.app,
      ...(world.backups ? { backups: world.backups } : {}),
      clock: world.clock,
      log: silent,
      role: 'app',
      version: this.version,
      mask: (text) => text,
    });
    this.agent.start();
  }

  get isDead(): boolean {
    return this.dead;
  }

  get agent() {
    return this.parts.agent;
  }

  get coordinator() {
    return this.parts.coordinator;
  }

  /** From now on nothing of this node reaches anybody: what `kill -9` does. */
  kill(): void {
    this.alive = false;
    this.dead = true;
    this.app.open = false;
    this.loseDatabase();
  }

  /** Stands still, as after SIGSTOP: its connections live, and nothing of it reaches anybody. */
  freeze(frozen: boolean): void {
    this.alive = !frozen;
  }

  /** Reaches nobody for a while, and has no connection left; it goes on serving what it can. */
  isolate(isolated: boolean): void {
    this.alive = !isolated;
    if (isolated) this.loseDatabase();
  }

  /** Cut off from the store, and back. */
  cutOff(cut: boolean): void {
    this.frozen = cut;
  }

  /** Its connections to the database end, as those of a dead process do. */
  loseDatabase(): void {
    this.world.database.disconnect(this.guard);
    this.world.database.disconnect(this.ledger);
  }

  /** The next acquisition takes effect, but its answer never arrives. */
  loseNextAnswer(): void {
    const { lease } = this.coordination;
    const acquire = lease.acquire.bind(lease);
    lease.acquire = async (...args) => {
      lease.acquire = acquire;
      await acquire(...args);
      throw new Error('the answer was lost');
    };
  }

  async join(): Promise<void> {
    await this.agent.passDoor();
    this.app.load();
    await this.agent.verifyAndServe('');
  }

  /** What the policy has against a start that must change the database. */
  objection: ((kind: 'install' | 'upgrade') => string | undefined) | undefined;

  startUp(): StartUp {
    return new StartUp({
      agent: this.agent,
      coordinator: this.coordinator,
      coordination: this.coordination,
      guard: this.guard,
      app: this.app,
      log: silent,
      changesSchema: async () => true,
      objection: (kind) => Promise.resolve(this.objection?.(kind)),
      installedVersion: () => this.app.installedVersion(),
      versions: this.parts.versions,
      ownVersion: this.version,
      tell: (message) => void this.told.push(message),
      stopping: new AbortController().signal,
    });
  }

  async begin(kind: OperationKind = 'pm.enable'): Promise<LedOperation> {
    const begun = await this.coordinator.begin({ kind, subject: 'p', requestedBy: 'test' });
    if (begun.outcome !== 'leading') throw new Error(`busy: ${JSON.stringify(begun.record)}`);
    return begun.operation;
  }
}

function mortal(coordination: Coordination, reaches: () => boolean): Coordination {
  return {
    ...coordination,
    lease: guardCalls(coordination.lease, reaches),
    state: guardCalls(coordination.state, reaches),
    journal: guardCalls(coordination.journal, reaches),
  };
}

/** A port whose calls fail while the node cannot reach what is behind it. */
function guardCalls<T extends object>(port: T, reaches: () => boolean): T {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'present') return () => (member as () => unknown).apply(target);
      return (...args: unknown[]) => {
        if (!reaches()) return Promise.reject(new Error('out of reach'));
        return (member as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
