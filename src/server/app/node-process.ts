import { writeSync } from 'node:fs';
import { AppSupervisor, Gateway, type Application, type MaintainingEvent } from '@nocobase/server';
import { PACKAGE_NAME, type ProbeBody } from '../../shared/api';
import type { Clock } from '../core/clock';
import { MaintenanceError, sentence } from '../core/errors';
import { isOver } from '../core/node-machine';
import type { Settings } from '../core/settings';
import type { Coordination } from '../ports';
import { appLog } from './app-log';
import { backupGate } from './backups/backup-gate';
import { watchBackups } from './backups/backups';
import { defineCommands } from './cli/commands';
import type { CliOutcome } from './cli/outcome';
import { performInShell } from './cli/shell';
import { gatedKind } from './command-gate';
import { isOwnCommand } from './command-scope';
import { watchForHandover } from './handover';
import { defineRestoreGate } from './backups/restore-gate';
import { LoadedCode } from './loaded-code';
import { assembleParts, closeParts, type GuardedDatabase, type Parts } from './parts';
import { busyBody, pluginGate } from './plugin-gate';
import { RequestGate } from './request-gate';
import { defineResource } from './resource';
import { StartFlow } from './start-flow';
import { isEnabled, isWanted } from './wanted';

export interface NodeProcessDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  /** `app`: this process was started to serve. `command`: a short CLI process. */
  readonly role: 'app' | 'command';
  readonly openCoordination: () => Promise<Coordination>;
  readonly openDatabase: (app: Application) => GuardedDatabase;
}

/** How long a start takes is not known before there is a node, in milliseconds. */
const UNKNOWN_PAUSE = 2_000;

/** This process as a node: ties the host's events to the parts. Lives outside the app's own life cycle. */
export class NodeProcess {
  private readonly gate: RequestGate;
  private readonly code = new LoadedCode();
  private readonly attached = new WeakSet<Application>();
  private readonly stopping = new AbortController();
  private parts: Parts | undefined;
  private closing: Promise<void> | undefined;
  private starting: StartFlow | undefined;

  constructor(private readonly deps: NodeProcessDeps) {
    const api = process.env.API_BASE_PATH ?? '/api/';
    this.gate = new RequestGate({
      apiBasePath: api.endsWith('/') ? api : `${api}/`,
      filesPath: '/files/',
      probe: () => this.probe(),
      busy: () => busyBody(this.parts?.agent.lastRecord),
      admits: (req) => this.parts?.admission.admits(req) ?? false,
      limits: { ...deps.settings.timings, holdSeats: deps.settings.holdSeats },
      remaining: () => this.parts?.forecast.remaining() ?? UNKNOWN_PAUSE,
      expected: () => this.parts?.forecast.expected(),
      clock: deps.clock,
    });
  }

  /** From the first moment of the process: the probes answer before there is an app. */
  listen(): void {
    this.gate.close('This node is starting.', 'refuse');
    Gateway.registerRequestHandler(this.gate.handle);
    void this.code.capture();
  }

  /** Called for each app at each init; the listeners of an app survive its reloads. */
  attach(app: Application): void {
    if (app.name !== 'main' || this.attached.has(app)) return;
    this.attached.add(app);
    // A start may take a backup before anything is loaded.
    watchBackups(app.name, () => this.parts?.backups);
    defineCommands(app, (run, json) => this.perform(app, run, json));
    app.on('maintaining', (event) => this.onCommand(app, event));
    app.on('maintainingMessageChanged', ({ message }) => this.onProgress(message));
    app.on('beforeReload', async () => void (this.gate.appLoads = true));
    app.on('afterReload', async () => void (this.gate.appLoads = false));
    app.on('__started', () => this.onStarted(app));
    app.on('afterInstall', () => this.onInstalled(app));
    app.on('beforeDestroy', async () => {
      this.stopping.abort();
      await this.leave();
    });
  }

  /** The plugin is enabled and its app loads: the page, and the gate in front of the plugin manager. */
  async onLoad(app: Application): Promise<void> {
    // A short CLI process loads plugins, too, but nobody can reach its page.
    if (this.deps.role === 'command') return;
    // A command may load the app once more while the process ends: it does not become a node again.
    if (!this.parts && this.stopping.signal.aborted) return;
    const parts = this.parts ?? (await this.switchOn(app));
    defineResource(app, parts);
    app.use((ctx, next) => this.gate.within(ctx.req, ctx.res, next), { tag: PACKAGE_NAME, before: 'logger' });
    defineRestoreGate(app, parts);
    app.dataSourceManager.use(pluginGate(parts), { tag: PACKAGE_NAME, after: 'acl', before: 'upload' });
    app.dataSourceManager.use(backupGate(parts), { tag: `${PACKAGE_NAME}:backups`, after: 'acl', before: 'upload' });
    watchBackups(app.name, () => this.parts?.backups);
  }

