import { endOf, type Announcement } from '../../shared/announcements';
import type { Translate } from '../locale';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Below two of a unit the next smaller one is counted. */
const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const;

/** Who reads it, and where. `zone`: that of the browser unless told otherwise. */
export interface Reader {
  readonly t: Translate;
  readonly language: string;
  readonly zone?: string;
}

/** When it is, how long it takes, and how long one still has, in the words of who reads. `now` is the server's. */
export function headlineOf(announcement: Announcement, now: number, reader: Reader): string {
  const { t, language } = reader;
  const { startsAt, minutes } = announcement;
  if (startsAt <= now) return underWay(announcement, now, reader);
  const time = formatStart(startsAt, now, reader);
  const soon = { in: formatIn(startsAt - now, language), time };
  const isToday = isSameDay(startsAt, now, reader);
  if (minutes === undefined) {
    return isToday ? t('Maintenance {{in}}, at {{time}}', soon) : t('Maintenance {{in}}, on {{time}}', soon);
  }
  const all = { ...soon, length: formatLength(minutes, language) };
  return isToday
    ? t('Maintenance {{in}}, at {{time}}, about {{length}} long', all)
    : t('Maintenance {{in}}, on {{time}}, about {{length}} long', all);
}

function underWay(announcement: Announcement, now: number, reader: Reader): string {
  const end = endOf(announcement);
  if (end === undefined) return reader.t('Maintenance may begin at any moment');
  return reader.t('Maintenance now, until about {{time}}', { time: formatStart(end, now, reader) });
}

/** "in 12 minutes": rounded up, so that nobody has less time than they read. */
export function formatIn(ms: number, language: string): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= 2 * each) ?? (['second', SECOND] as const);
  const count = size >= HOUR ? Math.round(ms / size) : Math.ceil(ms / size);
  return new Intl.RelativeTimeFormat(language).format(Math.max(1, count), unit);
}

/** "20 minutes", "2.5 hours". */
export function formatLength(minutes: number, language: string): string {
  const ms = minutes * MINUTE;
  const [unit, size] = UNITS.find(([, each]) => each >= MINUTE && ms >= 2 * each) ?? (['minute', MINUTE] as const);
  const format = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, format).format(ms / size);
}

/** The time of day; of another day than that of the reader, also which one. */
export function formatStart(moment: number, now: number, reader: Reader): string {
  const time = { hour: 'numeric', minute: '2-digit', ...zoneOf(reader) } as const;
  const day = { weekday: 'short', month: 'short', day: 'numeric' } as const;
  const format = isSameDay(moment, now, reader) ? time : { ...day, ...time };
  return new Intl.DateTimeFormat(reader.language, format).format(moment);
}

function isSameDay(one: number, other: number, reader: Reader): boolean {
  const format = new Intl.DateTimeFormat('en-US', { dateStyle: 'short', ...zoneOf(reader) });
  return format.format(one) === format.format(other);
}

function zoneOf({ zone }: Reader): { readonly timeZone?: string } {
  return zone === undefined ? {} : { timeZone: zone };
}
