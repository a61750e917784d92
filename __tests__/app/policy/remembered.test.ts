import { describe, expect, it } from 'vitest';
import { Remembered } from '../../../src/server/app/policy/remembered';
import { ManualClock } from '../../memory/manual-clock';

/** A question whose answers the test gives, in any order. */
function asked(keeps: (answer: string) => boolean = () => true) {
  const clock = new ManualClock();
  const questions: ((answer: string) => void)[] = [];
  const ask = () => new Promise<string>((resolve) => questions.push(resolve));
  const answer = (index: number, text: string) => questions[index]?.(text);
  return { clock, questions, answer, remembered: new Remembered({ ask, keeps, ms: 1_000, clock }) };
}

/** All promises that are ready have been followed. */
const arrived = () => new Promise((resolve) => setImmediate(resolve));

describe('an answer that is remembered', () => {
  it('is asked for once by all who come while it is on its way, and by nobody for a while', async () => {
    const { clock, questions, answer, remembered } = asked();
    const all = [remembered.get(), remembered.get()];
    clock.pass(300);
    answer(0, 'one');
    expect(await Promise.all(all)).toEqual(['one', 'one']);
    clock.pass(199);
    expect(await remembered.get()).toBe('one');
    expect(questions).toHaveLength(1);
  });

  it('is asked for early, so that nobody waits where many ask', async () => {
    const { clock, questions, answer, remembered } = asked();
    const first = remembered.get();
    answer(0, 'one');
    await first;
    clock.pass(500);
    expect(await remembered.get()).toBe('one');
    expect(await remembered.get()).toBe('one');
    expect(questions).toHaveLength(2);
    answer(1, 'two');
    await arrived();
    clock.pass(499);
    expect(await remembered.get()).toBe('two');
  });

  it('counts from before the question, however long the answer took', async () => {
    const { clock, questions, answer, remembered } = asked();
    const first = remembered.get();
    clock.pass(900);
    answer(0, 'old');
    expect(await first).toBe('old');
    clock.pass(100);
    const late = remembered.get();
    expect(questions).toHaveLength(2);
    answer(1, 'new');
    expect(await late).toBe('new');
  });

  it('is not waited for by who comes later than it would count', async () => {
    const { clock, questions, answer, remembered } = asked();
    const first = remembered.get();
    clock.pass(1_000);
    const second = remembered.get();
    expect(questions).toHaveLength(2);
    answer(1, 'new');
    expect(await second).toBe('new');
    answer(0, 'old');
    expect(await first).toBe('old');
    expect(await remembered.get()).toBe('new');
  });

  it('is not what was on its way when it was forgotten', async () => {
    const { questions, answer, remembered } = asked();
    const before = remembered.get();
    remembered.forget();
    const after = remembered.get();
    expect(questions).toHaveLength(2);
    answer(1, 'new');
    expect(await after).toBe('new');
    answer(0, 'old');
    await before;
    expect(await remembered.get()).toBe('new');
  });

  it('is none that must not be kept, and takes a kept one with it', async () => {
    const { clock, questions, answer, remembered } = asked((text) => text !== 'bad');
    const first = remembered.get();
    answer(0, 'good');
    await first;
    clock.pass(600);
    expect(await remembered.get()).toBe('good');
    answer(1, 'bad');
    await arrived();
    const next = remembered.get();
    expect(questions).toHaveLength(3);
    answer(2, 'bad');
    expect(await next).toBe('bad');
  });
});