  private async onCommand(app: Application, event: MaintainingEvent): Promise<void> {
    const name = event.command?.name;
    if (isOwnCommand() || name === undefined || event.status === 'command_running') return;
    const begins = event.status === 'command_begin';
    if (name === 'start') await (begins ? this.beginStart(app) : this.endStart(event.error));
    else if (gatedKind(name)) await (begins ? this.beginCommand(app, event) : this.parts?.commands.end(event));
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

  private async beginCommand(app: Application, event: MaintainingEvent): Promise<void> {
    try {
      if (!this.parts && !(await isWanted(app, () => this.deps.openDatabase(app)))) return;
      const { commands } = this.parts ?? (await this.switchOn(app));
      await commands.begin(event);
    } catch (error) {
      // The host logs the sentence and goes on: a server serves, a CLI process has to end, and to say that it failed.
      if (this.deps.role === 'command') {
        // The host's logger may not have written when the process ends.
        writeSync(2, `[cluster maintenance] ${sentence(error)}\n`);
        process.exitCode = 1;
        await this.leave();
      }
      throw error;
    }
  }

  private async onStarted(app: Application): Promise<void> {
    const { parts } = this;
    // A reload that failed has not said so; the host is past it when it starts.
    this.gate.appLoads = false;
    if (!parts) return;
    await parts.lifecycle.appStarted();
    this.watchConnections(parts);
    if (!isEnabled(app)) void this.switchOffWhenIdle(parts);
    else if (parts.agent.current === 'waiting' && !this.starting) void this.joinLate(parts);
  }

  /** The plugin was switched on while this process already served. */
  private async joinLate({ agent }: Parts): Promise<void> {
    Gateway.registerRequestHandler(this.gate.handle);
    while (!(await agent.passDoor())) await agent.nextSight(1_000, this.stopping.signal);
    await agent.verifyAndServe('');
  }

  /** Installed as part of an empty database it counts as built-in, and could never be disabled on the page. */
  private async onInstalled(app: Application): Promise<void> {
    if (!this.parts) return;
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
        return await isWanted(app, () => this.deps.openDatabase(app));
      } catch (error) {
        this.tell(app, `The database cannot be reached: ${sentence(error)}`);
        await this.deps.clock.sleep(1_000, this.stopping.signal);
      }
    }
    return false;
  }

  private async switchOn(app: Application): Promise<Parts> {
    const parts = await this.assemble(app);
    this.watchConnections(parts);
    parts.agent.start();
    if (this.deps.settings.holdHandover) void watchForHandover(parts.agent, this.gate, this.stopping.signal);
    return parts;
  }

  /** Asks whatever node this process is then: a database object may outlive the one that it was first watched for. */
  private watchConnections({ lifecycle }: Parts): void {
    lifecycle.askBeforeConnecting(() => this.parts?.hindrance());
  }

  private async assemble(app: Application): Promise<Parts> {
    // What is in memory must be known before a command replaces files, in CLI processes, too.
    await this.code.capture();
    const coordination = await this.deps.openCoordination();
    const database = this.deps.openDatabase(app);
    const onSettled = (result: string) => this.onSettled(result);
    const { gate, code } = this;
    this.parts = assembleParts(app, { ...this.deps, gate, code, coordination, database, onSettled });
    return this.parts;
  }

  /** A CLI process has nothing to do any more once every node serves what it changed. */
  private onSettled(result: string): void {
    if (this.deps.role !== 'command') return;
    console.info(`[cluster maintenance] ${result}`);
    if (result !== 'done') process.exitCode = 1;
    void this.leave();
  }

  private async switchOffWhenIdle({ agent }: Parts): Promise<void> {
    while (agent.lastRecord && !isOver(agent.lastRecord)) await agent.nextSight(1_000, this.stopping.signal);
    await this.leave();
    this.switchOff();
  }

  private switchOff(): void {
    this.gate.open();
    Gateway.unregisterRequestHandler(this.gate.handle);
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

  private async probe(): Promise<{ ready: boolean; body: ProbeBody }> {
    const { name } = this.deps.settings.node;
    const phase = this.parts?.agent.current ?? 'starting';
    if (phase !== 'serving' || !this.gate.isOpen) return { ready: false, body: { status: phase, node: name } };
    // The host may reload by itself, without an operation: `running` is its own word for "I answer".
    const ready = (await AppSupervisor.getInstance().getAppStatus('main')) === 'running';
    return { ready, body: { status: ready ? 'serving' : 'reloading', node: name } };
  }
}
