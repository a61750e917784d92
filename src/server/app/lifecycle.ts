import { AppSupervisor, type Application } from '@nocobase/server';
import inject from 'light-my-request';
import type { Fingerprint, RequestUnderWay } from '../../shared/domain';
import { PACKAGE_NAME } from '../../shared/api';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { OwnCheck } from '../core/settings';
import type { AppLifecycle } from '../ports';
import { appLog } from './app-log';
import { Background, hostParts } from './background/background';
import type { ScheduleOfAll } from './background/backups';
import { ownCommand } from './command-scope';
import type { LoadedCode } from './loaded-code';
import { firstWrong } from './own-checks';
import { makeFingerprint, printOnDisk } from './plugin-prints';
import type { RequestGate } from './request-gate';
import { UserNotice, type HostMessage } from './user-notice';
import { upgradeIsPending } from './start-environment';

/** A public action that needs plugins, settings and the database. */
const PROBE = `${(process.env.API_BASE_PATH ?? '/api').replace(/\/$/, '')}/app:getLang`;

/** How long a reload waits for a command that the host is still running, in milliseconds. */
const COMMAND_WAIT = 60_000;

export interface HostLifecycleDeps {
  readonly app: Application;
  readonly gate: RequestGate;
  readonly code: LoadedCode;
  readonly clock: Clock;
  /** Milliseconds until this node is expected to serve again, if anybody can know. */
  readonly expected: () => number | undefined;
  /** Backups by schedule are operations of the whole cluster. */
  readonly scheduleBackup: ScheduleOfAll;
  /** Ends this process so that its supervisor starts a new one; undefined: reload within the process. */
  readonly exit: (() => void) | undefined;
  /** What the operator wants to be asked after an upgrade. */
  readonly checks: readonly OwnCheck[];
}

