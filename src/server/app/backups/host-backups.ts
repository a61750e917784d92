import path from 'node:path';
import type { Application } from '@nocobase/server';

/** What this plugin uses of the class `BackupManager` of the host's backup plugin. */
export interface BackupManager {
  readonly app: { readonly name: string };
  /** Rejects when the tools of the database are missing. */
  createBackupName(): Promise<string>;
  /** Resolves with the path of the file when the backup is made. */
  backup(baseName: string, options?: object): Promise<string>;
  list(): Promise<unknown>;
  destroy(fileName: string): Promise<void>;
}

type ManagerClass = (new (app: unknown, ctx: unknown, settings: object) => BackupManager) & {
  readonly prototype: BackupManager;
};

/** What is done instead of the methods of the host; `run` does what the host does. */
export interface BackupHooks {
  backup(file: string, run: () => Promise<string>): Promise<string>;
  destroy(file: string, run: () => Promise<void>): Promise<void>;
}

export const BACKUP_PLUGIN = 'backups';
export const EXTENSION = '.nbdata';
/** Tells files that operations have taken before their work from others in the host's list. */
export const EARLY_PREFIX = 'before-';
export const LOCK = `${EXTENSION}.lock`;

/** The host keeps links, so one file may be loaded under several names; an updated plugin is loaded once more. */
const MODULE = /[\\/]plugin-backups[\\/]dist[\\/]server[\\/]managers[\\/]backup\.js$/;

const intercepted = new WeakSet<BackupManager>();

/** The class as it is in memory: all plugins on disk are loaded at process start, enabled or not. */
export function managerClasses(): ManagerClass[] {
  return Object.entries(require.cache)
    .filter(([file]) => MODULE.test(file))
    .map(([, module]) => (module?.exports as { BackupManager?: ManagerClass } | undefined)?.BackupManager)
    .filter((found) => found !== undefined);
}

/** Every way to a backup ends in these two methods; each app of the process has hooks of its own, or none. */
export function interceptBackups(hooksOf: (app: string) => BackupHooks | undefined, classes = managerClasses()): void {
  for (const { prototype } of classes) {
    if (intercepted.has(prototype)) continue;
    intercepted.add(prototype);
    const { backup, destroy } = prototype;
    prototype.backup = function (this: BackupManager, baseName, options) {
      const run = () => backup.call(this, baseName, options);
      return hooksOf(this.app.name)?.backup(`${baseName}${EXTENSION}`, run) ?? run();
    };
    prototype.destroy = function (this: BackupManager, fileName) {
      const run = () => destroy.call(this, fileName);
      return hooksOf(this.app.name)?.destroy(fileName, run) ?? run();
    };
  }
}

/** Where the host keeps the files, and where it works on them. */
export function backupFolders({ name }: Pick<Application, 'name'>): { readonly kept: string; readonly work: string } {
  const storage = process.env.STORAGE_PATH ?? path.resolve('storage');
  return { kept: path.join(storage, 'backups', name), work: path.join(storage, 'tmp', 'backups', name) };
}
