import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Application } from '@nocobase/server';
import type { BackupRef } from '../../../shared/domain';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import type { Backups } from '../../ports';
import { ownCommand } from '../command-scope';
import { readBackupSettings } from './backup-settings';
import { dumpProblem } from './dump-tool';
import {
  BACKUP_PLUGIN,
  backupFolders,
  EARLY_PREFIX,
  EXTENSION,
  managerClasses,
  type BackupManager,
} from './host-backups';
import { removeRemains } from './leftovers';
import { stoppable } from './stoppable';

/** Rows of the plugin manager, which are there before any plugin is loaded. */
interface PluginRow {
  readonly enabled: boolean;
  readonly options: { readonly name: string; readonly version: string; readonly packageName: string };
}

/**
 * Backups by the host's own `BackupManager` outside of its actions, also before the app has loaded, as at a start: it is
 * given what it asks of an app from the database instead. Everything is in it, runtime tables too; uploaded files are
 * not, because what comes after does not touch them.
 */
export class EarlyBackups implements Backups {
  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
  ) {}

  async hindrance(): Promise<string | undefined> {
    const plugins = await this.plugins();
    if (!plugins.some(({ enabled, options }) => enabled && options.name === BACKUP_PLUGIN)) {
      return 'The plugin "backups" of NocoBase is not enabled.';
    }
    if (managerClasses().length === 0) return 'The plugin "backups" of NocoBase is not on this machine.';
    // It looks for the tools of the database, and makes its folders.
    return (await this.manager('', plugins))?.createBackupName().then(
      () => dumpProblem(this.app),
      (error: unknown) => sentence(error),
    );
  }

  async take(before: string, progress: (step: string) => void, signal: AbortSignal): Promise<BackupRef> {
    const manager = await this.manager(before, await this.plugins());
    if (!manager) throw new Error('The plugin "backups" of NocoBase is not on this machine.');
    const baseName = await manager.createBackupName();
    const file = `${baseName}${EXTENSION}`;
    progress(`takes the backup ${file}`);
    const takenAt = this.clock.wall();
    // The operation that it is taken for is there already.
    const run = () => ownCommand(() => manager.backup(baseName, { description: `Before ${before}` }));
    try {
      await stoppable(signal, this.clock, run);
      signal.throwIfAborted();
      return { file, takenAt };
    } catch (error) {
      // The host removes what there is of one that failed, but not what was complete when nobody wanted it any more.
      if (signal.aborted) await removeRemains(file, backupFolders(this.app));
      throw error;
    }
  }

  async has(file: string): Promise<boolean> {
    return access(path.join(backupFolders(this.app).kept, file)).then(
      () => true,
      () => false,
    );
  }

  private async manager(before: string, plugins: readonly PluginRow[]): Promise<BackupManager | undefined> {
    const [Manager] = managerClasses();
    if (!Manager) return undefined;
    const settings = { ...(await readBackupSettings(this.app)), enableFilesBackup: false, storageId: null };
    const manager = new Manager(this.facade(plugins), null, settings);
    Object.assign(manager, { backupPrefix: `${EARLY_PREFIX}${before.replace(/\W/g, '-')}_` });
    return manager;
  }

  /** What `BackupManager` asks of an app. Without collections it takes all tables. */
  private facade(plugins: readonly PluginRow[]): object {
    const { name, db, version, i18n, log } = this.app as Application & { i18n: object };
    const { options, sequelize } = db as typeof db & { options: object };
    const byName = new Map(plugins.map((row) => [row.options.name, row]));
    const pm = { getPlugins: () => byName, has: (wanted: string) => byName.get(wanted)?.enabled === true };
    return { name, db: { options, sequelize, collections: new Map() }, version, i18n, logger: log, pm };
  }

  private async plugins(): Promise<PluginRow[]> {
    const rows = await this.app.pm.repository.find({});
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    return rows.map((row) => ({
      enabled: row.get('enabled') === true,
      options: {
        name: text(row.get('name')),
        version: text(row.get('version')),
        packageName: text(row.get('packageName')),
      },
    }));
  }
}
