import type { BackupMetadata } from './backup-file';

/** This installation, as far as a backup must fit it. */
export interface RestoreTarget {
  readonly version: string;
  readonly dialect: string;
  readonly underscored: boolean;
  readonly tablePrefix: string;
  readonly schema: string;
  /** Version of a plugin's files on this machine; undefined when they are not there. */
  readonly pluginVersion: (packageName: string) => Promise<string | undefined>;
}

export interface RestoreTerms {
  /** The plugins that the backup names and that are not here are left out, and this is known. */
  readonly ignoreMissingPlugins: boolean;
  /** The schema may differ: the host loads the dump into the one of this app. */
  readonly anySchema: boolean;
}

/**
 * Why a backup must not be loaded here, in one sentence with everything that is wrong; undefined when it may. The host
 * refuses some of it only after it has unpacked everything, and lets missing plugins pass with a line in its log.
 */
export async function restoreRefusal(
  { version, database, plugins }: BackupMetadata,
  target: RestoreTarget,
  terms: RestoreTerms,
): Promise<string | undefined> {
  const wrong: string[] = [];
  if (isNewer(version, target.version))
    wrong.push(`it was made by NocoBase ${version}, which is newer than ${target.version} here`);
  if (database.dialect !== target.dialect)
    wrong.push(`it was made on ${database.dialect}, and this database is ${target.dialect}`);
  if ((database.underscored ?? false) !== target.underscored)
    wrong.push('its names of tables and columns are written differently (DB_UNDERSCORED)');
  if ((database.tablePrefix ?? '') !== target.tablePrefix)
    wrong.push(`its table prefix is "${database.tablePrefix ?? ''}", and here it is "${target.tablePrefix}"`);
  if (!terms.anySchema && (database.schema ?? '') !== target.schema)
    wrong.push(`its schema is "${database.schema ?? ''}", and here it is "${target.schema}"`);
  if (!terms.ignoreMissingPlugins) wrong.push(...(await pluginProblems(plugins, target)));
  return wrong.length > 0 ? `This backup cannot be restored here: ${wrong.join('; ')}.` : undefined;
}

async function pluginProblems(plugins: BackupMetadata['plugins'], target: RestoreTarget): Promise<string[]> {
  const missing: string[] = [];
  const older: string[] = [];
  for (const { name, version = '', packageName = name } of plugins) {
    const here = await target.pluginVersion(packageName);
    if (here === undefined) missing.push(version ? `${name} ${version}` : name);
    else if (isNewer(version, here)) older.push(`${name} ${version} (here ${here})`);
  }
  return [
    ...(missing.length > 0 ? [`plugins are missing here: ${missing.join(', ')}`] : []),
    ...(older.length > 0 ? [`plugins are older here than in it: ${older.join(', ')}`] : []),
  ];
}

/** By the first three numbers alone, as the host compares; what has none is not compared. */
export function isNewer(version: string, than: string): boolean {
  const [one, other] = [numbers(version), numbers(than)];
  if (!one || !other) return false;
  const place = one.findIndex((part, index) => part !== other[index]);
  return place >= 0 && (one[place] ?? 0) > (other[place] ?? 0);
}

function numbers(version: string): number[] | undefined {
  return /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
}
