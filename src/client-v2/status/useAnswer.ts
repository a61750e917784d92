import { useCallback, useEffect, useState } from 'react';
import { askAgain, type AskedState } from './asking';

export interface Answer<T> extends AskedState<T> {
  /** Asks at once. */
  readonly reload: () => void;
}

/** A little more than the longest limit of a request itself, which gives the better message. */
const GIVE_UP_MS = 16_000;

/**
 * The answer to a question, which is another one whenever `load` is another function. What was answered before stays until
 * then: nothing flickers. `every`: milliseconds until it is asked again; by default it is not.
 */
export function useAnswer<T>(
  load: (signal: AbortSignal) => Promise<T>,
  every: (body: T | undefined) => number = never,
): Answer<T> {
  const [state, setState] = useState<AskedState<T>>({ body: undefined, busy: true, problem: undefined, failures: 0 });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const hidden = () => document.hidden;
    return askAgain<T>({ load, report: setState, every, timeout: GIVE_UP_MS, hidden });
  }, [load, every, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, reload };
}

function never(): number {
  return 0;
}
