import { OPERATION_KINDS, type OperationKind } from '../../shared/domain';

/** Before what a backup is taken, and how old one may be that serves instead. */
export interface BackupPolicy {
  readonly before: readonly OperationKind[];
  /**
   * Somebody has named these kinds: what cannot be backed up is not done. Otherwise it is done all the same, because a host
   * without the plugin or the tools for backups must be able to upgrade.
   */
  readonly strict: boolean;
  /** Milliseconds; 0: always a new one. */
  readonly maxAge: number;
}

/** Of the app's data alone, and of what makes the backups. An empty database has nothing to lose. */
const NEVER: readonly OperationKind[] = ['install', 'maintenance', 'backup', 'roll-back'];
const USUAL: readonly OperationKind[] = ['upgrade', 'restore', 'migration'];
/** A plugin that is only added, or taken away, changes nothing in the database by itself. */
const RISKY: readonly OperationKind[] = [
  ...USUAL,
  'pm.update',
  'pm.enable',
  'pm.enable-all',
  'pm.disable',
  'pm.remove',
  'db:sync',
  'db:clean',
  'repair',
];
const MINUTE = 60_000;
/** A year. */
const OLDEST = 525_600;

export function readBackupPolicy(
  before: string | undefined,
  maxAge: string | undefined,
  names: { readonly before: string; readonly maxAge: string },
  problems: string[],
): BackupPolicy {
  const words = (before ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const unknown = words.find((word) => word !== 'off' && word !== 'risky' && !isAllowed(word));
  if (unknown !== undefined || (words.length > 1 && words.includes('off'))) {
    const allowed = OPERATION_KINDS.filter(isAllowed).join(', ');
    problems.push(`${names.before} is "${before}": it takes "off", or a list of "risky" and of: ${allowed}.`);
  }
  const kinds = words.flatMap((word) => (word === 'risky' ? RISKY : OPERATION_KINDS.filter((kind) => kind === word)));
  return {
    before: words.length === 0 ? USUAL : [...new Set(kinds)],
    strict: words.length > 0,
    maxAge: readMinutes(maxAge, names.maxAge, problems),
  };
}

function readMinutes(text: string | undefined, name: string, problems: string[]): number {
  if (!text) return 0;
  if (/^\d{1,6}$/.test(text) && Number(text) <= OLDEST) return Number(text) * MINUTE;
  problems.push(`${name} is "${text}": give a whole number of minutes; 0 always takes a new backup.`);
  return 0;
}

function isAllowed(kind: string): boolean {
  return OPERATION_KINDS.some((known) => known === kind && !NEVER.includes(known));
}
