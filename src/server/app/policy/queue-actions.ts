import type { QueuedAction } from '../../../shared/policy-api';
import { STALE } from './approval-actions';
import { textOf } from './asked-for';
import type { Acted, Asked } from './decision-deps';
import { refused } from './outcome';
import type { QueueWish } from './queue/queue';

export function queued({ deps }: Asked): Promise<readonly QueuedAction[]> {
  return deps.queue.list();
}

export async function queue({ ctx, deps, person, values }: Asked): Promise<Acted<QueuedAction>> {
  const [confirm, reason] = [textOf(values.confirm), textOf(values.reason)];
  const [name, approval] = [textOf(values.name), textOf(values.approval)];
  const bound = confirm === undefined ? undefined : await deps.openConfirm(confirm, person);
  if (!bound) return { outcome: refused(409, STALE), told: { reason } };
  const told = {
    ...{ subject: bound.subject, reason, approvalId: approval },
    parameters: { action: bound.action, request: bound.parameters },
  };
  if (reason === undefined) return { outcome: refused(400, 'A reason is needed: nobody is asked for it later.'), told };
  const wish: QueueWish = {
    ...{ reason, roles: deps.rolesOf(ctx) },
    ...(name === undefined ? {} : { name }),
    ...(approval === undefined ? {} : { approval }),
  };
  const { hopeless, startsAt } = await deps.prospectOf(bound, wish);
  if (hopeless !== undefined) return { outcome: refused(409, hopeless), told };
  const outcome = await deps.queue.add(bound, { ...wish, ...(startsAt === undefined ? {} : { startsAt }) });
  // It waits, whether or not that can be told.
  if (outcome.ok) await deps.announcements.queuedAnew(outcome.value).catch(() => undefined);
  return { outcome, told };
}

export async function withdrawQueued({ deps, values }: Asked): Promise<Acted<QueuedAction>> {
  const id = textOf(values.id) ?? '';
  const outcome = await deps.queue.withdraw(id);
  return { outcome, told: { subject: outcome.ok ? outcome.value.subject : '', parameters: { id } } };
}
