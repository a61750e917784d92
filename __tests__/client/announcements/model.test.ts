import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../src/shared/announcements';
import { createDismissals } from '../../../src/client-v2/announcements/dismissals';
import { keyOf, LAST_MINUTES, readingOf, shownAt } from '../../../src/client-v2/announcements/model';

const NOW = Date.UTC(2026, 10, 26, 16, 0);
const MINUTE = 60_000;
const SOON: Announcement = {
  ...{ id: 'soon', revision: 1, startsAt: NOW + 12 * MINUTE, minutes: 20 },
  ...{ message: 'Save your work.', queued: false },
};
const LATER: Announcement = { ...SOON, id: 'later', startsAt: NOW + 60 * MINUTE };
const BOTH = [SOON, LATER];

/** A browser whose windows share their storage. */
function browser() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  };
}

describe('what a user is told', () => {
  const shown = (dismissed = {}, now = NOW, all = BOTH) => shownAt(all, dismissed, now)?.id;

  it('is the soonest, and the next one when it is put aside', () => {
    expect(shown()).toBe('soon');
    expect(shown({ [keyOf(SOON)]: 'early' })).toBe('later');
  });

  it('comes back once when less than five minutes are left', () => {
    const early = { [keyOf(SOON)]: 'early' } as const;
    expect(shown(early, SOON.startsAt - LAST_MINUTES, [SOON])).toBeUndefined();
    expect(shown(early, SOON.startsAt - LAST_MINUTES + 1, [SOON])).toBe('soon');
    expect(shown({ [keyOf(SOON)]: 'late' }, SOON.startsAt - MINUTE, [SOON])).toBeUndefined();
  });

  it('is shown while it is under way, and not after its end', () => {
    expect(shown({}, SOON.startsAt + 20 * MINUTE - 1)).toBe('soon');
    expect(shown({}, SOON.startsAt + 20 * MINUTE)).toBe('later');
    const { minutes: _none, ...open } = SOON;
    expect(shown({}, SOON.startsAt + 600 * MINUTE, [open])).toBe('soon');
  });

  it.each([
    ['changed', { ...SOON, revision: 2 }],
    ['moved with its window', { ...SOON, startsAt: SOON.startsAt + MINUTE }],
  ])('is shown anew when it was %s', (_what, next) => {
    expect(shown({ [keyOf(SOON)]: 'late' }, NOW, [next])).toBe('soon');
  });

  it('is read out when it comes, and a few times before it begins', () => {
    const seconds = Array.from({ length: 2 * 3_600 }, (_, second) => LATER.startsAt - 5_400_000 + second * 1_000);
    expect(new Set(seconds.map((second) => readingOf(LATER, second))).size).toBe(7);
  });
});

describe('putting it aside', () => {
  it('is remembered in this browser, and for how long', () => {
    const storage = browser();
    const dismissals = createDismissals(storage);
    dismissals.dismiss(SOON, NOW, BOTH);
    expect(createDismissals(storage).current()).toEqual({ [keyOf(SOON)]: 'early' });
    dismissals.dismiss(SOON, SOON.startsAt - MINUTE, BOTH);
    expect(createDismissals(storage).current()).toEqual({ [keyOf(SOON)]: 'late' });
  });

  it('remembers nothing of what is no longer announced', () => {
    const dismissals = createDismissals(browser());
    dismissals.dismiss(SOON, NOW, BOTH);
    dismissals.dismiss(LATER, NOW, [LATER]);
    expect(dismissals.current()).toEqual({ [keyOf(LATER)]: 'early' });
  });

  it.each([
    ['there is no storage', undefined],
    ['the storage is full', { getItem: () => null, setItem: () => expect.fail('full') as never }],
    ['somebody else has written there', { getItem: () => 'no JSON', setItem: () => {} }],
  ])('works until the page is loaded anew when %s', (_what, storage) => {
    const dismissals = createDismissals(storage);
    dismissals.dismiss(SOON, NOW, BOTH);
    expect(shownAt(BOTH, dismissals.current(), NOW)).toBe(LATER);
  });
});
