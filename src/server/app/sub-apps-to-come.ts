import type { Application } from '@nocobase/server';

/**
 * The sub-apps of the multi-app manager that an upgrade of the main app leaves as they are: the host upgrades each of them
 * at its own next start. Empty without that plugin.
 */
export async function subAppsToCome({ db }: Application): Promise<readonly string[]> {
  const repository = db.hasCollection('applications') ? db.getRepository('applications') : undefined;
  const rows = (await repository?.find({})) ?? [];
  return rows.map((row) => String(row.get('name'))).sort();
}
