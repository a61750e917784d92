import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allZones, nextWindow } from '../../../src/client-v2/policy/calendar/nextWindow';
import { isOpen, nextOpening } from '../../../src/server/core/policy/calendar';
import type { Calendar } from '../../../src/shared/policy';

const HOUR = 3_600_000;
const START = Date.UTC(2025, 0, 1);
const ZONES = ['UTC', 'Europe/Kyiv', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe', 'Asia/Kathmandu'];

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const moment = fc.integer({ min: 0, max: 2 * 365 * 24 * 4 }).map((quarters) => START + quarters * (HOUR / 4));
const period = fc
  .tuple(moment, fc.integer({ min: 1, max: 200 }))
  .map(([from, hours]) => ({ from, to: from + hours * HOUR }));

const calendars: fc.Arbitrary<Calendar> = fc.record({
  zone: fc.constantFrom(...ZONES),
  weekly: fc.array(
    fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), from: time, to: time }),
    { maxLength: 3 },
  ),
  once: fc.array(period, { maxLength: 2 }),
  freezes: fc.array(
    period.map((each) => ({ ...each, reason: 'x' })),
    { maxLength: 2 },
  ),
});

describe('the next window that the page shows', () => {
  it('is the one that the server opens, in all zones and across both changes of clocks', () => {
    const property = fc.property(calendars, moment, (calendar, now) => {
      const shown = nextWindow(calendar, now);
      expect(shown && Math.max(shown.from, now)).toBe(nextOpening(calendar, now, true));
    });
    fc.assert(property, { numRuns: 800 });
  });

  it('is over when the server closes it', () => {
    const property = fc.property(calendars, moment, (calendar, now) => {
      const shown = nextWindow(calendar, now);
      if (shown) expect(isOpen(calendar, shown.to - 1)).toBe(true);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('is none in a zone that the browser does not know', () => {
    const weekly = [{ days: [1], from: '22:00', to: '04:00' }];
    expect(nextWindow({ zone: 'Moon/Base', weekly, once: [], freezes: [] }, START)).toBeUndefined();
  });
});

describe('the zones that can be chosen', () => {
  it('have the names of today, each once, and UTC', () => {
    const zones = allZones();
    for (const zone of ['UTC', 'Europe/Kyiv', 'Asia/Kolkata', 'Asia/Ho_Chi_Minh']) expect(zones).toContain(zone);
    for (const zone of ['Europe/Kiev', 'Asia/Calcutta', 'Asia/Saigon']) expect(zones).not.toContain(zone);
    expect(new Set(zones).size).toBe(zones.length);
  });
});
