import { Gateway, type Application, type MaintainingEvent, type RequestHandler } from '@nocobase/server';
import { PACKAGE_NAME } from '../../shared/api';
import type { Clock } from '../core/clock';
import { MaintenanceError, sentence } from '../core/errors';
import { isOver } from '../core/node-machine';
import type { Settings } from '../core/settings';
import type { Coordination } from '../ports';
import { appLog } from './app-log';
import { MAIN, type AppRouter } from './app-router';
import { watchBackups } from './backups/backups';
import { defineCommands } from './cli/commands';
import type { CliOutcome } from './cli/outcome';
import { performInShell } from './cli/shell';
import { CommandFlow } from './command-flow';
import { isOwnCommand } from './command-scope';
import { acceptOptions } from './policy/command-options';
import { gatedCommand } from './gated-commands';
import { watchForHandover } from './handover';
import type { LoadedCode } from './loaded-code';
import type { NodeMetrics } from './metrics/node-metrics';
import { mount } from './mount';
import { assembleParts, closeParts, type GuardedDatabase, type Parts } from './parts';
import { nodeGate } from './node-gate';
import type { RequestGate } from './request-gate';
import { StartFlow } from './start-flow';
import { isEnabled, isWanted } from './wanted';
import { isWithinWork } from './work/commands-within';
import type { ClusterWork } from './work/contract';
import { DeclaredClusterWork } from './work/declared-work';
import { WorkRegistry } from './work/registry';

export interface NodeProcessDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  /** `app`: this process was started to serve. `command`: a short CLI process. */
  readonly role: 'app' | 'command';
  readonly metrics: NodeMetrics;
  readonly openCoordination: () => Promise<Coordination>;
  readonly openDatabase: (app: Application) => GuardedDatabase;
  readonly router: AppRouter;
  /** What is loaded in this process, by all of its apps. */
  readonly code: LoadedCode;
  /** Of a sub-app: it is coordinated while the main app is. Absent for the main app, whose own rows decide. */
  readonly subApp?: { readonly name: string; readonly wanted: () => boolean };
}

/** This process as a node of one app: ties the host's events to the parts. Lives outside the app's own life cycle. */
export class NodeProcess {
  private readonly gate: RequestGate;
  private readonly registry = new WorkRegistry();
  private readonly attached = new WeakSet<Application>();
  private stopping = new AbortController();
  private parts: Parts | undefined;
  private closing: Promise<void> | undefined;
  private starting: StartFlow | undefined;
  private readonly commands: CommandFlow;

  constructor(private readonly deps: NodeProcessDeps) {
    const { registry } = this;
    const parts = () => this.parts;
    this.gate = nodeGate({ ...deps, registry, parts, app: this.appName });
    this.commands = new CommandFlow({
      role: deps.role,
      asks: !deps.subApp,
      parts,
      isWanted: (app) => this.isWanted(app),
      switchOn: (app) => this.switchOn(app),
      assemble: (app) => this.assemble(app),
      leave: () => this.leave(),
    });
  }

  /** Of this app's requests alone. */
  private readonly handle: RequestHandler = async (req, res) =>
    (await this.deps.router.appOf(req)) === this.appName ? this.gate.handle(req, res) : false;

  private get appName(): string {
    return this.deps.subApp?.name ?? MAIN;
  }

  /** True while this process is a node of the app. */
  get isOn(): boolean {
    return this.parts !== undefined;
  }

  /** From the first moment of the process: the probes answer before there is an app. */
  listen(): void {
    this.gate.close('This node is starting.', 'refuse');
    Gateway.registerRequestHandler(this.handle);
    void this.deps.code.capture();
  }

  /** Called for each app at each init; the listeners of an app survive its reloads. */
  attach(app: Application): void {
    // The host makes its command line anew with each reload.
    if (!this.deps.subApp) acceptOptions(app);
    if (this.attached.has(app)) return;
    this.attached.add(app);
    // A start may take a backup before anything is loaded.
    watchBackups(app.name, () => this.parts?.backups);
    if (this.deps.subApp) this.attachSubApp(app);
    else defineCommands(app, (run, json) => this.perform(app, run, json));
    app.on('maintaining', (event) => this.onCommand(app, event));
    app.on('maintainingMessageChanged', ({ message }) => this.onProgress(message));
    app.on('beforeReload', async () => void (this.gate.appLoads = true));
    app.on('afterReload', async () => void (this.gate.appLoads = false));
    app.on('__started', () => this.onStarted(app));
    app.on('afterInstall', () => this.onInstalled(app));
    app.on('beforeDestroy', () => this.end());
  }

