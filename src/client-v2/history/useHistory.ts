import { useCallback, useState } from 'react';
import type { HistoryBody } from '../../shared/api';
import type { HistoryFilter } from '../../shared/history';
import { useClusterApi } from '../status/api';
import { useAnswer, type Answer } from '../status/useAnswer';

export const PAGE_SIZE = 50;
/** Operations take seconds at least. */
const newest = () => 5_000;

export interface History {
  readonly answer: Answer<HistoryBody>;
  readonly filter: HistoryFilter;
  setFilter(filter: HistoryFilter): void;
  /** Pages newer than this one. */
  readonly newer: number;
  /** Undefined: there is no such page. */
  readonly toNewer: (() => void) | undefined;
  readonly toOlder: (() => void) | undefined;
}

/** Page by page, each below the last epoch of the one before: what begins meanwhile moves nothing. */
export function useHistory(): History {
  const api = useClusterApi();
  const [filter, choose] = useState<HistoryFilter>({});
  const [path, setPath] = useState<readonly number[]>([]);
  const before = path.at(-1);
  const load = useCallback(
    (signal: AbortSignal) => {
      const page = before === undefined ? {} : { beforeEpoch: before };
      return api.history({ ...filter, ...page, limit: PAGE_SIZE }, signal);
    },
    [api, filter, before],
  );
  // Only among the newest something new appears.
  const answer = useAnswer(load, before === undefined ? newest : undefined);
  const last = answer.body?.operations.at(-1);
  const isLast = path.length * PAGE_SIZE + (answer.body?.operations.length ?? 0) >= (answer.body?.total ?? 0);
  return {
    answer,
    filter,
    setFilter: (next) => {
      choose(next);
      setPath([]);
    },
    newer: path.length,
    toNewer: path.length === 0 ? undefined : () => setPath(path.slice(0, -1)),
    toOlder: isLast || !last ? undefined : () => setPath([...path, last.epoch]),
  };
}
