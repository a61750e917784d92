import { AppSupervisor, Gateway, type Application, type MaintainingEvent } from '@nocobase/server';
import { lt } from 'semver';
import { PACKAGE_NAME, type ProbeBody } from '../../shared/api';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import { isOver } from '../core/node-machine';
import type { Settings } from '../core/settings';
import { Coordinator } from '../maintenance/coordinator';
import type { LedOperation } from '../maintenance/led-operation';
import { NodeAgent } from '../maintenance/node-agent';
import { StartUp } from '../maintenance/start-up';
import type { Coordination, Guard } from '../ports';
import { appLog } from './app-log';
import { CommandGate, gatedKind } from './command-gate';
import { isOwnCommand } from './command-scope';
import { HostLifecycle } from './lifecycle';
import { LoadedCode } from './loaded-code';
import { pluginGate } from './plugin-gate';
import { RequestGate } from './request-gate';
import { defineResource } from './resource';
import { setStartEnvironment, startChangesSchema } from './start-environment';

export interface NodeProcessDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  /** `app`: this process was started to serve. `command`: a short CLI process. */
  readonly role: 'app' | 'command';
  readonly openCoordination: () => Promise<Coordination>;
  readonly openGuard: (app: Application) => Guard;
}

/** Everything that exists only while the plugin is switched on in this process. */
interface Parts {
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly lifecycle: HostLifecycle;
  readonly agent: NodeAgent;
  readonly coordinator: Coordinator;
  readonly commands: CommandGate;
}

/** This process as a node: ties the host's events to the parts. Lives outside the app's own life cycle. */
export class NodeProcess {
  readonly gate: RequestGate;
  private readonly code = new LoadedCode();
  private readonly attached = new WeakSet<Application>();
  private readonly stopping = new AbortController();
  private parts: Parts | undefined;
  private starting: { readonly restore: () => void; readonly operation: LedOperation | undefined } | undefined;

  constructor(private readonly deps: NodeProcessDeps) {
    const api = process.env.API_BASE_PATH ?? '/api/';
    this.gate = new RequestGate({
      apiBasePath: api.endsWith('/') ? api : `${api}/`,
      filesPath: '/files/',
      probe: () => this.probe(),
    });
  }

  /** From the first moment of the process: the probes answer before there is an app. */
  listen(): void {
    this.gate.close('This node is starting.');
    Gateway.registerRequestHandler(this.gate.handle);
    void this.code.capture();
  }

  /** Called for each app at each init; the listeners of an app survive its reloads. */
  attach(app: Application): void {
    if (app.name !== 'main' || this.attached.has(app)) return;
    this.attached.add(app);
    app.on('maintaining', (event) => this.onCommand(app, event));
    app.on('maintainingMessageChanged', ({ message }) => this.onProgress(message));
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
    const parts = this.parts ?? (await this.switchOn(app));
    const { clock } = this.deps;
    defineResource(app, { ...parts, clock });
    const gate = pluginGate({ ...parts, gate: this.gate, clock });
    app.dataSourceManager.use(gate, { tag: PACKAGE_NAME, after: 'acl', before: 'upload' });
  }

  private async onCommand(app: Application, event: MaintainingEvent): Promise<void> {
    const name = event.command?.name;
    if (isOwnCommand() || name === undefined) return;
    if (name === 'start') return this.onStartCommand(app, event);
    if (!gatedKind(name)) return;
    if (event.status === 'command_begin') await this.beginCommand(app, event);
    else if (event.status !== 'command_running') await this.parts?.commands.end(event);
  }

  private async beginCommand(app: Application, event: MaintainingEvent): Promise<void> {
    const parts = this.parts ?? (await this.switchOnForCommand(app));
    try {
      await parts?.commands.begin(event);
    } catch (error) {
      // The host logs the sentence and goes on: a server serves, a CLI process has to end, and to say that it failed.
      if (this.deps.role === 'command') {
        process.exitCode = 1;
        await this.leave();
      }
      throw error;
    }
  }

  private async onStartCommand(app: Application, event: MaintainingEvent): Promise<void> {
    if (event.status === 'command_begin') await this.beginStart(app);
    else if (event.status !== 'command_running') await this.endStart(event.error);
  }

