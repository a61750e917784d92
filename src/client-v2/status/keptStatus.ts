import { createContext, useContext, useReducer, type Dispatch } from 'react';
import { INITIAL_STATUS, statusReducer, type StatusEvent, type StatusState } from './statusReducer';

/** What the page knows of the cluster, and how to tell it more. */
export type KeptStatus = readonly [StatusState, Dispatch<StatusEvent>];

const KeptStatusContext = createContext<KeptStatus | undefined>(undefined);
export const KeptStatusProvider = KeptStatusContext.Provider;

/** For the page: it outlives its tabs, so that who comes back to the cluster sees it at once. */
export function useStatusToKeep(): KeptStatus {
  return useReducer(statusReducer, INITIAL_STATUS);
}

export function useKeptStatus(): KeptStatus {
  const kept = useContext(KeptStatusContext);
  if (!kept) throw new Error('The status was asked for outside of the page that keeps it.');
  return kept;
}
