import type { Calendar, Period, WeeklyWindow } from '../../../shared/policy';

const DAY = 86_400_000;
/** How far ahead weekly windows are looked for: a week, and one more whose hours may fall out of a change of clocks. */
const DAYS_AHEAD = 15;

/**
 * The window that is open, or the next one, as far as anybody planned: its `from` is in the past when it is open. Only to be
 * shown while somebody edits; the server counts for itself.
 */
export function nextWindow(calendar: Calendar, now: number): Period | undefined {
  const left = [...calendar.once, ...weeklyWindows(calendar, now)]
    .filter(({ to }) => to > now)
    .sort((a, b) => a.from - b.from);
  for (const { from, to } of left) {
    const begin = afterFreezes(calendar, Math.max(from, now));
    if (begin < to) return { from: begin === now ? from : begin, to: beforeFreezes(calendar, begin, to) };
  }
  return undefined;
}

function afterFreezes({ freezes }: Pick<Calendar, 'freezes'>, moment: number): number {
  const freeze = freezes.find(({ from, to }) => from <= moment && moment < to);
  return freeze ? afterFreezes({ freezes }, freeze.to) : moment;
}

function beforeFreezes({ freezes }: Pick<Calendar, 'freezes'>, begin: number, end: number): number {
  return freezes.reduce((soonest, { from }) => (from > begin && from < soonest ? from : soonest), end);
}

/** One that is open has begun today or yesterday. */
function weeklyWindows({ zone, weekly }: Calendar, now: number): readonly Period[] {
  if (weekly.length === 0 || !isZone(zone)) return [];
  const today = Math.floor((now + offsetAt(now, zone)) / DAY);
  const days = Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => today - 1 + index);
  return days.flatMap((day) => weekly.map((window) => onDay(window, day, zone)).filter((one) => one !== undefined));
}

/** Days are counted from the 1st of January 1970, a Thursday. Undefined when it does not begin on this one. */
function onDay({ days, from, to }: WeeklyWindow, day: number, zone: string): Period | undefined {
  const weekday = ((day + 3) % 7) + 1;
  if (!days.includes(weekday)) return undefined;
  const begin = momentOf(day, from, zone, 0);
  const end = momentOf(to <= from ? day + 1 : day, to, zone, begin);
  return end > begin ? { from: begin, to: end } : undefined;
}

/** When the clocks of the zone show this time, or would if they did not skip it; of two moments the first after `after`. */
function momentOf(day: number, time: string, zone: string, after: number): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const shown = day * DAY + hour * 3_600_000 + minute * 60_000;
  const before = offsetAt(shown - DAY, zone);
  const moments = [...new Set([before, offsetAt(shown + DAY, zone)])]
    .map((offset) => shown - offset)
    .sort((a, b) => a - b);
  const real = moments.filter((moment) => moment + offsetAt(moment, zone) === shown);
  const possible = real.length > 0 ? real : [shown - before];
  return possible.find((moment) => moment > after) ?? possible.at(-1) ?? after;
}

/** Milliseconds by which the clocks of the zone are ahead of UTC. */
function offsetAt(moment: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(moment);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(moment / 1_000) * 1_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { ...numbers, ...time, timeZone: zone });
  formats.set(zone, format);
  return format;
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Browsers list some zones under names of before, where nobody looks for them. */
const RENAMED: Readonly<Record<string, string>> = {
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
};

/** The zones that this browser knows; some know no list. */
export function allZones(): readonly string[] {
  const { supportedValuesOf } = Intl as { supportedValuesOf?: (key: 'timeZone') => string[] };
  const listed = supportedValuesOf?.('timeZone') ?? [];
  const named = listed.map((zone) => {
    const name = RENAMED[zone];
    return name !== undefined && isZone(name) ? name : zone;
  });
  return [...new Set(['UTC', ...named])];
}
