import { createRequire } from 'node:module';
import path from 'node:path';
import type { Application, HostLogger } from '@nocobase/server';
import { packageFolder } from '../plugin-prints';

export const BACKUP_PACKAGE = '@nocobase/plugin-backups';

/** What a restore of the host reads of the request that asked for it. */
export interface RestoreContext {
  readonly app: Application;
  readonly i18n: object;
  readonly logger: HostLogger;
  readonly request: { readonly body: Readonly<Record<string, unknown>> };
}

export interface RestoreOptions {
  readonly forceSchemaRestore?: boolean;
}

export interface HostRestoreManager {
  restore(
    file: string,
    task: string,
    password: string | undefined,
    tolerant: boolean,
    skipRevert: boolean,
    options?: RestoreOptions,
  ): Promise<void>;
}

/** The tools of the database (`pg_dump`, `pg_restore`, `mysqldump`, `mysql`), as the host's plugin calls them. */
export interface DatabaseTools {
  restore(options: { filePath: string; schema?: string }): Promise<void>;
}

/** Parts of NocoBase's backup plugin that it does not export. */
export interface BackupModules {
  restoreManager(context: RestoreContext): HostRestoreManager;
  tools(app: Application): DatabaseTools;
}

/** Undefined where the plugin is not on this machine. */
export async function backupModules(): Promise<BackupModules | undefined> {
  const folder = await packageFolder(BACKUP_PACKAGE);
  if (folder === undefined) return undefined;
  const load = createRequire(path.join(folder, 'package.json'));
  const { RestoreManager } = load('./dist/server/managers/restore.js') as {
    RestoreManager: new (context: RestoreContext) => HostRestoreManager;
  };
  const { getDBAdapter } = load('./dist/server/adapters/database.js') as {
    getDBAdapter: (options: object) => DatabaseTools;
  };
  return {
    restoreManager: (context) => new RestoreManager(context),
    tools: (app) => getDBAdapter(app.db.options),
  };
}

/** Where the host's plugin keeps backups. */
export function backupFolder(app: Application): string {
  return path.join(storageFolder(), 'backups', app.name);
}

/** The dump that the host takes before it drops the tables. */
export function dumpOfBefore(app: Application): string {
  return path.join(storageFolder(), 'tmp', 'backups', app.name, 'before-restore', 'data');
}

function storageFolder(): string {
  return path.resolve(process.env.STORAGE_PATH ?? 'storage');
}
