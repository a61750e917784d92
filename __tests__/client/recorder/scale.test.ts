import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleOf, ticksOf } from '../../../src/client-v2/recorder/scale';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

describe('the scale of a timeline', () => {
  it('is even when much happens all the time', () => {
    const { place, silences } = scaleOf([0, 2_000, 4_000, 6_000, 8_000]);
    expect(silences).toEqual([]);
    expect([0, 2_000, 8_000].map(place)).toEqual([0, 0.25, 1]);
  });

  it('cuts a silence of hours, so that what happened before and after it can be seen', () => {
    const { place, silences } = scaleOf([0, SECOND, 2 * SECOND, HOUR, HOUR + SECOND, HOUR + 2 * SECOND]);
    expect(silences).toEqual([{ from: 2 * SECOND, to: HOUR }]);
    expect(place(2 * SECOND)).toBeCloseTo(0.465, 3);
    expect(place(HOUR)).toBeCloseTo(0.535, 3);
    expect(place((2 * SECOND + HOUR) / 2)).toBeCloseTo(0.5, 3);
  });

  it('leaves a short pause as it is, whatever its share', () => {
    expect(scaleOf([0, 4_900, 5_000]).silences).toEqual([]);
  });

  it('does not fail when there is one moment, or none', () => {
    for (const moments of [[], [5]]) expect(scaleOf(moments).place(5)).toBe(0);
  });

  it('keeps the order of all moments between 0 and 1, whatever they are', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 90 * 24 * HOUR }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(moments, (all) => {
        const { place, start, end } = scaleOf(all);
        const places = [...all].sort((a, b) => a - b).map(place);
        expect(places.every((at, index) => at >= (places[index - 1] ?? 0) - 1e-9 && at <= 1 + 1e-9)).toBe(true);
        if (end > start) expect(places.at(-1)).toBeCloseTo(1, 6);
      }),
    );
  });

  it('labels round times that do not stand on each other, whatever the moments are', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 90 * 24 * HOUR }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(moments, (all) => {
        const ticks = ticksOf(scaleOf(all));
        expect(ticks.length).toBeLessThanOrEqual(12);
        expect(ticks.every(({ ms }) => ms % SECOND === 0)).toBe(true);
        const near = ticks.slice(1).filter(({ at }, index) => at - (ticks[index]?.at ?? 0) < 0.09);
        expect(near).toEqual([]);
      }),
    );
  });

  it('labels what happens in ten seconds with every second', () => {
    const ticks = ticksOf(scaleOf(Array.from({ length: 11 }, (_, second) => second * SECOND)));
    expect(ticks.map(({ ms }) => ms / SECOND)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
