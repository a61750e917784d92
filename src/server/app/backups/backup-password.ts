import type { Application } from '@nocobase/server';
import { isEncrypted } from './backup-file';
import { readBackupSettings } from './backup-settings';

/**
 * Where nobody can be asked: at a command line, and for a roll-back. The settings of the backup plugin stand in the database,
 * which may be another one by then, or half loaded.
 */
export const BACKUP_PASSWORD = 'CLUSTER_MAINTENANCE_BACKUP_PASSWORD';

const NO_PASSWORD = /password/;

/** What a file opens with that nobody was asked about; undefined for one that is not encrypted, too. */
export async function passwordFor(file: string, app: Application): Promise<string | undefined> {
  if (!(await isEncrypted(file).catch(() => false))) return undefined;
  const named = process.env[BACKUP_PASSWORD];
  if (named) return named;
  const settings = await readBackupSettings(app).catch(() => undefined);
  return settings?.encryptionPassword || undefined;
}

/** A refusal of `Restores`, with what to do where there is nobody to be asked for the password. */
export function withPasswordHint(refusal: string | undefined): string | undefined {
  return refusal !== undefined && NO_PASSWORD.test(refusal) ? `${refusal} ${BACKUP_PASSWORD} names it.` : refusal;
}
