import { endOf, type Announcement } from '../../shared/announcements';

/** From here on it is shown once more to who has put it aside, in milliseconds. */
export const LAST_MINUTES = 5 * 60_000;

/** When something was put aside: long before it begins, or in the last minutes, which is for good. */
export type Stage = 'early' | 'late';
export type Dismissed = Readonly<Record<string, Stage>>;

/** One that was changed, or whose window moved, is another one: it is shown anew. */
export function keyOf({ id, revision, startsAt }: Announcement): string {
  return `${id}:${revision}:${startsAt}`;
}

export function stageAt({ startsAt }: Announcement, now: number): Stage {
  return startsAt - now < LAST_MINUTES ? 'late' : 'early';
}

/** What is to be shown at this moment, of what is sorted by its start. Moments are those of the server. */
export function shownAt(
  announcements: readonly Announcement[],
  dismissed: Dismissed,
  now: number,
): Announcement | undefined {
  return announcements.find((one) => !isOver(one, now) && !isDismissed(one, dismissed, now));
}

export function isOver(announcement: Announcement, now: number): boolean {
  return (endOf(announcement) ?? Infinity) <= now;
}

/** Minutes before the start at which it is read out again. A countdown that is read out every second helps nobody. */
const READ_OUT_AT: readonly number[] = [60, 30, 15, 5, 1, 0];

/** Changes when it is time to read it out again, and only then. */
export function readingOf({ startsAt }: Announcement, now: number): number {
  const minutes = (startsAt - now) / 60_000;
  return READ_OUT_AT.filter((moment) => minutes <= moment).length;
}

function isDismissed(announcement: Announcement, dismissed: Dismissed, now: number): boolean {
  const stage = dismissed[keyOf(announcement)];
  return stage === 'late' || (stage === 'early' && stageAt(announcement, now) === 'early');
}
