import { describe, expect, it } from 'vitest';
import { RequestProblem } from '../../src/client-v2/status/api';
import {
  connectionOf,
  INITIAL_STATUS,
  pollDelay,
  statusReducer,
  type StatusEvent,
} from '../../src/client-v2/status/statusReducer';
import { operation, status } from './fixtures';

const away = new RequestProblem('unreachable', 'load plugin [users], 45/77');
const answered = (poll: number, body = status()): StatusEvent => ({ type: 'answered', poll, at: poll * 1_000, body });
const failed = (poll: number): StatusEvent => ({ type: 'failed', poll, problem: away });
const after = (...events: StatusEvent[]) => events.reduce(statusReducer, INITIAL_STATUS);

describe('what the page knows of the cluster', () => {
  it('is the last answer and when it came', () => {
    const body = status({ operation: operation() });
    expect(after(answered(1), answered(2, body))).toMatchObject({ body, receivedAt: 2_000, failures: 0 });
  });

  it('stays when polls fail, so that the page remains readable while its node reloads', () => {
    const body = status();
    const state = after(answered(1, body), failed(2), failed(3), failed(4));
    expect(state).toMatchObject({ body, receivedAt: 1_000, failures: 3, problem: away });
  });

  it('is live again with the first answer after failures', () => {
    const state = after(answered(1), failed(2), failed(3), answered(4));
    expect(connectionOf(state)).toBe('live');
    expect(state.problem).toBeUndefined();
  });

  it('does not go back to an answer that was asked for earlier', () => {
    const newer = status({ operation: operation({ phase: 'working' }) });
    const state = after(answered(5, newer), answered(4));
    expect(state.body).toBe(newer);
  });

  it('does not count a failure that was asked for earlier', () => {
    expect(after(answered(5), failed(4), failed(5)).failures).toBe(0);
  });

  it('remembers only the latest answering nodes', () => {
    const events = Array.from({ length: 20 }, (_, index) => answered(index + 1, status({ self: `boot-${index}` })));
    const names = after(...events).answeredBy.map(({ bootId }) => bootId);
    expect(names).toHaveLength(8);
    expect(names.at(-1)).toBe('boot-19');
  });
});

describe('the connection', () => {
  it('is being made until the first answer, however many polls fail', () => {
    expect(connectionOf(INITIAL_STATUS)).toBe('connecting');
    expect(connectionOf(after(failed(1), failed(2), failed(3)))).toBe('connecting');
  });

  it('is not called lost for a single failed poll, but for the second in a row', () => {
    expect(connectionOf(after(answered(1), failed(2)))).toBe('live');
    expect(connectionOf(after(answered(1), failed(2), failed(3)))).toBe('reconnecting');
  });
});

describe('the pace', () => {
  it('is a second while an operation runs or the node stays away, and two at rest', () => {
    expect(pollDelay(after(answered(1)))).toBe(2_000);
    expect(pollDelay(after(answered(1, status({ operation: operation() }))))).toBe(1_000);
    expect(pollDelay(after(answered(1), failed(2), failed(3)))).toBe(1_000);
  });

  it('is quicker after a first failure, so that an accident is known from a node that is away', () => {
    expect(pollDelay(after(answered(1), failed(2)))).toBe(300);
  });
});
