import type { Application } from '@nocobase/server';
import { PACKAGE_NAME } from '../../shared/api';
import type { Guard } from '../ports';

/** True when the plugin is to work on this database: enabled in it, or there is none yet. Rejects without one. */
export async function isWanted(app: Application, openGuard: () => Guard): Promise<boolean> {
  if (!(await app.isInstalled())) return true;
  const row = await app.pm.repository.findOne({ filter: { name: PACKAGE_NAME } });
  return row ? row.get('enabled') === true : isBeingInstalled(openGuard());
}

/** Another node has begun to install this very database: its tables are there, the row of this plugin is not yet. */
async function isBeingInstalled(guard: Guard): Promise<boolean> {
  try {
    const { epoch, fingerprint } = await guard.applied();
    return epoch > 0 && (fingerprint === undefined || (await guard.isHeld()));
  } finally {
    await guard.close();
  }
}

/** What the loaded app says, after it has read the database. */
export function isEnabled(app: Application): boolean {
  const plugins = [...app.pm.getPlugins().values()];
  return plugins.some(({ enabled, options }) => enabled && options.packageName === PACKAGE_NAME);
}
