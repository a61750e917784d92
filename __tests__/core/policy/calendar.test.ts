import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar, WeeklyWindow } from '../../../src/shared/policy';
import { freezeAt, isOpen, isZone, nextOpening } from '../../../src/server/core/policy/calendar';
import { calendars, moments } from './samples';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (text: string) => Date.parse(text);

function calendar(zone: string, ...weekly: WeeklyWindow[]): Calendar {
  return { zone, weekly, once: [], freezes: [] };
}

/** For how long it is open between two moments, and when it opens and closes, looked at minute by minute. */
function changes(one: Calendar, from: string, to: string): string[] {
  const seen: string[] = [];
  let open = isOpen(one, at(from));
  for (let now = at(from); now < at(to); now += MINUTE) {
    if (isOpen(one, now) === open) continue;
    open = !open;
    seen.push(`${open ? 'opens' : 'closes'} ${new Date(now).toISOString().slice(0, 16)}`);
  }
  return seen;
}

describe('a weekly window', () => {
  it('is meant by the clock of its zone, in summer and in winter', () => {
    const nights = calendar('Europe/Kyiv', { days: [3], from: '02:00', to: '04:00' });
    expect(changes(nights, '2026-01-13T12:00Z', '2026-01-14T12:00Z')).toEqual([
      'opens 2026-01-14T00:00',
      'closes 2026-01-14T02:00',
    ]);
    expect(changes(nights, '2026-07-14T12:00Z', '2026-07-15T12:00Z')).toEqual([
      'opens 2026-07-14T23:00',
      'closes 2026-07-15T01:00',
    ]);
  });

  it("goes on into the next day, also over the week's edge", () => {
    const sundays = calendar('UTC', { days: [7], from: '22:00', to: '04:00' });
    expect(changes(sundays, '2026-11-28T00:00Z', '2026-12-02T00:00Z')).toEqual([
      'opens 2026-11-29T22:00',
      'closes 2026-11-30T04:00',
    ]);
  });

  it('that ends when it begins lasts a whole day', () => {
    const mondays = calendar('UTC', { days: [1], from: '00:00', to: '00:00' });
    expect(changes(mondays, '2026-11-29T00:00Z', '2026-12-02T00:00Z')).toEqual([
      'opens 2026-11-30T00:00',
      'closes 2026-12-01T00:00',
    ]);
  });

  it('has an hour less when the clocks go forward in it, and none when they skip it', () => {
    const long = calendar('Europe/Berlin', { days: [7], from: '01:00', to: '05:00' });
    expect(changes(long, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual([
      'opens 2026-03-29T00:00',
      'closes 2026-03-29T03:00',
    ]);
    const skipped = calendar('Europe/Berlin', { days: [7], from: '02:00', to: '03:00' });
    expect(changes(skipped, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual([]);
    expect(nextOpening(skipped, at('2026-03-28T12:00Z'), true)).toBe(at('2026-04-05T00:00Z'));
  });

  it('opens once when the clocks go back, also when it ends in the hour that comes twice', () => {
    const long = calendar('America/New_York', { days: [7], from: '00:30', to: '01:30' });
    expect(changes(long, '2026-10-31T12:00Z', '2026-11-01T12:00Z')).toEqual([
      'opens 2026-11-01T04:30',
      'closes 2026-11-01T05:30',
    ]);
    const twice = calendar('America/New_York', { days: [7], from: '01:00', to: '02:00' });
    expect(changes(twice, '2026-10-31T12:00Z', '2026-11-01T12:00Z')).toEqual([
      'opens 2026-11-01T05:00',
      'closes 2026-11-01T07:00',
    ]);
  });

  it('is understood where the clocks change by half an hour, and where a day was left out', () => {
    const island = calendar('Australia/Lord_Howe', { days: [7], from: '01:00', to: '03:00' });
    expect(changes(island, '2026-10-03T00:00Z', '2026-10-04T12:00Z')).toEqual([
      'opens 2026-10-03T14:30',
      'closes 2026-10-03T16:00',
    ]);
    // Samoa had no 30th of December 2011, a Friday.
    const samoa = calendar('Pacific/Apia', { days: [5], from: '10:00', to: '11:00' });
    expect(changes(samoa, '2011-12-29T12:00Z', '2011-12-31T12:00Z')).toEqual([]);
  });
});

describe('the next opening', () => {
  const nights = calendar('Europe/Kyiv', { days: [3], from: '02:00', to: '04:00' });
  const now = at('2026-01-13T12:00Z');

  it('is now while a window is open, and otherwise its beginning', () => {
    expect(nextOpening(nights, at('2026-01-14T01:00Z'), true)).toBe(at('2026-01-14T01:00Z'));
    expect(nextOpening(nights, now, true)).toBe(at('2026-01-14T00:00Z'));
  });

  it('comes after every freeze that covers it, and in the part of a window that is left', () => {
    const freeze = (from: string, to: string) => ({ from: at(from), to: at(to), reason: 'end of the year' });
    const cut = { ...nights, freezes: [freeze('2026-01-13T00:00Z', '2026-01-14T00:40Z')] };
    expect(nextOpening(cut, now, true)).toBe(at('2026-01-14T00:40Z'));
    const months = [freeze('2026-01-13T00:00Z', '2026-03-01T00:00Z'), freeze('2026-02-20T00:00Z', '2026-07-01T00:00Z')];
    // A Wednesday at three o'clock in Kyiv.
    expect(nextOpening({ ...nights, freezes: months }, now, true)).toBe(at('2026-07-01T00:00Z'));
    expect(nextOpening({ ...nights, freezes: months }, now, false)).toBe(at('2026-07-01T00:00Z'));
    expect(freezeAt({ ...nights, freezes: months }, at('2026-02-25T00:00Z'))?.to).toBe(at('2026-07-01T00:00Z'));
  });

  it('may be a window for once, however far away, and there may be none', () => {
    const once = { from: at('2029-05-01T00:00Z'), to: at('2029-05-01T01:00Z') };
    const none = { ...calendar('UTC'), once: [once] };
    expect(nextOpening(none, now, true)).toBe(once.from);
    expect(nextOpening(none, once.to, true)).toBeUndefined();
    expect(nextOpening({ ...none, freezes: [{ ...once, reason: 'no' }] }, now, true)).toBeUndefined();
  });

  it('is open, not frozen, and nothing before it is (any calendar)', () => {
    fc.assert(
      fc.property(calendars, moments, fc.double({ min: 0, max: 1, noNaN: true }), (one, from, part) => {
        const next = nextOpening(one, from, true);
        const until = next ?? from + 14 * 24 * HOUR;
        if (next !== undefined) expect(isOpen(one, next) && freezeAt(one, next) === undefined).toBe(true);
        const before = from + Math.floor((until - from) * part);
        if (before < until) expect(isOpen(one, before) && freezeAt(one, before) === undefined).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  }, 60_000);
});

it('a zone is known by its IANA name', () => {
  expect(['Europe/Kyiv', 'UTC', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false]);
});
