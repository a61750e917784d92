import type { OperationRecord } from '../../shared/domain';
import { endOf, LONGEST_MESSAGE, MOST_MINUTES, type Announcement } from '../../shared/announcements';
import { isOver } from './node-machine';
import type { Who } from './policy/approval';
import type { QueueRecord } from './policy/queued';

/** What somebody wants to announce, in the form in which it is kept. */
export interface Wish {
  readonly startsAt: number;
  readonly minutes: number;
  readonly message: string;
}

/**
 * An announcement as the database keeps it. Moments are milliseconds since 1970 by its clock. One whose id is that of
 * something in the queue says what is different about it than what the queue says by itself.
 */
export interface AnnouncementRecord extends Wish {
  readonly id: string;
  readonly state: 'announced' | 'withdrawn';
  readonly revision: number;
  readonly announcedBy: Who;
}

export type WishOutcome = { readonly ok: true; readonly wish: Wish } | { readonly ok: false; readonly problem: string };

const DAY = 86_400_000;
const YEAR = 365 * DAY;
const QUEUED = 'queued-';

/** Checks what people and programs send. `now`: by the clock of the database. */
export function readWish(values: Readonly<Record<string, unknown>>, now: number): WishOutcome {
  const { startsAt, minutes, message = '' } = values;
  if (!isWhole(startsAt)) return no('"startsAt" is a moment, in milliseconds since 1970.');
  if (!isWhole(minutes) || minutes < 1 || minutes > MOST_MINUTES) {
    return no(`"minutes" takes a whole number from 1 to ${MOST_MINUTES}, which is a week.`);
  }
  if (typeof message !== 'string') return no('"message" is a text.');
  const text = message.trim();
  const { length } = text;
  if (length > LONGEST_MESSAGE) {
    return no(`The message has ${length} letters: users are shown ${LONGEST_MESSAGE} at most.`);
  }
  if (startsAt + minutes * 60_000 <= now) return no('This maintenance would be over already: its end is in the past.');
  if (startsAt > now + YEAR) return no('This maintenance would begin more than a year from now.');
  return { ok: true, wish: { startsAt, minutes, message: text } };
}

export function isCurrent(record: AnnouncementRecord, now: number): boolean {
  return record.state === 'announced' && (endOf(record) ?? Infinity) > now;
}

/** Somebody has entered the maintenance that was announced, and has ended it: there is nothing to wait for any more. */
export function isDoneWith({ startsAt }: Pick<Announcement, 'startsAt'>, past: readonly OperationRecord[]): boolean {
  return past.some((record) => record.kind === 'maintenance' && isOver(record) && (record.endedAt ?? 0) >= startsAt);
}

/** As users see it. */
export function shownAnnouncement(record: AnnouncementRecord, queued: boolean): Announcement {
  const { id, revision, startsAt, minutes, message, announcedBy } = record;
  return { id, revision, startsAt, minutes, message, queued, announcedBy: announcedBy.name };
}

/** The name under which something in the queue is announced. */
export function announcedAs({ id }: Pick<QueueRecord, 'id'>): string {
  return `${QUEUED}${id}`;
}

/** The other way round; undefined: it is no such name. */
export function queuedBehind(id: string): string | undefined {
  return id.startsWith(QUEUED) ? id.slice(QUEUED.length) : undefined;
}

/**
 * What waits for a window is announced by the queue itself, so that both never disagree. `changed`: what somebody has said
 * about it besides; its start stays that of the window. `expectedMs`: what others of its kind took.
 */
export function fromQueue(
  record: QueueRecord,
  changed: AnnouncementRecord | undefined,
  expectedMs: number | undefined,
): Announcement | undefined {
  if (record.state !== 'waiting' || record.startsAt === undefined || changed?.state === 'withdrawn') return undefined;
  const expected = expectedMs === undefined ? undefined : Math.max(1, Math.ceil(expectedMs / 60_000));
  const minutes = changed?.minutes ?? expected;
  return {
    id: announcedAs(record),
    revision: changed?.revision ?? 1,
    startsAt: record.startsAt,
    ...(minutes === undefined ? {} : { minutes }),
    message: changed?.message ?? '',
    queued: true,
    announcedBy: (changed?.announcedBy ?? record.requestedBy).name,
  };
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function no(problem: string): WishOutcome {
  return { ok: false, problem };
}
