import { beforeEach, describe, expect, it } from 'vitest';
import { Background } from '../../src/server/app/background/background';
import { describeWork, type BackgroundPart, type Work } from '../../src/server/app/background/part';
import { ManualClock } from '../memory/manual-clock';

const clock = new ManualClock();
const told: string[] = [];
const log = { info: () => {}, error: () => {}, warn: (message: string) => void told.push(message) };
const never = new AbortController().signal;

/** Work of one kind, as far as it is paused, asked and taken up again. */
class SamplePart implements BackgroundPart {
  works: readonly Work[] = [];
  calls: string[] = [];
  constructor(readonly name: string) {}

  watch = () => void this.calls.push('watch');
  pause() {
    this.calls.push('pause');
    return { undo: () => void this.calls.push('undo'), handOver: () => void this.calls.push('hand over') };
  }
  running(): readonly Work[] | Promise<readonly Work[]> {
    return this.works;
  }
  settle = async () => void this.calls.push('settle');
  abandon = () => void this.calls.push('abandon');
}

let one: SamplePart;
let two: SamplePart;
let background: Background;
beforeEach(() => {
  told.length = 0;
  one = new SamplePart('one');
  two = new SamplePart('two');
  background = new Background([one, two], clock, log);
});

/** Lets what is ready run, and time pass in small steps. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left >= 0; left -= 10) {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    clock.pass(10);
  }
}

/** Whether it has been settled after so much time. */
async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await pass(ms);
  return settled;
}

describe('background work', () => {
  it('is paused once, waited for, settled, and taken up again', async () => {
    one.works = [{ what: 'workflow "A"' }];
    const pausing = background.pause(never);
    expect(await settledWithin(pausing, 3_000)).toBe(false);
    expect(background.work()).toEqual(['workflow "A" for 3 s']);
    const again = background.pause(never);
    one.works = [];
    expect(await settledWithin(Promise.all([pausing, again]), 200)).toBe(true);
    expect(background.work()).toEqual([]);
    await background.resume();
    await background.resume();
    expect(one.calls.filter((call) => call !== 'settle')).toEqual(['pause', 'undo']);
    expect(two.calls).toContain('settle');
  });

  it('is handed over when the app was loaded anew, and watched from then on', async () => {
    await background.pause(never);
    await background.loaded();
    await background.loaded();
    expect(one.calls).toEqual(['pause', 'settle', 'hand over', 'watch', 'watch']);
  });

  it('is not waited for any longer than the signal says, also when nobody says what runs', async () => {
    one.running = () => new Promise(() => {});
    const stop = new AbortController();
    const pausing = background.pause(stop.signal);
    expect(await settledWithin(pausing, 1_000)).toBe(false);
    stop.abort();
    expect(await settledWithin(pausing, 0)).toBe(true);
    expect(await settledWithin(background.pause(stop.signal), 1_100)).toBe(true);
  });

  it('is looked at once more by who comes late', async () => {
    one.works = [{ what: 'workflow "A"' }];
    await background.pause(AbortSignal.abort());
    expect(background.work()).toEqual(['workflow "A" for 0 s']);
    await background.abandon();
    expect([one.calls, two.calls].map((calls) => calls.includes('abandon'))).toEqual([true, true]);
    expect(told).toEqual(['Background work is not waited for any longer: workflow "A" for 0 s.']);
  });

  it('of a kind that the host does not know is left out, with one warning, and the others are paused', async () => {
    one.pause = () => {
      throw new TypeError('this.app.what is undefined');
    };
    for (let round = 0; round < 2; round += 1) {
      await background.pause(never);
      await background.resume();
    }
    expect(two.calls.filter((call) => call === 'pause' || call === 'undo')).toEqual(['pause', 'undo', 'pause', 'undo']);
    expect(told).toEqual(['This version of NocoBase does not let its one be paused: this.app.what is undefined']);
  });

  it('without a name is told only when nothing else is', async () => {
    one.works = [{ what: 'a message of the queue', vague: true }];
    const late = AbortSignal.abort();
    await background.pause(late);
    expect(background.work()).toEqual(['a message of the queue for 0 s']);
    two.works = [{ what: 'workflow "B"', since: clock.wall() - 12_345 }];
    await background.pause(late);
    expect(background.work()).toEqual(['workflow "B" for 12 s']);
  });
});

describe('the names of running work', () => {
  it('are five at most, the last of them counts the rest', () => {
    const works = (count: number) => Array.from({ length: count }, (_, index) => ({ what: `task ${index}`, since: 0 }));
    expect(describeWork(works(5), 1_999)).toHaveLength(5);
    const lines = describeWork(works(8), 1_999);
    expect(lines).toEqual(['task 0 for 1 s', 'task 1 for 1 s', 'task 2 for 1 s', 'task 3 for 1 s', '4 more']);
  });
});
