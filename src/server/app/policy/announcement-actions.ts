import type { AnnouncedBody, Announcement } from '../../../shared/announcements';
import type { Acted, Asked } from './decision-deps';

/** For everybody who has signed in: who announced it is no business of users. */
export async function announced({ ctx, deps }: Asked): Promise<AnnouncedBody> {
  const { now, announcements } = await deps.announcements.list();
  if (deps.rightsOf(ctx).includes('see')) return { now, announcements };
  return { now, announcements: announcements.map(({ announcedBy: _by, ...rest }) => rest) };
}

export async function announce({ deps, person, values }: Asked): Promise<Acted<Announcement>> {
  const { id, startsAt, minutes, message } = values;
  const outcome = await deps.announcements.announce(values, person);
  return { outcome, told: { subject: subjectOf(outcome), parameters: { id, startsAt, minutes, message } } };
}

export async function withdrawAnnouncement({ deps, person, values }: Asked): Promise<Acted<Announcement>> {
  const id = typeof values.id === 'string' ? values.id : '';
  const outcome = await deps.announcements.withdraw(id, person);
  return { outcome, told: { subject: subjectOf(outcome), parameters: { id } } };
}

function subjectOf(outcome: Acted<Announcement>['outcome']): string {
  return outcome.ok ? startOf(outcome.value) : '';
}

/** As the audit names it: people look for the day. */
export function startOf({ startsAt }: Announcement): string {
  return new Date(startsAt).toISOString();
}
