import type { Translate } from '../locale';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** From here on nobody counts seconds. */
const LONG = 2 * MINUTE;

const DATE: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
};

/** Day and time of a moment in the time zone of whoever reads it, which is named. */
export function formatDate(moment: number, language: string, zone?: string): string {
  const where = zone === undefined ? {} : { timeZone: zone };
  return new Intl.DateTimeFormat(language, { ...DATE, ...where, timeZoneName: 'short' }).format(moment);
}

/** The same where the zone is said elsewhere. */
export function formatShortDate(moment: number, language: string): string {
  return new Intl.DateTimeFormat(language, DATE).format(moment);
}

/** The zone of whoever reads. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** How long something is expected to take. */
export function formatExpected(ms: number, t: Translate): string {
  if (ms < LONG) return t('about {{seconds}} s', { seconds: Math.max(1, Math.round(ms / SECOND)) });
  return t('about {{minutes}} min', { minutes: Math.round(ms / MINUTE) });
}

/** Days of the week from Monday on, in the language of the page. */
export function dayNames(language: string): readonly string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  // The 1st of January 2024 was a Monday.
  return [1, 2, 3, 4, 5, 6, 7].map((day) => format.format(Date.UTC(2024, 0, day)));
}
