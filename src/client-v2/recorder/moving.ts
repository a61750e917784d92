import type { Lane } from './timeline';

/** Which mark of which lane. */
export interface Place {
  readonly lane: number;
  readonly mark: number;
}

/** Where a key leads to among the marks; undefined when it is none of these keys, or there is nothing. */
export function moved(lanes: readonly Lane[], { lane, mark }: Place, key: string): Place | undefined {
  const count = lanes[lane]?.marks.length ?? 0;
  if (key === 'Home') return { lane, mark: 0 };
  if (key === 'End') return { lane, mark: Math.max(0, count - 1) };
  if (key === 'ArrowLeft') return { lane, mark: Math.max(0, mark - 1) };
  if (key === 'ArrowRight') return { lane, mark: Math.min(count - 1, mark + 1) };
  const to = key === 'ArrowUp' ? lane - 1 : key === 'ArrowDown' ? lane + 1 : undefined;
  if (to === undefined) return undefined;
  const at = lanes[lane]?.marks[mark]?.at ?? 0;
  return nearest(lanes, to, at) ?? { lane, mark };
}

/** The mark of a lane that stands nearest below or above. */
function nearest(lanes: readonly Lane[], lane: number, at: number): Place | undefined {
  const distances = (lanes[lane]?.marks ?? []).map((mark) => Math.abs(mark.at - at));
  return distances.length === 0 ? undefined : { lane, mark: distances.indexOf(Math.min(...distances)) };
}