/** The NocoBase app of this process, as the coordination sees it. */
export class HostLifecycle implements AppLifecycle {
  private readonly background: Background;
  private readonly notice: UserNotice;
  private fingerprint: Fingerprint | undefined;
  private readonly asked = new WeakSet<object>();
  /** What the plugin itself still has to write when requests have ended. Never rejects. */
  beforeQuiet: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly deps: HostLifecycleDeps) {
    const { app, clock, expected, scheduleBackup } = deps;
    this.background = new Background(hostParts(app, clock, scheduleBackup), clock, appLog(app));
    const send = (message: HostMessage) => void app.emit('ws:sendToCurrentApp', { message });
    this.notice = new UserNotice({ send, expected, clock });
  }

  inFlight(): number {
    return this.deps.gate.underWay.count();
  }

  underWay(): readonly RequestUnderWay[] {
    return this.deps.gate.underWay.oldest();
  }

  closeTraffic(message: string, comers: 'hold' | 'refuse'): void {
    this.deps.gate.close(message, comers);
    this.notice.closed(message, comers);
  }

  openTraffic(): void {
    this.deps.gate.open();
    this.notice.opened();
  }

  quiet(signal: AbortSignal): Promise<void> {
    return this.deps.gate.underWay.quiet(signal);
  }

  async pauseBackground(signal: AbortSignal): Promise<void> {
    await this.background.pause(signal);
    await this.beforeQuiet();
  }

  closeWrites(message: string): void {
    this.deps.gate.closeWrites(message);
  }

  openWrites(): void {
    this.deps.gate.openWrites();
  }

  writesEnded(signal: AbortSignal): Promise<void> {
    return this.deps.gate.underWay.writesEnded(signal);
  }

  resumeBackground(): Promise<void> {
    return this.background.resume();
  }

  backgroundWork(): readonly string[] {
    return this.background.work();
  }

  abandonBackground(): Promise<void> {
    return this.background.abandon();
  }

  /** The host emits `__started` after every start and restart: what is loaded is known then. */
  async appStarted(): Promise<void> {
    await this.background.loaded();
    const packages = [...this.deps.app.pm.getPlugins().values()]
      .filter((plugin) => plugin.enabled && !plugin.options.isPreset)
      .map((plugin) => plugin.options.packageName)
      .filter((name) => name !== undefined);
    const prints = await Promise.all(packages.map((name) => this.deps.code.print(name)));
    this.fingerprint = makeFingerprint(
      this.deps.app.getPackageVersion(),
      prints.filter((print) => print !== undefined),
    );
  }

  /** Past the gateway, which would refuse it while this node is drained, and which answers before the app does. */
  async answers(): Promise<string | undefined> {
    if (!this.fingerprint) return 'The app did not load; see the log of this node.';
    try {
      const handle = this.deps.app.callback();
      const { statusCode, body } = await inject((req, res) => void handle(req, res), { method: 'GET', url: PROBE });
      return statusCode < 500
        ? undefined
        : `NocoBase loaded but answers ${PROBE} with ${statusCode}: ${sentence(body)}`;
    } catch (error) {
      return `NocoBase loaded but does not answer: ${sentence(error)}`;
    }
  }

  verify(): Promise<string | undefined> {
    const { app, checks, clock } = this.deps;
    return firstWrong(checks, app.callback(), clock);
  }

  /** Without connections every further statement of the work fails; the next reload of the app opens new ones. */
  async fence(reason: string): Promise<void> {
    const { app, gate } = this.deps;
    gate.close(reason, 'hold');
    app.log.error(`[cluster maintenance] ${reason} The app's database connections are closed.`);
    // What is under way on a connection is not waited for: closing resolves only when that has ended.
    void app.db.sequelize.close().catch(() => undefined);
    await Promise.resolve();
  }

  /**
   * Lets the app take a connection only when this node knows that it may write. The host makes a new database object at
   * each reload, so this is called for each.
   */
  askBeforeConnecting(hindrance: () => Promise<void> | undefined): void {
    const { sequelize } = this.deps.app.db;
    if (this.asked.has(sequelize)) return;
    this.asked.add(sequelize);
    sequelize.addHook?.('beforePoolAcquire', () => hindrance());
  }

  loaded(): Fingerprint | undefined {
    return this.fingerprint;
  }

  async expected(): Promise<Fingerprint | undefined> {
    const { app } = this.deps;
    if (!(await app.isInstalled())) return undefined;
    const prints = await Promise.all((await this.enabledPackages()).map((name) => printOnDisk(name)));
    // A row without files cannot be loaded by anybody: the host skips it with an error in its log.
    return makeFingerprint(
      app.getPackageVersion(),
      prints.filter((print) => print !== undefined),
    );
  }

  async installedVersion(): Promise<string | undefined> {
    const { app } = this.deps;
    await this.reopen();
    return (await app.isInstalled()) ? ((await app.version.get()) ?? undefined) : undefined;
  }

  /** A fence has closed the pool; the host opens a new one only after it has tried to use the old one. */
  private async reopen(): Promise<void> {
    const { db } = this.deps.app;
    if (db.closed()) await db.reconnect();
  }

  async enabledPackages(): Promise<string[]> {
    const rows = await this.deps.app.pm.repository.find({ filter: { enabled: true } });
    return rows.map((row) => row.get('packageName')).filter((name) => typeof name === 'string');
  }

  async reload(): Promise<void> {
    if (this.deps.exit) {
      this.deps.exit();
      await new Promise(() => {});
    }
    const { app } = this.deps;
    await this.reopen();
    await this.forgetChangedCode();
    await this.commandSlot();
    const command = await this.commandOfReload();
    await ownCommand(() => app.runAsCLI([command], { from: 'user', throwError: true }));
    const status = await AppSupervisor.getInstance().getAppStatus(app.name);
    if (status !== 'running') throw new Error(`NocoBase did not come back after its reload (status ${status}).`);
  }

  /** After a reload that failed the app is stopped, and the host's own restart would do nothing without a word. */
  private async commandOfReload(): Promise<'restart' | 'start'> {
    if (await this.deps.app.isStarted()) return 'restart';
    if (await upgradeIsPending()) throw new Error('A plugin was added on this machine: restart this process.');
    return 'start';
  }

  /**
   * Plugins that are on disk but not enabled were required at process start all the same: what was updated since is
   * forgotten, so that enabling it loads the new files.
   */
  async forgetUnusedCode(): Promise<void> {
    const enabled = new Set(await this.enabledPackages());
    const unused = this.deps.code.known().filter((name) => !enabled.has(name));
    const changed = await this.deps.code.changed(unused);
    if (changed.length > 0) await this.deps.code.forget(changed);
  }

  /**
   * True when files of enabled plugins changed, so that the host has to upgrade them. `also`: packages whose code is to
   * go even if their files are what they were, because other files were loaded in between.
   */
  async forgetChangedCode(also: readonly string[] = []): Promise<boolean> {
    const changed = [...also, ...(await this.deps.code.changed(await this.enabledPackages()))];
    if (changed.length === 0) return false;
    if (await this.deps.code.forget(changed)) return true;
    throw new Error(`${PACKAGE_NAME} itself was updated: restart this process to load it.`);
  }

  /** After a command that failed half-way: what is loaded may be a mixture. */
  async recover(): Promise<void> {
    await this.deps.app.tryReloadOrRestart({ recover: true });
  }

  /** The host drops a command silently while another one runs. */
  private async commandSlot(): Promise<void> {
    const { app, clock } = this.deps;
    const giveUp = clock.monotonic() + COMMAND_WAIT;
    while (app.activatedCommand && clock.monotonic() < giveUp) await clock.sleep(50);
    if (app.activatedCommand) throw new Error(`NocoBase still runs the command ${app.activatedCommand.name}.`);
  }
}
