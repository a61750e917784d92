import { asProblem, RequestProblem } from '../status/api';

export interface SubmissionState {
  readonly busy: boolean;
  /** Why the last try failed. */
  readonly problem: RequestProblem | undefined;
}

export const NOT_SENT: SubmissionState = { busy: false, problem: undefined };

export interface Submission {
  /**
   * Does `work` and resolves to true once it was accepted. While it is under way, and after it was accepted, another
   * call does nothing and resolves to false: a second click decides nothing twice. After a failure it may be tried again.
   */
  send(work: () => Promise<void>): Promise<boolean>;
  /** Ready for something else; what is under way goes on. */
  reset(): void;
}

/**
 * One decision on its way to the server. `limit`: milliseconds until an answer is no longer waited for, kept here
 * because the host's interceptors may turn an answer into a promise that never settles. It begins anew while `isPaused`.
 */
export function createSubmission(
  limit: number,
  report: (state: SubmissionState) => void,
  isPaused: () => boolean = () => false,
): Submission {
  let phase: 'ready' | 'busy' | 'accepted' = 'ready';
  const become = (next: typeof phase, problem?: RequestProblem) => {
    phase = next;
    report({ busy: next === 'busy', problem });
  };
  return {
    async send(work) {
      if (phase !== 'ready') return false;
      become('busy');
      try {
        await within(limit, work(), isPaused);
        become('accepted');
        return true;
      } catch (error) {
        become('ready', asProblem(error));
        return false;
      }
    },
    reset() {
      if (phase !== 'busy') become('ready');
    },
  };
}

async function within(limit: number, work: Promise<void>, isPaused: () => boolean): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const wait = () => {
      timer = setTimeout(() => (isPaused() ? wait() : reject(new RequestProblem('unreachable', ''))), limit);
    };
    wait();
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
