import path from 'node:path';
import type { Application, HostCommand } from '@nocobase/server';
import { ERROR_CODES } from '../../../shared/api';
import { MaintenanceError } from '../../core/errors';
import type { LedOperation } from '../../maintenance/led-operation';
import { passwordFor, withPasswordHint } from './backup-password';
import { backupModules } from './host-modules';
import type { RestoreEnd } from './host-restore';
import type { RestoreSight } from './restore-sight';
import type { Restores } from './restores';

export interface RestoreCommandDeps {
  readonly app: Application;
  readonly restores: Restores;
}

/** Options that send the dump somewhere else than into this app's database; that is then the host's business alone. */
const ELSEWHERE = ['database', 'schema', 'underscored'] as const;

/** No option can be added to a command of the host. */
const IGNORE_MISSING = 'CLUSTER_MAINTENANCE_IGNORE_MISSING_PLUGINS';

/**
 * The host's command `restore`. By itself it swallows what fails, reverts to whatever dump an earlier restore has left, and
 * runs no upgrade: so inside an operation it does what the host's HTTP action does.
 */
export class RestoreCommand {
  private ended: RestoreEnd | undefined;

  constructor(private readonly deps: RestoreCommandDeps) {}

  async refusal(): Promise<string | undefined> {
    const file = this.file();
    if (file === undefined || this.goesElsewhere()) return undefined;
    const ignoreMissingPlugins = process.env[IGNORE_MISSING] === 'true';
    const { restores, app } = this.deps;
    const password = await passwordFor(file, app);
    const refusal = withPasswordHint(
      await restores.refusal({ file, password, ignoreMissingPlugins, anySchema: false }),
    );
    if (refusal === undefined || !refusal.includes('plugins are')) return refusal;
    return `${refusal} ${IGNORE_MISSING}=true leaves them out.`;
  }

  /** To be called inside the guard, before the command does anything. */
  takeOver(operation: LedOperation): void {
    this.ended = undefined;
    const file = this.file();
    if (file === undefined || this.goesElsewhere()) return;
    this.command()?.action(async () => {
      const { restores, app } = this.deps;
      const password = await passwordFor(file, app);
      const end = await restores.run(operation, app.logger, (sight) => restoreFile(app, sight, file, password));
      this.ended = end;
      if (end.end !== 'restored') throw new MaintenanceError(ERROR_CODES.refused, 500, end.reason);
    });
  }

  /** False when the command was left to the host. */
  async conclude(operation: LedOperation): Promise<boolean> {
    const { ended } = this;
    this.ended = undefined;
    if (ended) await this.deps.restores.conclude(operation, ended);
    return ended !== undefined;
  }

  private command(): HostCommand | undefined {
    return this.deps.app.cli.commands.find((command) => command.name() === 'restore');
  }

  private file(): string | undefined {
    const [word] = this.command()?.args ?? [];
    return word === undefined ? undefined : path.resolve(word);
  }

  private goesElsewhere(): boolean {
    const options = this.command()?.opts() ?? {};
    return ELSEWHERE.some((name) => options[name] !== undefined);
  }
}

/** As the host's actions do it, outside of a request. Resolves when it has begun to replace the tables. */
export async function restoreFile(
  app: Application,
  sight: RestoreSight,
  file: string,
  password?: string,
): Promise<void> {
  const modules = await backupModules();
  if (!modules) throw new Error('The backup plugin is not on this machine.');
  const context = { app: sight.app, logger: sight.logger, i18n: app.i18n, request: { body: {} } };
  const options = { forceSchemaRestore: false };
  await modules.restoreManager(context).restore(file, path.basename(file), password, true, false, options);
}
