import dayjs from 'dayjs';
import type { Calendar } from '../../../shared/policy';
import type { EntryFields } from './EntryFields';

/** The three lists of a calendar, by the word for one of their entries. */
export type EntryKind = 'weekly' | 'once' | 'freeze';

export interface EntryPlace {
  readonly kind: EntryKind;
  /** Undefined: a new one. */
  readonly index: number | undefined;
}

/** Any day: only the time counts. */
const timeOf = (time: string) => dayjs(`2024-01-01T${time}`);

/** What the form shows first. */
export function fieldsOf(calendar: Calendar, { kind, index }: EntryPlace): Partial<EntryFields> {
  if (index === undefined) return kind === 'weekly' ? { from: timeOf('22:00'), to: timeOf('04:00') } : {};
  if (kind === 'weekly') {
    const window = calendar.weekly[index];
    return window ? { days: window.days, from: timeOf(window.from), to: timeOf(window.to) } : {};
  }
  const period = kind === 'once' ? calendar.once[index] : calendar.freezes[index];
  return period ? { ...period, from: dayjs(period.from), to: dayjs(period.to) } : {};
}

export function withEntry(calendar: Calendar, { kind, index }: EntryPlace, fields: EntryFields): Calendar {
  const { days = [], from, to, reason = '' } = fields;
  const put = <T>(list: readonly T[], entry: T) =>
    index === undefined ? [...list, entry] : list.map((each, place) => (place === index ? entry : each));
  if (kind === 'weekly') {
    const window = { days: [...days].sort((a, b) => a - b), from: from.format('HH:mm'), to: to.format('HH:mm') };
    return { ...calendar, weekly: put(calendar.weekly, window) };
  }
  const period = { from: from.second(0).millisecond(0).valueOf(), to: to.second(0).millisecond(0).valueOf() };
  if (kind === 'once') return { ...calendar, once: put(calendar.once, period) };
  return { ...calendar, freezes: put(calendar.freezes, { ...period, reason: reason.trim() }) };
}

export function withoutEntry(calendar: Calendar, kind: EntryKind, index: number): Calendar {
  const rest = <T>(list: readonly T[]) => list.filter((_, place) => place !== index);
  if (kind === 'weekly') return { ...calendar, weekly: rest(calendar.weekly) };
  if (kind === 'once') return { ...calendar, once: rest(calendar.once) };
  return { ...calendar, freezes: rest(calendar.freezes) };
}
