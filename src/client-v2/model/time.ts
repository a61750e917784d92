const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
];

/** "5 minutes ago" in the language of the page. Never in the future: machines disagree about the time. */
export function formatAgo(ms: number, language: string): string {
  const elapsed = Math.max(0, ms);
  const [unit, size] = UNITS.find(([, each]) => elapsed >= each) ?? (['second', SECOND] as const);
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-Math.floor(elapsed / size), unit);
}

/** A running clock: `0:07`, `12:34`, `1:02:03`. Reads the same in every language. */
export function formatClock(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / SECOND);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

/** Date and time of a moment (milliseconds since 1970), for a tooltip. */
export function formatMoment(moment: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(moment);
}

/** Time of day of a moment, to the second. */
export function formatTime(moment: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(moment);
}
