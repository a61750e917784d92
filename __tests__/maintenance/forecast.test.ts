import { expect, it } from 'vitest';
import { Forecast } from '../../src/server/maintenance/forecast';
import { draftOf } from '../contract/coordination-samples';
import { ManualClock } from '../memory/manual-clock';

const took = (ms: number, changes = {}) => ({
  ...draftOf('a'),
  epoch: 1,
  phase: 'idle' as const,
  result: 'done' as const,
  endedAt: draftOf('a').startedAt + ms,
  ...changes,
});
const running = { ...draftOf('b'), epoch: 9 };

async function forecast(...past: ReturnType<typeof took>[]) {
  const clock = new ManualClock();
  const one = new Forecast({ history: async () => past }, clock);
  one.observe(running);
  await new Promise(setImmediate);
  return { clock, one };
}

it('expects what others of its kind took, less what has passed', async () => {
  const { clock, one } = await forecast(took(4_000), took(8_000), took(90_000), took(1, { kind: 'upgrade' }));
  expect(one.remaining()).toBe(8_000);
  clock.pass(3_000);
  one.observe({ ...running, phase: 'working' });
  expect(one.remaining()).toBe(5_000);
});

it('does not count operations that came to nothing', async () => {
  const { one } = await forecast(took(1_000, { result: 'aborted' }), took(6_000));
  expect(one.remaining()).toBe(6_000);
});

it('expects ten seconds where nothing is known', async () => {
  expect((await forecast()).one.remaining()).toBe(10_000);
});

it('expects a quarter more, again and again, of what is overdue', async () => {
  const { clock, one } = await forecast(took(8_000));
  clock.pass(20_000);
  expect(one.remaining()).toBe(2_000);
});

it('expects nobody to wait for more than two minutes', async () => {
  expect((await forecast(took(3_600_000))).one.remaining()).toBe(120_000);
});

it('gives a person half a minute, and the end a second', async () => {
  const { one } = await forecast(took(4_000));
  one.observe({ ...running, phase: 'held' });
  expect(one.remaining()).toBe(30_000);
  one.observe({ ...running, phase: 'idle', result: 'done' });
  expect(one.remaining()).toBe(1_000);
});

it('survives a database that does not answer', async () => {
  const one = new Forecast({ history: () => Promise.reject(new Error('gone')) }, new ManualClock());
  one.observe(running);
  await new Promise(setImmediate);
  expect(one.remaining()).toBe(10_000);
});

it('tells people what is expected only where it is known, and 0 of what is overdue', async () => {
  const { clock, one } = await forecast(took(8_000));
  expect(one.expected()).toBe(8_000);
  clock.pass(6_500);
  expect(one.expected()).toBe(1_500);
  clock.pass(6_500);
  expect(one.expected()).toBe(0);
  expect((await forecast()).one.expected()).toBeUndefined();
});

it('tells people nothing of what waits for a person, or when nothing runs', async () => {
  const { one } = await forecast(took(8_000));
  one.observe({ ...running, phase: 'held' });
  expect(one.expected()).toBeUndefined();
  one.observe({ ...running, phase: 'idle', result: 'done' });
  expect(one.expected()).toBeUndefined();
});

it('tells of a manual maintenance when it ends at the latest, and asks clients to come back before', () => {
  let left: number | undefined = 3_600_000;
  const one = new Forecast({ history: async () => [] }, new ManualClock(), () => left);
  expect([one.expected(), one.remaining()]).toEqual([3_600_000, 30_000]);
  left = 4_000;
  expect([one.expected(), one.remaining()]).toEqual([4_000, 4_000]);
  left = 0;
  expect([one.expected(), one.remaining()]).toEqual([0, 1_000]);
});
