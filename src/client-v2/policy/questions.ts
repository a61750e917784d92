import type { RequestConfig } from '@nocobase/client-v2';
import type { Refusal } from './refusal';

/** What a person adds to a request that was refused. */
export interface Given {
  readonly reason: string;
  readonly name?: string;
  /** Id of an approval. */
  readonly approval?: string;
}

/** `left`: the request is not sent again. */
export type Answer = { readonly kind: 'given'; readonly given: Given } | { readonly kind: 'left' };

export interface Question {
  readonly refusal: Refusal;
  /** The request that was refused. */
  readonly request: RequestConfig;
  /** What was given the last time, when that was not enough. */
  readonly before: Given | undefined;
}

interface Waiting {
  readonly question: Question;
  readonly settle: (answer: Answer) => void;
}

/** Requests that wait for a person: one question after the other, in the order in which they came. */
export interface Questions {
  /** Undefined when nobody is there to be asked. */
  ask(question: Question): Promise<Answer> | undefined;
  /** The one that is on the screen. */
  readonly current: () => Question | undefined;
  /** How many come after it. */
  readonly more: () => number;
  answer(question: Question, answer: Answer): void;
  readonly subscribe: (listener: () => void) => () => void;
}

const LEFT: Answer = { kind: 'left' };

export function createQuestions(): Questions {
  let waiting: readonly Waiting[] = [];
  const listeners = new Set<() => void>();
  const become = (next: readonly Waiting[]) => {
    waiting = next;
    listeners.forEach((listener) => listener());
  };
  const answer = (question: Question, given: Answer) => {
    const found = waiting.find((each) => each.question === question);
    if (!found) return;
    become(waiting.filter((each) => each !== found));
    found.settle(given);
  };
  return {
    ask(question) {
      if (listeners.size === 0) return undefined;
      const { signal } = question.request;
      if (signal?.aborted) return Promise.resolve(LEFT);
      // Who asked may leave the page, and does not want it any more.
      const leave = () => answer(question, LEFT);
      signal?.addEventListener('abort', leave);
      const answered = new Promise<Answer>((settle) => become([...waiting, { question, settle }]));
      return answered.finally(() => signal?.removeEventListener('abort', leave));
    },
    current: () => waiting[0]?.question,
    more: () => Math.max(0, waiting.length - 1),
    answer,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Those of this browser: the app has one dialog for them. */
export const QUESTIONS = createQuestions();

/** While it does, nobody else should lose patience: the request in question is not under way. */
export function asksSomebody(): boolean {
  return QUESTIONS.current() !== undefined;
}
