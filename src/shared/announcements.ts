/** What users are told may not be longer. */
export const LONGEST_MESSAGE = 500;
/** A week. */
export const MOST_MINUTES = 10_080;

/** A maintenance that users are told of before it begins. */
export interface Announcement {
  readonly id: string;
  /** Goes up with each change: who has put the former one aside sees the new one. */
  readonly revision: number;
  /** Milliseconds since 1970 by the clock of the database, as `now` beside it. */
  readonly startsAt: number;
  /** How long it is expected to take; absent: nobody can know. */
  readonly minutes?: number;
  /** In the words of whoever announced it: plain text, perhaps empty. */
  readonly message: string;
  /** It is about something that waits for a window, and goes with it. */
  readonly queued: boolean;
  /** Only for those who may see the page. */
  readonly announcedBy?: string;
}

/** Answer of `announced`, for everybody who has signed in: what is to come or under way, the soonest first. */
export interface AnnouncedBody {
  readonly now: number;
  readonly announcements: readonly Announcement[];
}

/** Body of `announce`; the answer is the `Announcement`. */
export interface AnnounceBody {
  /** The one that is changed; absent: another one. */
  readonly id?: string;
  readonly startsAt: number;
  /** 1 to 10080. */
  readonly minutes: number;
  readonly message?: string;
}

/** When it is over by what was announced; undefined: somebody or something else says so. */
export function endOf({ startsAt, minutes }: Pick<Announcement, 'startsAt' | 'minutes'>): number | undefined {
  return minutes === undefined ? undefined : startsAt + minutes * 60_000;
}
