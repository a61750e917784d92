import {
  ACTION_GROUPS,
  DEMANDS,
  RISK_CLASSES,
  type Calendar,
  type Conditions,
  type Freeze,
  type Period,
  type PolicyDocument,
  type PolicyRule,
  type WeeklyWindow,
} from '../../../shared/policy';
import { isZone } from './calendar';

export type DocumentOutcome =
  { readonly ok: true; readonly policy: PolicyDocument } | { readonly ok: false; readonly problem: string };

/** More are no policy that anybody understands, and each is looked at for every risky request. */
const MOST = 200;
/** A time of day. */
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const LONGEST = 500;

class BadDocument extends Error {}

/**
 * Reads a policy from a file, a request or the database: one sentence for the first thing that is wrong. What is not known is
 * refused and not ignored: a rule whose word is misspelled would allow more than was meant.
 */
export function readPolicy(value: unknown): DocumentOutcome {
  try {
    return { ok: true, policy: documentOf(value) };
  } catch (error) {
    if (error instanceof BadDocument) return { ok: false, problem: error.message };
    throw error;
  }
}

function documentOf(value: unknown): PolicyDocument {
  const fields = object(value, 'The policy', ['version', 'rules', 'calendar', 'conditions']);
  if (fields.version !== 1) throw bad('The policy', 'has a version that this plugin does not know; it knows 1');
  return {
    version: 1,
    rules: list(fields.rules, 'rules', ruleOf),
    calendar: calendarOf(fields.calendar),
    conditions: conditionsOf(fields.conditions),
  };
}

function ruleOf(value: unknown, where: string): PolicyRule {
  const known = ['action', 'group', 'class', 'environment', 'role', 'demand', 'inWindows'];
  const { action, group, class: risk, environment, role, demand, inWindows } = object(value, where, known);
  return {
    ...(action === undefined ? {} : { action: text(action, `${where}.action`) }),
    ...(group === undefined ? {} : { group: word(group, ACTION_GROUPS, `${where}.group`) }),
    ...(risk === undefined ? {} : { class: word(risk, RISK_CLASSES, `${where}.class`) }),
    ...(environment === undefined
      ? {}
      : { environment: word(environment, ['production', 'other'] as const, `${where}.environment`) }),
    ...(role === undefined ? {} : { role: text(role, `${where}.role`) }),
    demand: word(demand, DEMANDS, `${where}.demand`),
    ...(inWindows === undefined ? {} : { inWindows: truth(inWindows, `${where}.inWindows`) }),
  };
}

function calendarOf(value: unknown): Calendar {
  const { zone, weekly, once, freezes } = object(value, 'calendar', ['zone', 'weekly', 'once', 'freezes']);
  const name = text(zone, 'calendar.zone');
  if (!isZone(name)) throw bad('calendar.zone', `"${name}" is no zone that this machine knows, such as Europe/Kyiv`);
  return {
    zone: name,
    weekly: list(weekly, 'calendar.weekly', weeklyOf),
    once: list(once, 'calendar.once', (one, where) => periodOf(object(one, where, ['from', 'to']), where)),
    freezes: list(freezes, 'calendar.freezes', freezeOf),
  };
}

function weeklyOf(value: unknown, where: string): WeeklyWindow {
  const { days, from, to } = object(value, where, ['days', 'from', 'to']);
  const numbers = list(days, `${where}.days`, (day, at) => {
    if (typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 7) return day;
    throw bad(at, 'is no day of the week: 1 is Monday, 7 is Sunday');
  });
  if (numbers.length === 0) throw bad(`${where}.days`, 'names no day');
  return { days: numbers, from: time(from, `${where}.from`), to: time(to, `${where}.to`) };
}

function freezeOf(value: unknown, where: string): Freeze {
  const fields = object(value, where, ['from', 'to', 'reason']);
  return { ...periodOf(fields, where), reason: text(fields.reason, `${where}.reason`) };
}

function periodOf({ from, to }: Readonly<Record<string, unknown>>, where: string): Period {
  if (!isMoment(from) || !isMoment(to)) throw bad(where, 'needs "from" and "to" in milliseconds since 1970');
  if (to <= from) throw bad(where, 'ends before it begins');
  return { from, to };
}

function conditionsOf(value: unknown): Conditions {
  const known = ['backupWithinHours', 'noRunningWork', 'allNodesEqual'];
  const { backupWithinHours: hours, noRunningWork, allNodesEqual } = object(value, 'conditions', known);
  if (typeof hours !== 'number' || !(hours >= 0 && hours <= 8_760)) {
    throw bad('conditions.backupWithinHours', 'takes a number from 0 to 8760');
  }
  return {
    backupWithinHours: hours,
    noRunningWork: truth(noRunningWork, 'conditions.noRunningWork'),
    allNodesEqual: truth(allNodesEqual, 'conditions.allNodesEqual'),
  };
}

function object(value: unknown, where: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(where, 'is no object');
  const strange = Object.keys(value).find((key) => !known.includes(key));
  if (strange !== undefined) throw bad(where, `has "${strange}", which is not known; known are ${known.join(', ')}`);
  return value as Readonly<Record<string, unknown>>;
}

function list<T>(value: unknown, where: string, read: (item: unknown, where: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw bad(where, 'is no list');
  if (value.length > MOST) throw bad(where, `has more than ${MOST} entries`);
  return value.map((item: unknown, index) => read(item, `${where}[${index}]`));
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw bad(where, 'takes a text');
  if (value.length > LONGEST) throw bad(where, `is longer than ${LONGEST} characters`);
  return value;
}

function truth(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw bad(where, 'takes true or false');
  return value;
}

function time(value: unknown, where: string): string {
  if (typeof value !== 'string' || !TIME.test(value)) throw bad(where, 'takes a time of day from 00:00 to 23:59');
  return value;
}

function word<T extends string>(value: unknown, words: readonly T[], where: string): T {
  const found = words.find((one) => one === value);
  if (found === undefined) throw bad(where, `takes one of ${words.join(', ')}`);
  return found;
}

function isMoment(value: unknown): value is number {
  // What a Date can hold.
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 8.64e15;
}

function bad(where: string, what: string): BadDocument {
  return new BadDocument(`${where} ${what}.`);
}
