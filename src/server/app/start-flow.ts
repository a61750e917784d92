import type { Application } from '@nocobase/server';
import { ERROR_CODES } from '../../shared/api';
import { MaintenanceError, sentence } from '../core/errors';
import type { LedOperation } from '../maintenance/led-operation';
import { StartUp } from '../maintenance/start-up';
import { appLog } from './app-log';
import { MAIN } from './app-router';
import type { Parts } from './parts';
import { StartPolicy } from './policy/start-policy';
import { subAppsToCome } from './sub-apps-to-come';
import { forgetPendingUpgrade, setStartEnvironment, setSubAppStart, startChangesSchema } from './start-environment';

/** One `start` command of the host: held at its beginning until the door lets it through, completed at its end. */
export class StartFlow {
  private operation: LedOperation | undefined;
  private restore: () => void = () => {};

  constructor(
    private readonly app: Application,
    private readonly parts: Parts,
  ) {}

  private get isMain(): boolean {
    return this.app.name === MAIN;
  }

  /** Resolves when the host may go on. `tell` shows what the start waits for. */
  async begin(tell: (message: string) => void, stopping: AbortSignal): Promise<void> {
    const { app, parts } = this;
    const starts = new StartPolicy(parts.policy);
    const door = new StartUp({
      ...parts,
      app: parts.lifecycle,
      log: appLog(app),
      // The host starts a sub-app with `--quickstart` whatever the process was started with.
      changesSchema: this.isMain ? startChangesSchema : () => Promise.resolve(true),
      installedVersion: () => this.installedVersion(),
      ownVersion: app.getPackageVersion(),
      objection: (kind) => starts.refusal(kind, `NocoBase ${app.getPackageVersion()}`),
      tell,
      stopping,
    });
    const passed = await door.passDoor();
    if (passed.outcome === 'stopped') throw new Error('This process was asked to end while it waited to start.');
    this.operation = passed.outcome === 'lead' ? passed.operation : undefined;
    const kind = this.operation?.record.kind === 'install' ? 'install' : 'upgrade';
    if (this.operation && kind === 'install') await this.clearTheWay(this.operation);
    const what = this.operation ? kind : 'join';
    this.restore = this.isMain ? setStartEnvironment(what) : setSubAppStart(app, what);
  }

  /** Undefined also for what an installation left behind that never ended: nobody can have worked with it. */
  private async installedVersion(): Promise<string | undefined> {
    const { app, parts } = this;
    if (!(await app.isInstalled())) return undefined;
    const version = await app.version.get();
    if (version) return version;
    return (await parts.guard.applied()).installing ? undefined : '0.0.0';
  }

  /** The host takes a database with some of its tables for an installed one. */
  private async clearTheWay(operation: LedOperation): Promise<void> {
    if (this.isMain) await forgetPendingUpgrade();
    try {
      const dropped = await operation.guard.prepareInstall();
      if (dropped.length > 0)
        operation.progress(`removed ${dropped.length} tables of an installation that never ended`);
    } catch (error) {
      const reason = `The tables of an installation that never ended could not be removed: ${sentence(error)}`;
      await operation.giveUp(reason);
      throw new MaintenanceError(ERROR_CODES.refused, 503, reason, { cause: error });
    }
  }

  progress(message: string): void {
    this.operation?.progress(message);
  }

  /** The host's command has ended, with `error` or well. */
  async end(error: Error | undefined): Promise<void> {
    this.restore();
    const { agent } = this.parts;
    if (this.operation) {
      if (!error && this.operation.record.kind === 'upgrade') await this.nameSubApps(this.operation);
      await this.operation.complete(error && sentence(error));
    } else if (error) agent.move('fail', { reason: sentence(error) });
    else await agent.verifyAndServe('');
  }

  private async nameSubApps({ record }: LedOperation): Promise<void> {
    const names = this.isMain ? await subAppsToCome(this.app).catch(() => []) : [];
    if (names.length === 0) return;
    const text = `Sub-apps still to be upgraded, each at its own next start: ${names.join(', ')}.`;
    this.parts.journal.note(record, 'work.step', text);
    appLog(this.app).info(text, { operation: record.id, epoch: record.epoch });
  }
}
