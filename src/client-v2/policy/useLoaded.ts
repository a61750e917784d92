import { useCallback, useEffect, useRef, useState } from 'react';
import { asProblem, type RequestProblem } from '../status/api';

export interface Loaded<T> {
  readonly body: T | undefined;
  readonly busy: boolean;
  /** How often something came. */
  readonly loads: number;
  /** How often there was an answer, or none. */
  readonly tries: number;
  /** Why the last try failed; what came before stays. */
  readonly problem: RequestProblem | undefined;
  /** Failed tries in a row. */
  readonly failures: number;
  readonly reload: () => void;
  /** What another request has brought meanwhile. */
  readonly replace: (body: T) => void;
}

/**
 * What `load` brings: at once, whenever `load` is another function, on demand, and, with `every` milliseconds, again and
 * again as long as somebody can see it.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, every?: number): Loaded<T> {
  const [state, setState] = useState<State<T>>({
    body: undefined,
    busy: true,
    loads: 0,
    tries: 0,
    problem: undefined,
    failures: 0,
  });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    const own = new AbortController();
    setState((before) => ({ ...before, busy: true }));
    load(own.signal).then(
      (body) => {
        if (!own.signal.aborted) setState(loaded(body));
      },
      (error: unknown) => {
        if (!own.signal.aborted) setState(failed(asProblem(error)));
      },
    );
    return () => own.abort();
  }, [load, turn]);
  const replace = useCallback((body: T) => setState(loaded(body)), []);
  useRepeatedly(reload, every, state);
  return { ...state, reload, replace };
}

type State<T> = Omit<Loaded<T>, 'reload' | 'replace'>;

function loaded<T>(body: T): (before: State<T>) => State<T> {
  return ({ loads, tries }) => ({
    body,
    busy: false,
    loads: loads + 1,
    tries: tries + 1,
    problem: undefined,
    failures: 0,
  });
}

function failed<T>(problem: RequestProblem): (before: State<T>) => State<T> {
  return (before) => {
    const { tries, failures } = before;
    return { ...before, busy: false, tries: tries + 1, problem, failures: failures + 1 };
  };
}

function useRepeatedly(act: () => void, every: number | undefined, { busy, tries }: State<unknown>): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (every === undefined || busy) return undefined;
    const timer = setTimeout(() => document.hidden || latest.current(), every);
    const seen = () => document.hidden || latest.current();
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
    // A try that fails at once is never seen to be busy.
  }, [every, busy, tries]);
}
