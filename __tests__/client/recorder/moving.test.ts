import { describe, expect, it } from 'vitest';
import { moved, type Place } from '../../../src/client-v2/recorder/moving';
import { timelineOf } from '../../../src/client-v2/recorder/timeline';
import { over, USUAL } from './lines';

const { lanes } = timelineOf(over(10), USUAL);
const from = (lane: number, mark: number, key: string): Place | undefined => moved(lanes, { lane, mark }, key);

describe('the keyboard on a timeline', () => {
  it('goes from mark to mark, and stays at both ends', () => {
    expect(from(1, 1, 'ArrowLeft')).toEqual({ lane: 1, mark: 0 });
    expect(from(1, 0, 'ArrowLeft')).toEqual({ lane: 1, mark: 0 });
    expect(from(1, 3, 'ArrowRight')).toEqual({ lane: 1, mark: 4 });
    expect(from(1, 4, 'ArrowRight')).toEqual({ lane: 1, mark: 4 });
    expect(from(1, 2, 'Home')).toEqual({ lane: 1, mark: 0 });
    expect(from(1, 2, 'End')).toEqual({ lane: 1, mark: 4 });
  });

  it('goes to what happened at about the same time on another node', () => {
    expect(from(1, 4, 'ArrowUp')).toEqual({ lane: 0, mark: 4 });
    expect(from(0, 1, 'ArrowDown')).toEqual({ lane: 1, mark: 1 });
    expect(from(1, 4, 'ArrowDown')).toEqual({ lane: 2, mark: 0 });
  });

  it('stays in the first and the last lane', () => {
    expect(from(0, 2, 'ArrowUp')).toEqual({ lane: 0, mark: 2 });
    expect(from(2, 0, 'ArrowDown')).toEqual({ lane: 2, mark: 0 });
  });

  it('leaves other keys to the page', () => {
    for (const key of ['Tab', 'Enter', 'a']) expect(from(1, 1, key)).toBeUndefined();
  });
});
