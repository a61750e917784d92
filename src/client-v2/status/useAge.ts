import { useRef, useSyncExternalStore } from 'react';

/** When an answer came: the server's clock then (milliseconds since 1970) and this browser's monotonic clock. */
export interface AnswerTime {
  readonly serverNow: number;
  readonly receivedAt: number;
}

/**
 * Milliseconds since `moment`, counting by itself every second. Counted from the first answer that told of `moment`:
 * with several answering nodes, whose clocks disagree, the figure would jump otherwise.
 */
export function useAge(moment: number, answer: AnswerTime): number {
  const now = useSecond();
  const origin = useRef<{ moment: number; at: number }>();
  if (origin.current?.moment !== moment) {
    origin.current = { moment, at: answer.receivedAt - Math.max(0, answer.serverNow - moment) };
  }
  return Math.max(0, now - origin.current.at);
}

/** This browser's monotonic clock in whole seconds; one timer serves all components. */
export function useSecond(): number {
  return useSecondWhile(true);
}

/** The same, and it stands still while nothing has to be counted. */
export function useSecondWhile(counts: boolean): number {
  return useSyncExternalStore(counts ? subscribe : never, wholeSecond, wholeSecond);
}

const never = () => () => {};
const listeners = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  // Twice a second, or a late timer would skip a whole second now and then. React renders only what changed.
  if (listeners.size === 0) ticker = setInterval(() => listeners.forEach((each) => each()), 500);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(ticker);
  };
}

function wholeSecond(): number {
  return Math.floor(performance.now() / 1_000) * 1_000;
}