  /** It has no plugin of ours that would be loaded with it, and may be made anew within the process. */
  private attachSubApp(app: Application): void {
    if (this.stopping.signal.aborted) this.stopping = new AbortController();
    app.on('afterLoad', () => this.onLoad(app));
  }

  /** Nothing begins any more; what this node leads is finished first. */
  async end(): Promise<void> {
    this.stopping.abort();
    await this.leave();
    if (this.deps.subApp) this.switchOff();
  }

  /** The plugin is enabled and its app loads: the page, and the gate in front of the plugin manager. */
  async onLoad(app: Application): Promise<void> {
    // A short CLI process loads plugins, too, but nobody can reach its page.
    if (this.deps.role === 'command' || this.isUnwanted) return;
    // A command may load the app once more while the process ends: it does not become a node again.
    if (!this.parts && this.stopping.signal.aborted) return;
    const parts = this.parts ?? (await this.switchOn(app));
    mount(app, parts, this.registry, this.settled);
    watchBackups(app.name, () => this.parts?.backups);
  }

  /** What the plugins of this app declare themselves. */
  workOf(app: Application): ClusterWork {
    const { registry, settled: onSettled } = this;
    return new DeclaredClusterWork({
      registry,
      onSettled,
      parts: () => this.partsFor(app),
      say: (text) => appLog(app).info(text),
    });
  }

  /** A short CLI process becomes a node of the cluster only when it has something to coordinate. */
  private async partsFor(app: Application): Promise<Parts | undefined> {
    if (this.parts || this.deps.role === 'app' || this.stopping.signal.aborted) return this.parts;
    return (await this.isWanted(app)) ? this.switchOn(app) : undefined;
  }

  private async onCommand(app: Application, event: MaintainingEvent): Promise<void> {
    const name = event.command?.name;
    if (isWithinWork(event, gatedCommand(name)?.scope === 'all')) return;
    if (isOwnCommand() || name === undefined || event.status === 'command_running') return;
    const begins = event.status === 'command_begin';
    if (name === 'stop' && this.deps.subApp && event.status === 'command_end') await this.end();
    else if (name === 'start') await (begins ? this.beginStart(app) : this.endStart(event.error));
    else if (this.commands.concerns(name)) await (begins ? this.commands.begin(app, event) : this.commands.end(event));
  }

  private async beginStart(app: Application): Promise<void> {
    // The host may start its app once more within the process, as after a database that was away: the node of before ends
    // first, because two would have one identity, and this start has to pass the door like any other.
    await this.leave();
    if (!(await this.waitUntilWanted(app))) return this.switchOff();
    try {
      const flow = new StartFlow(app, await this.switchOn(app));
      await flow.begin((message) => this.tell(app, message), this.stopping.signal);
      this.starting = flow;
    } catch (error) {
      if (this.stopping.signal.aborted) throw error;
      if (error instanceof MaintenanceError) throw error;
      // A defect of this plugin must not keep the host from starting (rule R12): it goes on as without the plugin.
      appLog(app).error(`The start is not coordinated, because this plugin failed: ${sentence(error)}`, { error });
      await this.leave();
      this.switchOff();
    }
  }

  private async endStart(error: Error | undefined): Promise<void> {
    const flow = this.starting;
    this.starting = undefined;
    await flow?.end(error);
  }

  private async onStarted(app: Application): Promise<void> {
    const { parts } = this;
    // A reload that failed has not said so; the host is past it when it starts.
    this.gate.appLoads = false;
    if (!parts) return;
    await parts.lifecycle.appStarted();
    this.watchConnections(parts);
    if (this.isUnwanted || !(this.deps.subApp || isEnabled(app))) void this.switchOffWhenIdle(parts);
    else if (parts.agent.current === 'waiting' && !this.starting) void this.joinLate(parts);
  }

