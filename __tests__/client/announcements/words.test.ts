import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../src/shared/announcements';
import type { Translate } from '../../../src/client-v2/locale';
import { formatIn, formatLength, headlineOf } from '../../../src/client-v2/announcements/words';
import { LANGUAGES, textsOf } from '../../locale/languages';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Half past four in the afternoon in Greenwich. */
const NOW = Date.UTC(2026, 10, 26, 16, 18);
const SOON: Announcement = {
  ...{ id: 'a', revision: 1, startsAt: NOW + 12 * MINUTE, minutes: 20 },
  ...{ message: 'Save your work.', queued: false },
};
const { minutes: _unknown, ...ENDLESS } = SOON;

/** As the host's i18next does it with the plugin's texts. */
function translate(language: (typeof LANGUAGES)[number]): Translate {
  const texts = textsOf(language);
  return (key, values = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{{${name}}}`, String(value)),
      texts[key] ?? key,
    );
}

const say = (announcement: Announcement, now: number, language: (typeof LANGUAGES)[number] = 'en-US', zone = 'UTC') =>
  headlineOf(announcement, now, { t: translate(language), language, zone }).replace(/\s/g, ' ');

describe('a maintenance to come', () => {
  it.each([
    ['UTC', 'Maintenance in 12 minutes, at 4:30 PM, about 20 minutes long'],
    ['Europe/Kyiv', 'Maintenance in 12 minutes, at 6:30 PM, about 20 minutes long'],
    ['America/New_York', 'Maintenance in 12 minutes, at 11:30 AM, about 20 minutes long'],
    ['Asia/Kathmandu', 'Maintenance in 12 minutes, at 10:15 PM, about 20 minutes long'],
  ])('is told in the time of %s', (zone, text) => {
    expect(say(SOON, NOW, 'en-US', zone)).toBe(text);
  });

  it.each([
    ['de-DE', 'Wartung in 12 Minuten, um 18:30, Dauer etwa 20 Minuten'],
    ['uk-UA', 'Обслуговування через 12 хвилин, о 18:30, тривалість приблизно 20 хвилин'],
    ['zh-CN', '12分钟后（18:30）进行维护，约需20分钟'],
    ['fr-FR', 'Maintenance dans 12 minutes, à 18:30, durée : environ 20 minutes'],
    ['ja-JP', '12 分後（18:30）にメンテナンス、所要時間は約 20 分'],
  ] as const)('is told in %s', (language, text) => {
    expect(say(SOON, NOW, language, 'Europe/Kyiv')).toBe(text);
  });

  it.each(LANGUAGES)('leaves no placeholder and no empty place in %s', (language) => {
    for (const now of [NOW, NOW - 3 * DAY, SOON.startsAt, SOON.startsAt - 30_000]) {
      for (const one of [SOON, ENDLESS]) expect(say(one, now, language)).not.toMatch(/\{\{|\}\}|undefined|NaN/);
    }
  });

  it('names the day when it is not the one of the reader', () => {
    expect(say(SOON, SOON.startsAt - 3 * DAY)).toBe(
      'Maintenance in 3 days, on Thu, Nov 26, 4:30 PM, about 20 minutes long',
    );
    // Here it is already tomorrow, and there it is not.
    const late = { ...SOON, startsAt: Date.UTC(2026, 10, 26, 22, 30) };
    expect(say(late, NOW, 'en-US', 'Europe/Kyiv')).toContain('on Fri, Nov 27, 12:30 AM');
    expect(say(late, NOW, 'en-US', 'UTC')).toContain('at 10:30 PM');
  });

  it('counts right across a change of clocks', () => {
    const now = Date.UTC(2026, 9, 24, 22, 30);
    const startsAt = Date.UTC(2026, 9, 25, 1, 30);
    expect(say({ ...SOON, startsAt }, now, 'en-US', 'Europe/Berlin')).toContain('in 3 hours, at 2:30 AM');
  });

  it('says nothing of a length that nobody knows', () => {
    expect(say(ENDLESS, NOW)).toBe('Maintenance in 12 minutes, at 4:30 PM');
    expect(say(ENDLESS, SOON.startsAt)).toBe('Maintenance may begin at any moment');
  });

  it('says until when it lasts once it has begun', () => {
    expect(say(SOON, SOON.startsAt)).toBe('Maintenance now, until about 4:50 PM');
  });
});

describe('the time that is left', () => {
  it.each([
    [3 * DAY, 'in 3 days'],
    [2 * DAY - 1, 'in 48 hours'],
    [2 * HOUR, 'in 2 hours'],
    [2 * HOUR - 1, 'in 120 minutes'],
    [11 * MINUTE + 1, 'in 12 minutes'],
    [2 * MINUTE, 'in 2 minutes'],
    [2 * MINUTE - 1, 'in 120 seconds'],
    [1_000, 'in 1 second'],
    [1, 'in 1 second'],
  ])('of %i ms is %s', (ms, text) => {
    expect(formatIn(ms, 'en-US')).toBe(text);
  });
});

describe('a length', () => {
  it.each([
    [1, '1 minute'],
    [119, '119 minutes'],
    [150, '2.5 hours'],
    [2_880, '2 days'],
  ])('of %i minutes is %s', (minutes, text) => {
    expect(formatLength(minutes, 'en-US')).toBe(text);
  });
});
