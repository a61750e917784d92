import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestProblem } from '../../src/client-v2/status/api';
import { askAgain, type AskedState } from '../../src/client-v2/status/asking';

describe('a question that is asked again', () => {
  let state: AskedState<number>;
  let asked: { answer(value: number): void; fail(error: unknown): void; signal: AbortSignal }[];
  let hidden: boolean;
  const start = (every: (body: number | undefined) => number) =>
    askAgain<number>({
      load: (signal) => new Promise((resolve, reject) => asked.push({ answer: resolve, fail: reject, signal })),
      report: (change) => (state = change(state)),
      every,
      timeout: 1_000,
      hidden: () => hidden,
    });

  beforeEach(() => {
    vi.useFakeTimers();
    state = { body: undefined, busy: false, problem: undefined, failures: 0 };
    asked = [];
    hidden = false;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked again so long after its answer, and never twice at a time', async () => {
    const stop = start(() => 500);
    expect(state.busy).toBe(true);
    await vi.advanceTimersByTimeAsync(900);
    expect(asked).toHaveLength(1);
    asked[0]?.answer(7);
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toHaveLength(1);
    expect(state).toMatchObject({ body: 7, busy: false });
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
    // A repetition is not worth a word.
    expect(state.busy).toBe(false);
    stop();
  });

  it('keeps the last answer while later tries fail, and counts them', async () => {
    const stop = start(() => 500);
    asked[0]?.answer(7);
    await vi.advanceTimersByTimeAsync(500);
    asked[1]?.fail(new RequestProblem('unreachable', 'The node restarts.'));
    await vi.advanceTimersByTimeAsync(500);
    expect(state).toMatchObject({ body: 7, failures: 1, problem: { message: 'The node restarts.' } });
    asked[2]?.answer(8);
    await vi.advanceTimersByTimeAsync(0);
    expect(state).toEqual({ body: 8, busy: false, problem: undefined, failures: 0 });
    stop();
  });

  it('gives up what is never answered', async () => {
    const stop = start(() => 500);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state).toMatchObject({ failures: 1, problem: { kind: 'unreachable' } });
    expect(asked[0]?.signal.aborted).toBe(true);
    stop();
  });

  it('is not asked while nobody looks, nor when the answer says that it is the last one', async () => {
    const stop = start((body) => (body === 9 ? 0 : 500));
    asked[0]?.answer(7);
    await vi.advanceTimersByTimeAsync(0);
    hidden = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(1);
    hidden = false;
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toHaveLength(2);
    asked[1]?.answer(9);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(2);
    stop();
  });

  it('says nothing any more once it was stopped', async () => {
    const stop = start(() => 500);
    stop();
    const before = state;
    asked[0]?.answer(7);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(state).toBe(before);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});
