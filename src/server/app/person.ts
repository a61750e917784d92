import type { ActionContext } from '@nocobase/server';
import type { Person } from '../maintenance/manual';

/** Who is signed in, by the name that people see and by what tells them apart. */
export function personOf({ state }: ActionContext): Person {
  const { id, nickname, username } = state.currentUser ?? {};
  return { name: nickname ?? username ?? 'API', identity: `user ${id ?? username ?? ''}` };
}
