import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnnouncedBody } from '../../../src/shared/announcements';
import { createKeptSight, createWatch, EVERY_MS, serverNow } from '../../../src/client-v2/announcements/watch';

const one = { id: 'a', revision: 1, startsAt: 10, minutes: 20, message: '', queued: false };
const BODY: AnnouncedBody = { now: 1_000_000, announcements: [one] };

/** A window of a browser, whose storage several may share. */
function openWindow(storage = new Map<string, string>()) {
  const state = { isSignedIn: true, isSeen: true, asked: 0, answer: () => Promise.resolve(BODY) };
  const kept = {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, text: string) => void storage.set(key, text),
  };
  const watch = createWatch({
    ask: () => {
      state.asked += 1;
      return state.answer();
    },
    isSignedIn: () => state.isSignedIn,
    mayAsk: () => state.isSeen,
    now: () => performance.now(),
    others: createKeptSight(kept, () => Date.now()),
  });
  return { state, watch, storage, ids: () => watch.current().announcements.map(({ id }) => id) };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a window', () => {
  let opened: ReturnType<typeof openWindow>[] = [];
  const open = (storage?: Map<string, string>) => {
    const next = openWindow(storage);
    opened.push(next);
    return next;
  };
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    opened.forEach(({ watch }) => watch.stop());
    opened = [];
    expect(vi.getTimerCount(), 'a timer leaked').toBe(0);
    vi.useRealTimers();
  });

  it('asks when it is opened, and then once a minute', async () => {
    const { state, watch, ids } = open();
    watch.look();
    await pass(0);
    expect([state.asked, ids()]).toEqual([1, ['a']]);
    await pass(10 * EVERY_MS);
    expect(state.asked).toBe(11);
  });

  it('counts on by the clock of the server', async () => {
    const { watch } = open();
    watch.look();
    await pass(0);
    await pass(30_000);
    expect(serverNow(watch.current(), performance.now())).toBe(BODY.now + 30_000);
  });

  it('asks nothing while nobody sees it, and no more often when somebody comes and goes', async () => {
    const { state, watch } = open();
    watch.look();
    await pass(0);
    state.isSeen = false;
    watch.look();
    await pass(10 * EVERY_MS);
    expect(state.asked).toBe(1);
    for (let turn = 0; turn < 20; turn += 1) {
      state.isSeen = !state.isSeen;
      watch.look();
      await pass(1_000);
    }
    expect(state.asked).toBe(2);
  });

  it('asks nothing before somebody signs in, and forgets everything when they sign out', async () => {
    const { state, watch, ids } = open();
    state.isSignedIn = false;
    watch.look();
    await pass(5 * EVERY_MS);
    expect(state.asked).toBe(0);
    state.isSignedIn = true;
    watch.look();
    await pass(0);
    expect([state.asked, ids()]).toEqual([1, ['a']]);
    state.isSignedIn = false;
    watch.look();
    await pass(5 * EVERY_MS);
    expect([state.asked, ids()]).toEqual([1, []]);
  });

  it('waits for what is on its way when the token changes, or nobody sees it, meanwhile', async () => {
    const { state, watch, ids } = open();
    let arrive = () => {};
    state.answer = () => new Promise((resolve) => (arrive = () => resolve(BODY)));
    watch.look();
    await pass(0);
    watch.look();
    state.isSeen = false;
    watch.look();
    arrive();
    await pass(0);
    expect([state.asked, ids()]).toEqual([1, ['a']]);
    await pass(2 * EVERY_MS);
    expect(state.asked).toBe(1);
  });

  it('asks again at once when the app was taken from the screen before the answer came', async () => {
    const { state, watch, ids, storage } = open();
    storage.set(
      'cluster-maintenance:announced',
      JSON.stringify({ at: Date.now(), body: { now: 1, announcements: [] } }),
    );
    state.answer = () => new Promise(() => {});
    watch.look();
    await pass(0);
    watch.stop();
    state.answer = () => Promise.resolve(BODY);
    watch.look();
    await pass(0);
    expect([state.asked, ids()]).toEqual([2, ['a']]);
  });

  it('asks at once after this person has changed something', async () => {
    const { state, watch } = open();
    watch.look();
    await pass(1_000);
    watch.refresh();
    await pass(0);
    expect(state.asked).toBe(2);
  });

  it('takes what another window was answered in this minute', async () => {
    const first = open();
    first.watch.look();
    await pass(30_000);
    const second = open(first.storage);
    second.watch.look();
    await pass(0);
    expect(second.state.asked).toBe(1);
    await pass(20 * EVERY_MS);
    expect(first.state.asked + second.state.asked).toBeLessThanOrEqual(23);
    expect(second.ids()).toEqual(['a']);
  });

  it.each([
    ['is refused', () => Promise.reject(new Error('503'))],
    ['is never answered', () => new Promise<never>(() => {})],
  ])('keeps what it knows when it %s, and asks again a minute later', async (_what, answer) => {
    const { state, watch, ids } = open();
    watch.look();
    await pass(0);
    state.answer = answer;
    await pass(EVERY_MS + 30_000);
    expect([state.asked, ids()]).toEqual([2, ['a']]);
    state.answer = () => Promise.resolve({ ...BODY, announcements: [] });
    await pass(2 * EVERY_MS);
    expect(ids()).toEqual([]);
  });

  it('believes no storage that somebody else has written', async () => {
    const { state, watch, storage } = open();
    watch.look();
    await pass(0);
    for (const [key] of storage)
      storage.set(key, JSON.stringify({ at: Date.now(), body: { now: 1, announcements: [{}] } }));
    await pass(EVERY_MS);
    expect(state.asked).toBe(2);
  });
});
