import type { Application } from '@nocobase/server';
import { lt } from 'semver';
import { sentence } from '../core/errors';
import type { LedOperation } from '../maintenance/led-operation';
import { StartUp } from '../maintenance/start-up';
import { appLog } from './app-log';
import type { Parts } from './parts';
import { forgetPendingUpgrade, setStartEnvironment, startChangesSchema } from './start-environment';

/** One `start` command of the host: held at its beginning until the door lets it through, completed at its end. */
export class StartFlow {
  private operation: LedOperation | undefined;
  private restore: () => void = () => {};

  constructor(
    private readonly app: Application,
    private readonly parts: Parts,
  ) {}

  /** Resolves when the host may go on. `tell` shows what the start waits for. */
  async begin(tell: (message: string) => void, stopping: AbortSignal): Promise<void> {
    const { app, parts } = this;
    const door = new StartUp({
      ...parts,
      app: parts.lifecycle,
      log: appLog(app),
      changesSchema: startChangesSchema,
      installedVersion: async () => ((await app.isInstalled()) ? ((await app.version.get()) ?? '0.0.0') : undefined),
      isOlder: (a, b) => lt(a, b),
      ownVersion: app.getPackageVersion(),
      tell,
      stopping,
    });
    const passed = await door.passDoor();
    if (passed.outcome === 'stopped') throw new Error('This process was asked to end while it waited to start.');
    this.operation = passed.outcome === 'lead' ? passed.operation : undefined;
    const kind = this.operation?.record.kind === 'install' ? 'install' : 'upgrade';
    if (kind === 'install') await forgetPendingUpgrade();
    this.restore = setStartEnvironment(this.operation ? kind : 'join');
  }

  progress(message: string): void {
    this.operation?.progress(message);
  }

  /** The host's command has ended, with `error` or well. */
  async end(error: Error | undefined): Promise<void> {
    this.restore();
    const { agent } = this.parts;
    if (this.operation) await this.operation.complete(error && sentence(error));
    else if (error) agent.move('fail', { reason: sentence(error) });
    else await agent.verifyAndServe('');
  }
}
