import type { StatusBody } from '../../shared/api';
import { asProblem, RequestProblem } from './api';
import type { StatusEvent } from './statusReducer';

export interface PollerOptions {
  load(signal: AbortSignal): Promise<StatusBody>;
  report(event: StatusEvent): void;
  /** Milliseconds from the end of one poll to the start of the next. */
  delay(): number;
  /** Milliseconds that only grow. */
  now(): number;
  /** The number of the next poll: one more than the last, also after a new poller took over. */
  next(): number;
  /** A poll without an answer after this many milliseconds is given up. */
  timeout: number;
}

export interface StatusPoller {
  /** Polls now and goes on polling. A poll under way is given up: its answer may predate what the caller just did. */
  refresh(): void;
  /** Stops until the next `refresh`. */
  pause(): void;
}

/**
 * At most one poll is under way. The limit is kept here and not left to the HTTP client: the host's interceptors
 * may turn an answer into a promise that never settles (the v2 lane does so while it redirects to the sign-in page).
 */
export function createStatusPoller(options: PollerOptions): StatusPoller {
  let current: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const pause = () => {
    clearTimeout(timer);
    current?.abort();
    current = undefined;
  };
  const refresh = () => {
    pause();
    current = new AbortController();
    void poll(current, options.next());
  };
  const poll = async (own: AbortController, number: number) => {
    const event = await settle(options, own, number);
    // Given up in the meantime: whoever did that has scheduled what comes next.
    if (own !== current) return;
    options.report(event);
    timer = setTimeout(refresh, options.delay());
  };
  return { refresh, pause };
}

async function settle(options: PollerOptions, own: AbortController, poll: number): Promise<StatusEvent> {
  const limit = setTimeout(() => own.abort(), options.timeout);
  const givenUp = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(new RequestProblem('unreachable', '')), { once: true });
  });
  try {
    const body = await Promise.race([options.load(own.signal), givenUp]);
    return { type: 'answered', poll, at: options.now(), body };
  } catch (error) {
    return { type: 'failed', poll, problem: asProblem(error) };
  } finally {
    clearTimeout(limit);
  }
}
