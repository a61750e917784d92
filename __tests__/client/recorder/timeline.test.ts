import { describe, expect, it } from 'vitest';
import { timelineOf } from '../../../src/client-v2/recorder/timeline';
import { NOW } from '../fixtures';
import { journal, over, USUAL } from './lines';

describe('the timeline of an operation', () => {
  const timeline = timelineOf(over(10), USUAL);
  const seconds = (bars: readonly { phase: string; from: number; to: number }[]) =>
    bars.map(({ phase, from, to }) => [phase, (from - NOW) / 1_000, (to - NOW) / 1_000]);

  it('has a lane for each node, the leader first and node 2 before node 10', () => {
    expect(timeline.lanes.map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-10']);
    expect(timeline.lanes.map(({ isLeader }) => isLeader)).toEqual([true, false, false]);
  });

  it('draws the phases of the operation, the first change being the beginning of the work', () => {
    expect(seconds(timeline.phases)).toEqual([
      ['acquiring', 0, 0],
      ['draining', 0, 3],
      ['working', 3, 6],
      ['reloading', 6, 9],
      ['verifying', 9, 9],
      ['resuming', 9, 10],
    ]);
  });

  it('draws what a node was before its first word, and its last phase to the end', () => {
    expect(seconds(timeline.lanes[1]?.bars ?? [])).toEqual([
      ['serving', 0, 1],
      ['draining', 1, 2],
      ['drained', 2, 6],
      ['reloading', 6, 8],
      ['verifying', 8, 9],
      ['serving', 9, 10],
    ]);
  });

  it('puts lines of one moment into one mark, and loses none', () => {
    const indexes = timeline.lanes.flatMap(({ marks }) => marks.flatMap(({ moments }) => moments));
    expect(indexes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(USUAL.map((_, index) => index));
    expect(timeline.lanes[1]?.marks.map(({ moments }) => moments.length)).toEqual([1, 2, 1, 1, 1]);
  });

  it('goes on to the last word while the operation runs', () => {
    const { endedAt: _, result: _result, ...running } = over(10, { phase: 'working' });
    const { phases, scale } = timelineOf(running, USUAL.slice(0, 8));
    expect(seconds(phases).at(-1)).toEqual(['working', 3, 4]);
    expect(scale.end - scale.start).toBe(4_000);
  });

  it('stays held until somebody has resolved it', () => {
    const lines = journal(
      ['node-1', 0, 'operation.begun', 'pm.enable departments, asked for by Ada; working.'],
      ['node-2', 3, 'operation.settled', 'held: node-1 disappeared.'],
      ['node-2', 4, 'operation.resolved', 'Ada chose resume.'],
    );
    expect(seconds(timelineOf(over(60), lines).phases)).toEqual([
      ['working', 0, 3],
      ['held', 3, 60],
    ]);
  });

  it('ends with the word of who settled it', () => {
    const lines = journal(
      ['node-1', 0, 'operation.begun', 'upgrade, asked for by start-up; draining.'],
      ['node-2', 5, 'operation.settled', 'aborted: node-1 disappeared.'],
      ['node-2', 8, 'node.phase', 'drained → serving'],
    );
    expect(seconds(timelineOf(over(5), lines).phases)).toEqual([['draining', 0, 5]]);
  });

  it('leaves out words that it does not know, as a later version may have them', () => {
    const lines = journal(
      ['node-1', 0, 'operation.begun', 'pm.enable departments, asked for by Ada; freezing.'],
      ['node-1', 1, 'node.phase', 'serving → frozen'],
      ['node-1', 2, 'operation.phase', 'something else'],
    );
    const { phases, lanes } = timelineOf(over(3), lines);
    expect(phases).toEqual([]);
    expect(lanes[0]?.bars).toEqual([]);
    expect(lanes[0]?.marks).toHaveLength(3);
  });

  it('is empty when nothing is known, and does not fail', () => {
    const { lanes, phases, scale } = timelineOf(over(10), []);
    expect([lanes, phases]).toEqual([[], []]);
    expect([scale.place(NOW), scale.place(NOW + 10_000)]).toEqual([0, 1]);
  });
});

describe('clocks that disagree', () => {
  const withClock = (ahead: number) =>
    journal(
      ['node-1', 0, 'operation.begun', 'pm.enable departments, asked for by Ada; draining.'],
      ['node-2', 1 + ahead, 'node.phase', 'serving → draining'],
      ['node-2', 2 + ahead, 'node.acknowledged', 'Takes no traffic for epoch 7.'],
      ['node-1', 3, 'work.first-change', 'From here on a crash holds the operation.'],
      ['node-1', 9, 'operation.ended', 'done'],
    );
  const lane = (ahead: number) => timelineOf(over(9), withClock(ahead)).lanes[1];

  it.each([
    [0, 0],
    [0.9, 0],
    [300, 299],
    [-300, -298],
  ])('a node whose clock is %d s off is moved by %d s, as little as cause and effect ask', (ahead, shift) => {
    expect((lane(ahead)?.shift ?? NaN) / 1_000).toBeCloseTo(shift, 3);
    const acknowledged = (lane(ahead)?.moments[1]?.at ?? NaN) - NOW;
    expect(acknowledged).toBeGreaterThanOrEqual(0);
    expect(acknowledged).toBeLessThanOrEqual(3_000);
  });

  it('a clock that jumps back does not turn around what a node wrote', () => {
    const lines = journal(
      ['node-1', 0, 'operation.begun', 'a, asked for by Ada; draining.'],
      ['node-1', 8, 'work.step', 'before the jump'],
      ['node-1', 2, 'work.step', 'after the jump'],
    );
    expect(timelineOf(over(9), lines).lanes[0]?.moments.map(({ at }) => (at - NOW) / 1_000)).toEqual([0, 8, 8]);
  });

  it('tells how many lines of a node are nowhere', () => {
    const [first, second, ...rest] = USUAL;
    if (!first || !second) throw new Error('There are no lines.');
    expect(timelineOf(over(10), USUAL).lanes.map(({ missing }) => missing)).toEqual([0, 0, 0]);
    expect(timelineOf(over(10), [first, ...rest]).lanes.map(({ missing }) => missing)).toEqual([1, 0, 0]);
  });
});