  /** The plugin was switched on while this process already served. */
  private async joinLate({ agent }: Parts): Promise<void> {
    this.meetRequests();
    while (!(await agent.passDoor())) await agent.nextSight(1_000, this.stopping.signal);
    await agent.verifyAndServe('');
  }

  /** Installed as part of an empty database it counts as built-in, and could never be disabled on the page. */
  private async onInstalled(app: Application): Promise<void> {
    if (!this.parts || this.deps.subApp) return;
    await app.pm.repository.update({ filter: { name: PACKAGE_NAME }, values: { builtIn: false } });
  }

  private onProgress(message: string): void {
    this.starting?.progress(message);
    this.parts?.commands.progress(message);
  }

  private tell(app: Application, message: string): void {
    this.gate.close(message, 'refuse');
    app.setMaintainingMessage(message);
  }

  /** A database that cannot be reached cannot say; the start waits for it. */
  private async waitUntilWanted(app: Application): Promise<boolean> {
    while (!this.stopping.signal.aborted) {
      try {
        return await this.isWanted(app);
      } catch (error) {
        this.tell(app, `The database cannot be reached: ${sentence(error)}`);
        await this.deps.clock.sleep(1_000, this.stopping.signal);
      }
    }
    return false;
  }

  private async isWanted(app: Application): Promise<boolean> {
    const { subApp, openDatabase } = this.deps;
    return subApp ? subApp.wanted() : isWanted(app, () => openDatabase(app));
  }

  private get isUnwanted(): boolean {
    return this.deps.subApp?.wanted() === false;
  }

  private async switchOn(app: Application): Promise<Parts> {
    const parts = await this.assemble(app);
    this.watchConnections(parts);
    parts.agent.start();
    if (this.deps.role === 'app') parts.queue.start();
    if (this.deps.subApp) this.meetRequests();
    if (this.deps.settings.holdHandover) void watchForHandover(parts.agent, this.gate, this.stopping.signal);
    return parts;
  }

  /** Asks whatever node this process is then: a database object may outlive the one that it was first watched for. */
  private watchConnections({ lifecycle }: Parts): void {
    lifecycle.askBeforeConnecting(() => this.parts?.hindrance());
  }

  private async assemble(app: Application): Promise<Parts> {
    // What is in memory must be known before a command replaces files, in CLI processes, too.
    await this.deps.code.capture();
    const coordination = await this.deps.openCoordination();
    const database = this.deps.openDatabase(app);
    const { gate, settled: onSettled } = this;
    this.parts = assembleParts(app, { ...this.deps, gate, coordination, database, onSettled });
    return this.parts;
  }

  /** A CLI process has nothing to do any more once every node serves what it changed. */
  private readonly settled = (result: string): void => {
    if (this.deps.role !== 'command') return;
    console.info(`[cluster maintenance] ${result}`);
    if (result !== 'done') process.exitCode = 1;
    void this.leave();
  };

  private async switchOffWhenIdle({ agent }: Parts): Promise<void> {
    while (agent.lastRecord && !isOver(agent.lastRecord)) await agent.nextSight(1_000, this.stopping.signal);
    await this.leave();
    this.switchOff();
  }

  /** Once, however often it is switched on. */
  private meetRequests(): void {
    Gateway.unregisterRequestHandler(this.handle);
    Gateway.registerRequestHandler(this.handle);
  }

  private switchOff(): void {
    this.gate.open();
    Gateway.unregisterRequestHandler(this.handle);
  }

  /** Who leads finishes first, and the host's command that it waits for must still find its operation. */
  private async leave(): Promise<void> {
    const { parts } = this;
    if (!parts) return;
    this.closing ??= closeParts(parts).finally(() => {
      this.parts = undefined;
      this.closing = undefined;
    });
    await this.closing;
  }

  /** A command of `yarn nocobase maintenance`, in this process: it needs neither a running node nor a loaded app. */
  private async perform(app: Application, run: (parts: Parts) => Promise<CliOutcome>, json: boolean): Promise<void> {
    const running = this.parts;
    await performInShell(async () => run(running ?? (await this.assemble(app))), json);
    if (running) return;
    await this.leave();
    // The host would go on to say how its command ended, after the answer that a program may be reading.
    process.exit();
  }
}
