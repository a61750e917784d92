import type { Application } from '@nocobase/server';
import { PACKAGE_NAME } from '../../shared/api';
import { TablesReplaced } from '../core/errors';
import type { GuardedDatabase } from './parts';

/** True when the plugin is to work on this database: enabled in it, or there is none yet. Rejects without one. */
export async function isWanted(app: Application, openDatabase: () => GuardedDatabase): Promise<boolean> {
  if (!(await app.isInstalled())) return true;
  const database = openDatabase();
  try {
    const { epoch, fingerprint, installing } = await database.guard.applied();
    // Somebody installs this very database, or began to: its tables are there, the row of this plugin may not be.
    if (installing) return true;
    const row = await app.pm.repository.findOne({ filter: { name: PACKAGE_NAME } });
    if (row) return row.get('enabled') === true;
    return epoch > 0 && (fingerprint === undefined || (await database.guard.isHeld()));
  } catch (error) {
    // Only this plugin replaces them.
    if (error instanceof TablesReplaced) return true;
    throw error;
  } finally {
    await database.close();
  }
}

/** What the loaded app says, after it has read the database. */
export function isEnabled(app: Application): boolean {
  const plugins = [...app.pm.getPlugins().values()];
  return plugins.some(({ enabled, options }) => enabled && options.packageName === PACKAGE_NAME);
}
