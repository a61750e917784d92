import { useMemo, useState } from 'react';
import { createSubmission, NOT_SENT, type SubmissionState } from '../decisions/submission';

/** A little more than the request's own limit, which gives the better message. */
const GIVE_UP_MS = 15_500;

export interface SubmissionHook extends SubmissionState {
  /** Resolves to true once it was accepted; a second click meanwhile does nothing. */
  readonly send: (work: () => Promise<void>) => Promise<boolean>;
  readonly reset: () => void;
}

/** One thing that a person decides, on its way to the server. */
export function useSubmission(): SubmissionHook {
  const [state, report] = useState(NOT_SENT);
  const submission = useMemo(() => createSubmission(GIVE_UP_MS, report), []);
  return { ...state, send: submission.send, reset: submission.reset };
}
