import { useCallback, useEffect, useState } from 'react';
import type { OperationBody } from '../../shared/api';
import { asProblem, useClusterApi, type RequestProblem } from './api';

export interface JournalState {
  readonly body: OperationBody | undefined;
  readonly busy: boolean;
  /** Why the last try failed; lines that came before stay. */
  readonly problem: RequestProblem | undefined;
}

export interface Journal extends JournalState {
  readonly reload: () => void;
}

const NOTHING_YET: JournalState = { body: undefined, busy: true, problem: undefined };

/** The journal of an operation, asked for once, whenever `moment` changes and on demand. */
export function useJournal(operationId: string, moment: number): Journal {
  const api = useClusterApi();
  const [state, setState] = useState(NOTHING_YET);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const own = new AbortController();
    const unlessGivenUp = (change: Partial<JournalState>) => {
      if (!own.signal.aborted) setState((before) => ({ ...before, busy: false, problem: undefined, ...change }));
    };
    unlessGivenUp({ busy: true });
    api.operation(operationId, own.signal).then(
      (body) => unlessGivenUp({ body }),
      (error: unknown) => unlessGivenUp({ problem: asProblem(error) }),
    );
    return () => own.abort();
  }, [api, operationId, moment, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, reload };
}