  private async beginStart(app: Application): Promise<void> {
    if (!(await this.isWanted(app))) return this.switchOff();
    const { agent, coordinator, coordination, guard, lifecycle } = await this.switchOn(app);
    const door = new StartUp({
      agent,
      coordinator,
      coordination,
      guard,
      app: lifecycle,
      log: appLog(app),
      changesSchema: startChangesSchema,
      installedVersion: async () => ((await app.isInstalled()) ? ((await app.version.get()) ?? '0.0.0') : undefined),
      isOlder: (a, b) => lt(a, b),
      ownVersion: app.getPackageVersion(),
      tell: (message) => this.tell(app, message),
      stopping: this.stopping.signal,
    });
    const passed = await door.passDoor();
    if (passed.outcome === 'stopped') throw new Error('This process was asked to end while it waited to start.');
    const operation = passed.outcome === 'lead' ? passed.operation : undefined;
    const kind = operation ? (operation.record.kind === 'install' ? 'install' : 'upgrade') : 'join';
    this.starting = { restore: setStartEnvironment(kind), operation };
  }

  private async endStart(error: Error | undefined): Promise<void> {
    const { starting, parts } = this;
    this.starting = undefined;
    starting?.restore();
    if (!starting || !parts) return;
    if (starting.operation) await starting.operation.complete(error && sentence(error));
    else if (error) parts.agent.move('fail', { reason: sentence(error) });
    else await parts.agent.verifyAndServe('');
  }

  private async onStarted(app: Application): Promise<void> {
    const { parts } = this;
    if (!parts) return;
    await parts.lifecycle.appStarted();
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
    await app.pm.repository.update({ filter: { name: PACKAGE_NAME }, values: { builtIn: false } });
  }

  private onProgress(message: string): void {
    this.starting?.operation?.progress(message);
    this.parts?.commands.progress(message);
  }

  private tell(app: Application, message: string): void {
    this.gate.close(message);
    app.setMaintainingMessage(message);
  }

  /** On when enabled in the database, or when there is none yet. Waits for a database that cannot be reached. */
  private async isWanted(app: Application): Promise<boolean> {
    for (;;) {
      try {
        if (!(await app.isInstalled())) return true;
        const row = await app.pm.repository.findOne({ filter: { name: PACKAGE_NAME } });
        return row ? row.get('enabled') === true : await this.isBeingInstalled(app);
      } catch (error) {
        if (this.deps.role === 'command' || this.stopping.signal.aborted) return false;
        this.tell(app, `The database cannot be reached: ${sentence(error)}`);
        await this.deps.clock.sleep(1_000, this.stopping.signal);
      }
    }
  }

  /** Another node has begun to install this very database: its tables are there, the row of this plugin is not yet. */
  private async isBeingInstalled(app: Application): Promise<boolean> {
    const guard = this.deps.openGuard(app);
    try {
      const { epoch, fingerprint } = await guard.applied();
      return epoch > 0 && (fingerprint === undefined || (await guard.isHeld()));
    } finally {
      await guard.close();
    }
  }

  private async switchOnForCommand(app: Application): Promise<Parts | undefined> {
    return (await this.isWanted(app)) ? this.switchOn(app) : undefined;
  }

  private async switchOn(app: Application): Promise<Parts> {
    const { settings, clock, role } = this.deps;
    const coordination = await this.deps.openCoordination();
    const guard = this.deps.openGuard(app);
    const log = appLog(app);
    const exit = settings.reload === 'exit' ? () => void process.kill(process.pid, 'SIGTERM') : undefined;
    const lifecycle = new HostLifecycle({ app, gate: this.gate, code: this.code, clock, exit });
    const shared = { settings, coordination, guard, app: lifecycle, clock, log };
    const agent = new NodeAgent({ ...shared, role, version: app.getPackageVersion() });
    const coordinator = new Coordinator({ ...shared, agent });
    const onSettled = (result: string) => this.onSettled(result);
    const commands = new CommandGate({ app, coordinator, coordination, lifecycle, onSettled });
    this.parts = { coordination, guard, lifecycle, agent, coordinator, commands };
    agent.start();
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

  private async leave(): Promise<void> {
    const { parts } = this;
    this.parts = undefined;
    if (!parts) return;
    await parts.agent.leave();
    await parts.coordination.close();
    await parts.guard.close();
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

function isEnabled(app: Application): boolean {
  return [...app.pm.getPlugins().values()].some(
    ({ enabled, options }) => enabled && options.packageName === PACKAGE_NAME,
  );
}
