import { describe, expect, it } from 'vitest';
import { judgeRows, type Rows } from '../../tools/chaos/light/overlap';

const work = (epoch: number, process: string, committed: number) => ({ epoch, process, committed });
const user = (process: string, committed: number) => ({ process, title: 'a row', committed });
const SOUND: Rows = {
  works: [work(1, 'a', 10), work(1, 'a', 20), work(2, 'b', 30), work(2, 'b', 40)],
  users: [user('b', 9), user('b', 21), user('a', 29), user('a', 41)],
  epochs: [1, 2],
};

describe('what the rows of a database say of operations', () => {
  it('finds nothing where one came after the other, and users wrote before, between and after them', () => {
    expect(judgeRows(SOUND)).toEqual([]);
  });

  it('finds a write of an epoch that came after a write of a higher one', () => {
    const works = [...SOUND.works, work(1, 'a', 35)];
    expect(judgeRows({ ...SOUND, users: [], works })).toEqual([expect.stringContaining('Epoch 1 wrote until 5.0 ms')]);
  });

  it('finds an epoch that two processes worked on', () => {
    const works = [...SOUND.works, work(2, 'c', 41)];
    expect(judgeRows({ ...SOUND, users: [], works })).toEqual(['Epoch 2 was worked on by b and c.']);
  });

  it('finds a row that a follower committed during the work, but not one of the leader itself', () => {
    const users = [user('a', 35), user('b', 36)];
    expect(judgeRows({ ...SOUND, users })).toEqual([expect.stringContaining('was committed 5.0 ms after the first')]);
  });

  it('finds an epoch of the guard that did not grow', () => {
    expect(judgeRows({ ...SOUND, epochs: [1, 2, 2] })).toEqual(["The guard's epoch went from 2 to 2."]);
  });
});
