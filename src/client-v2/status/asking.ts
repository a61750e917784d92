import { asProblem, RequestProblem } from './api';

/** What is known of an answer that may be asked for again and again. */
export interface AskedState<T> {
  /** The last answer; it stays while newer ones fail. */
  readonly body: T | undefined;
  /** A first answer to this question is awaited; repetitions are not worth a word. */
  readonly busy: boolean;
  /** Why the last try failed. */
  readonly problem: RequestProblem | undefined;
  /** Failed tries in a row. */
  readonly failures: number;
}

export interface AskingOptions<T> {
  load(signal: AbortSignal): Promise<T>;
  report(change: (before: AskedState<T>) => AskedState<T>): void;
  /** Milliseconds from now to the next question, given the last answer; 0: it is not asked any more. */
  every(body: T | undefined): number;
  /** After so many milliseconds nobody waits any longer: the host's interceptors may swallow an answer. */
  readonly timeout: number;
  /** Nobody looks: it is not asked. */
  hidden(): boolean;
}

type Outcome<T> = { readonly body: T } | { readonly problem: RequestProblem };

/** Asks at once, then again and again, never twice at a time. Returns how to stop. */
export function askAgain<T>(options: AskingOptions<T>): () => void {
  const { report, every, hidden } = options;
  const own = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: T | undefined;
  const later = () => {
    const delay = every(last);
    if (delay > 0) timer = setTimeout(() => (hidden() ? later() : void ask()), delay);
  };
  const ask = async () => {
    const outcome = await outcomeOf(options, own.signal);
    if (own.signal.aborted) return;
    if ('body' in outcome) last = outcome.body;
    report((before) => after(before, outcome));
    later();
  };
  report((before) => ({ ...before, busy: true }));
  void ask();
  return () => {
    own.abort();
    clearTimeout(timer);
  };
}

function after<T>(before: AskedState<T>, outcome: Outcome<T>): AskedState<T> {
  if ('body' in outcome) return { body: kept(before.body, outcome.body), busy: false, problem: undefined, failures: 0 };
  return { body: before.body, busy: false, problem: outcome.problem, failures: before.failures + 1 };
}

/** Most answers say what the last one said: the same object then, so that nothing has to be drawn anew. */
function kept<T>(before: T | undefined, after: T): T {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}

async function outcomeOf<T>({ load, timeout }: AskingOptions<T>, given: AbortSignal): Promise<Outcome<T>> {
  const limit = new AbortController();
  const end = () => limit.abort();
  const timer = setTimeout(end, timeout);
  given.addEventListener('abort', end);
  const givenUp = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(new RequestProblem('unreachable', '')), { once: true });
  });
  try {
    return { body: await Promise.race([load(limit.signal), givenUp]) };
  } catch (error) {
    return { problem: asProblem(error) };
  } finally {
    clearTimeout(timer);
    given.removeEventListener('abort', end);
  }
}
