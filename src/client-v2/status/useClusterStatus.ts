import { useCallback, useEffect, useRef } from 'react';
import { useClusterApi } from './api';
import { useKeptStatus } from './keptStatus';
import { createStatusPoller, type StatusPoller } from './statusPoller';
import { pollDelay, type StatusState } from './statusReducer';

export interface ClusterStatus {
  readonly state: StatusState;
  /** Asks at once instead of at the next turn. */
  readonly refresh: () => void;
}

/** A little more than the request's own limit, which gives the better message. */
const GIVE_UP_MS = 5_500;

/** The state of the cluster, 1-2 s fresh while somebody can see it. Nobody looks at a hidden window: it does not ask. */
export function useClusterStatus(): ClusterStatus {
  const api = useClusterApi();
  const [state, report] = useKeptStatus();
  const latest = useRef(state);
  latest.current = state;
  const polls = useRef(state.poll);
  const poller = useRef<StatusPoller>();

  useEffect(() => {
    const own = createStatusPoller({
      load: (signal) => api.status(signal),
      report,
      delay: () => pollDelay(latest.current),
      now: () => performance.now(),
      next: () => ++polls.current,
      timeout: GIVE_UP_MS,
    });
    const follow = () => (document.hidden ? own.pause() : own.refresh());
    poller.current = own;
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      own.pause();
    };
  }, [api, report]);

  const refresh = useCallback(() => poller.current?.refresh(), []);
  return { state, refresh };
}
