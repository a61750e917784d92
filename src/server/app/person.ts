import type { ActionContext } from '@nocobase/server';
import type { Person } from '../maintenance/manual';

/** Who is signed in, by the name that people see and by what tells them apart. */
export function personOf({ state }: ActionContext): Person {
  const { id, nickname, username } = state.currentUser ?? {};
  return { name: nickname ?? username ?? 'API', identity: `user ${id ?? username ?? ''}` };
}

/** As the history names who asked for an operation: nobody should overlook that they set the policy aside for it. */
export function requesterOf(ctx: ActionContext): string {
  const { brokenGlass } = ctx.state;
  return brokenGlass === undefined ? personOf(ctx).name : `${personOf(ctx).name} (broke the glass: ${brokenGlass})`;
}
