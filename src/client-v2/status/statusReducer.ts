import type { StatusBody } from '../../shared/api';
import type { NodeRef } from '../../shared/domain';
import { ANSWERS_KEPT } from '../model/connection';
import type { RequestProblem } from './api';

export type StatusEvent =
  | { readonly type: 'answered'; readonly poll: number; readonly at: number; readonly body: StatusBody }
  | { readonly type: 'failed'; readonly poll: number; readonly problem: RequestProblem };

/** What the page knows. Data once seen stays until newer data comes: a failed poll only changes the connection. */
export interface StatusState {
  readonly body: StatusBody | undefined;
  /** When `body` arrived, by this browser's monotonic clock. */
  readonly receivedAt: number;
  /** Number of the poll that `body` or the last failure belongs to. */
  readonly poll: number;
  /** Failed polls in a row. */
  readonly failures: number;
  readonly problem: RequestProblem | undefined;
  /** Who answered lately, oldest first. */
  readonly answeredBy: readonly NodeRef[];
}

export const INITIAL_STATUS: StatusState = {
  body: undefined,
  receivedAt: 0,
  poll: 0,
  failures: 0,
  problem: undefined,
  answeredBy: [],
};

/** A poll that started earlier may end later: only what is newer than all before counts. */
export function statusReducer(state: StatusState, event: StatusEvent): StatusState {
  if (event.poll <= state.poll) return state;
  if (event.type === 'failed') {
    return { ...state, poll: event.poll, failures: state.failures + 1, problem: event.problem };
  }
  const { body, poll, at } = event;
  const answeredBy = [...state.answeredBy, { bootId: body.self, name: body.selfName }].slice(-ANSWERS_KEPT);
  return { body, poll, receivedAt: at, failures: 0, problem: undefined, answeredBy };
}

export type Connection = 'connecting' | 'live' | 'reconnecting';

/** One lost poll is no news: networks do that. */
const FAILURES_THAT_SHOW = 2;

export function connectionOf(state: Pick<StatusState, 'body' | 'failures'>): Connection {
  if (!state.body) return 'connecting';
  return state.failures < FAILURES_THAT_SHOW ? 'live' : 'reconnecting';
}

/** What is shown is older than the page would like: the node that told it does not answer now. */
export function isStale(state: Pick<StatusState, 'body' | 'failures'>): boolean {
  return connectionOf(state) === 'reconnecting';
}

/**
 * Milliseconds until the next poll: quick while something happens or the node is away, slower at rest. A first failure
 * is looked into at once: either it was an accident, or people should be told.
 */
export function pollDelay(state: Pick<StatusState, 'body' | 'failures'>): number {
  if (state.failures === 1) return 300;
  return state.body?.operation || state.failures > 1 ? 1_000 : 2_000;
}
