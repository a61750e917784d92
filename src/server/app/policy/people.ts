import type { Application, PluginRow } from '@nocobase/server';

/** As `personOf` writes it. */
const USER = /^user (\d+)$/;

/** The roles that a person has now, by what identifies them; none for somebody who is no user (any more). */
export async function rolesOfPerson({ db }: Application, identity: string): Promise<readonly string[]> {
  const id = USER.exec(identity)?.[1];
  if (id === undefined || !db.hasCollection('users')) return [];
  const user = await db.getRepository('users').findOne({ filterByTk: id, appends: ['roles'] });
  const roles = user?.get('roles');
  return Array.isArray(roles) ? roles.map((role: PluginRow) => String(role.get('name'))) : [];
}
