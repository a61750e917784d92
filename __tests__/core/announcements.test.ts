import { describe, expect, it } from 'vitest';
import { LONGEST_MESSAGE } from '../../src/shared/announcements';
import { fromQueue, isCurrent, readWish, type AnnouncementRecord } from '../../src/server/core/announcements';
import { announcedNews } from '../../src/server/core/news';
import type { QueueRecord } from '../../src/server/core/policy/queued';

const NOW = Date.UTC(2026, 10, 26, 16, 0);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ANNA = { name: 'Anna', identity: 'user 1' };
const GOOD = { startsAt: NOW + 12 * MINUTE, minutes: 20, message: ' Save your work. ' };
const RECORD: AnnouncementRecord = {
  ...{ id: 'a', state: 'announced', revision: 1, announcedBy: ANNA },
  ...{ startsAt: NOW, minutes: 20, message: 'hi' },
};

describe('what somebody wants to announce', () => {
  it('is taken, without blanks around the message', () => {
    const wish = { ...GOOD, message: 'Save your work.' };
    expect(readWish(GOOD, NOW)).toEqual({ ok: true, wish });
    expect(readWish({ startsAt: GOOD.startsAt, minutes: 1 }, NOW)).toMatchObject({ ok: true, wish: { message: '' } });
  });

  it('may have begun already, as long as it is not over', () => {
    expect(readWish({ ...GOOD, startsAt: NOW - 20 * MINUTE + 1 }, NOW)).toMatchObject({ ok: true });
  });

  it('may be as far away as a year, and as long as a week', () => {
    expect(readWish({ ...GOOD, startsAt: NOW + 365 * DAY, minutes: 7 * 24 * 60 }, NOW)).toMatchObject({ ok: true });
  });

  it.each([
    ['no start', { startsAt: undefined }, '"startsAt" is a moment, in milliseconds since 1970.'],
    ['a start in words', { startsAt: '2026-12-01' }, '"startsAt" is a moment, in milliseconds since 1970.'],
    ['half a millisecond', { startsAt: NOW + 0.5 }, '"startsAt" is a moment, in milliseconds since 1970.'],
    ['no length', { minutes: undefined }, '"minutes" takes a whole number from 1 to 10080, which is a week.'],
    ['no time at all', { minutes: 0 }, '"minutes" takes a whole number from 1 to 10080, which is a week.'],
    ['more than a week', { minutes: 10_081 }, '"minutes" takes a whole number from 1 to 10080, which is a week.'],
    ['a message that is none', { message: { html: '<b>' } }, '"message" is a text.'],
    [
      'too long a message',
      { message: 'x'.repeat(LONGEST_MESSAGE + 1) },
      'The message has 501 letters: users are shown 500 at most.',
    ],
    [
      'an end in the past',
      { startsAt: NOW - 20 * MINUTE },
      'This maintenance would be over already: its end is in the past.',
    ],
    [
      'a start after a year',
      { startsAt: NOW + 365 * DAY + 1 },
      'This maintenance would begin more than a year from now.',
    ],
  ])('is refused with one sentence: %s', (_what, change, problem) => {
    expect(readWish({ ...GOOD, ...change }, NOW)).toEqual({ ok: false, problem });
  });
});

describe('an announcement', () => {
  it('ends by itself, or when it is withdrawn', () => {
    expect(isCurrent(RECORD, NOW + 20 * MINUTE - 1)).toBe(true);
    expect(isCurrent(RECORD, NOW + 20 * MINUTE)).toBe(false);
    expect(isCurrent({ ...RECORD, state: 'withdrawn' }, NOW)).toBe(false);
  });

  it('is news with each change of it, once', () => {
    const shown = { ...RECORD, queued: false, announcedBy: 'Anna' };
    const news = announcedNews(shown, NOW);
    expect(news).toMatchObject({
      event: 'announced',
      title: 'Maintenance at 2026-11-26T16:00:00.000Z',
      text: 'Anna has announced it to all users, about 20 min long: hi',
    });
    expect(announcedNews(shown, NOW + 1).id).toBe(news.id);
    expect(announcedNews({ ...shown, revision: 2 }, NOW).id).not.toBe(news.id);
  });
});

describe('what waits for a window', () => {
  const waiting: QueueRecord = {
    ...{ id: 'q', state: 'waiting', action: 'upgrade', subject: '', reason: 'at night', requestedBy: ANNA },
    ...{ roles: ['admin'], requestedAt: NOW, hash: 'h', parameters: '{}', exact: {}, startsAt: NOW + DAY },
  };

  it('announces itself with the start of its window and what others of its kind took, rounded up', () => {
    expect(fromQueue(waiting, undefined, 61_000)).toEqual({
      ...{ id: 'queued-q', revision: 1, startsAt: NOW + DAY, minutes: 2, message: '', queued: true },
      announcedBy: 'Anna',
    });
    expect(fromQueue(waiting, undefined, undefined)).not.toHaveProperty('minutes');
  });

  it('keeps the start of its window whatever somebody says besides', () => {
    const changed = { ...RECORD, id: 'queued-q', revision: 2, startsAt: NOW + 1, message: 'At night.' };
    expect(fromQueue(waiting, changed, 61_000)).toMatchObject({
      ...{ startsAt: NOW + DAY, minutes: 20, message: 'At night.', revision: 2 },
    });
  });

  it.each([
    ['has begun', { state: 'started' } as const, undefined],
    ['was taken back', { state: 'withdrawn' } as const, undefined],
    ['has no window to wait for', { startsAt: undefined }, undefined],
    ['users are not to be told of', {}, { ...RECORD, state: 'withdrawn' } as const],
  ])('is not announced when it %s', (_what, change, changed) => {
    const { startsAt, ...rest } = { ...waiting, ...change };
    const record: QueueRecord = { ...rest, ...(startsAt === undefined ? {} : { startsAt }) };
    expect(fromQueue(record, changed, 61_000)).toBeUndefined();
  });
});
