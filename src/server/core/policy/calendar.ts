import { DateTime, IANAZone } from 'luxon';
import type { Calendar, Freeze, Period, WeeklyWindow } from '../../../shared/policy';

const DAY = 86_400_000;
/** How far ahead weekly windows are looked for: a week, and one more whose hours may fall out of a change of clocks. */
const AHEAD = 15 * DAY;

/** Whether some window is open; without any window, none ever is. */
export function isOpen({ zone, weekly, once }: Calendar, now: number): boolean {
  if (once.some((period) => contains(period, now))) return true;
  // One that is open has begun today or yesterday.
  return [...days(zone, now, now)].some((day) => beginning(weekly, day).some((window) => contains(window, now)));
}

/** The freeze that ends last of those that are on. */
export function freezeAt({ freezes }: Calendar, now: number): Freeze | undefined {
  return freezes.filter((freeze) => contains(freeze, now)).reduce<Freeze | undefined>(later, undefined);
}

/**
 * The first moment from `now` on that no freeze covers and, where `inWindows`, that a window covers. Undefined: there is
 * none, as far as anybody planned.
 */
export function nextOpening(calendar: Calendar, now: number, inWindows: boolean): number | undefined {
  let moment = afterFreezes(calendar, now);
  if (!inWindows) return moment;
  // Each window that is of no use was covered by a freeze to its end.
  for (let tries = 0; tries <= calendar.freezes.length; tries += 1) {
    const window = firstWindow(calendar, moment);
    if (!window) return undefined;
    moment = afterFreezes(calendar, Math.max(window.from, moment));
    if (moment < window.to) return moment;
  }
  return undefined;
}

/** Whether the runtime knows a zone of this name. */
export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

function afterFreezes(calendar: Calendar, from: number): number {
  let moment = from;
  for (let freeze = freezeAt(calendar, moment); freeze; freeze = freezeAt(calendar, moment)) moment = freeze.to;
  return moment;
}

/** The one that begins first of those that are not over. */
function firstWindow({ zone, weekly, once }: Calendar, now: number): Period | undefined {
  const left = once.filter(({ to }) => to > now);
  for (const day of weekly.length > 0 ? days(zone, now, now + AHEAD) : []) {
    const first = beginning(weekly, day).filter(({ to }) => to > now);
    if (first.length > 0) return [...first, ...left].reduce(earlier);
  }
  return left.length > 0 ? left.reduce(earlier) : undefined;
}

/** From the day before `from` to that of `to`. Dates, and not steps of 24 hours: some days have 23 or 25. */
function* days(zone: string, from: number, to: number): Generator<DateTime> {
  const first = DateTime.fromMillis(from, { zone }).startOf('day').minus({ days: 1 });
  for (let day = first; day.toMillis() <= to; day = day.plus({ days: 1 })) yield day;
}

function beginning(weekly: readonly WeeklyWindow[], day: DateTime): readonly Period[] {
  return weekly.map((window) => onDay(window, day)).filter((window) => window !== undefined);
}

/** Undefined when it does not begin on this day, or when the clocks skip it. */
function onDay(window: WeeklyWindow, day: DateTime): Period | undefined {
  if (!window.days.includes(day.weekday)) return undefined;
  const from = firstMoment(day, window.from, 0);
  const overnight = window.to <= window.from;
  const to = firstMoment(overnight ? day.plus({ days: 1 }) : day, window.to, from);
  return to > from ? { from, to } : undefined;
}

/**
 * When the clocks of the zone show this time, or would if they did not skip it; of two such moments the first one that is
 * after `after`.
 */
function firstMoment(day: DateTime, time: string, after: number): number {
  const [hour, minute] = time.split(':').map(Number);
  const moments = day
    .set({ hour: hour ?? 0, minute: minute ?? 0 })
    .getPossibleOffsets()
    .map((moment) => moment.toMillis())
    .sort((a, b) => a - b);
  return moments.find((moment) => moment > after) ?? moments.at(-1) ?? after;
}

function contains({ from, to }: Period, now: number): boolean {
  return from <= now && now < to;
}

function earlier(a: Period, b: Period): Period {
  return a.from <= b.from ? a : b;
}

function later(a: Freeze | undefined, b: Freeze): Freeze {
  return a && a.to >= b.to ? a : b;
}
