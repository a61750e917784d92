import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestProblem } from '../../src/client-v2/status/api';
import { createStatusPoller } from '../../src/client-v2/status/statusPoller';
import type { StatusEvent } from '../../src/client-v2/status/statusReducer';
import type { StatusBody } from '../../src/shared/api';
import { status } from './fixtures';

interface Request {
  readonly signal: AbortSignal;
  readonly answer: (body: StatusBody) => void;
  readonly fail: (error: Error) => void;
}

/** A poller whose requests are answered by hand. */
function setUp() {
  const requests: Request[] = [];
  const events: StatusEvent[] = [];
  let polls = 0;
  const poller = createStatusPoller({
    load: (signal) =>
      new Promise<StatusBody>((answer, fail) => {
        requests.push({ signal, answer, fail });
      }),
    report: (event) => events.push(event),
    delay: () => 2_000,
    now: () => Date.now(),
    next: () => ++polls,
    timeout: 5_000,
  });
  const request = (index: number) => {
    const found = requests[index];
    if (!found) throw new Error(`The poller has sent ${requests.length} requests, not ${index + 1}.`);
    return found;
  };
  return { poller, requests, request, events };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('the poller', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(async () => {
    await settled();
    expect(vi.getTimerCount(), 'a timer leaked').toBe(0);
    vi.useRealTimers();
  });

  it('asks at once, reports, and asks again after the delay', async () => {
    const { poller, requests, request, events } = setUp();
    poller.refresh();
    request(0).answer(status());
    await settled();
    expect(events).toMatchObject([{ type: 'answered', poll: 1 }]);

    await vi.advanceTimersByTimeAsync(1_999);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(requests).toHaveLength(2);
    poller.pause();
  });

  it('has one request under way, however slow the node is', async () => {
    const { poller, requests } = setUp();
    poller.refresh();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(requests).toHaveLength(1);
    poller.pause();
  });

  it('gives up a request that never settles and goes on', async () => {
    const { poller, requests, request, events } = setUp();
    poller.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events).toMatchObject([{ type: 'failed', problem: { kind: 'unreachable' } }]);
    expect(request(0).signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(requests).toHaveLength(2);
    poller.pause();
  });

  it('reports why a request failed and goes on', async () => {
    const { poller, requests, request, events } = setUp();
    const problem = new RequestProblem('denied', 'No permissions');
    poller.refresh();
    request(0).fail(problem);
    await settled();
    expect(events).toEqual([{ type: 'failed', poll: 1, problem }]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(requests).toHaveLength(2);
    poller.pause();
  });

  it('drops the answer of a request that a refresh has overtaken', async () => {
    const { poller, request, events } = setUp();
    const after = status({ now: 2 });
    poller.refresh();
    poller.refresh();
    expect(request(0).signal.aborted).toBe(true);
    request(0).answer(status({ now: 1 }));
    request(1).answer(after);
    await settled();
    expect(events).toMatchObject([{ type: 'answered', poll: 2, body: after }]);
    poller.pause();
  });

  it('asks nothing and reports nothing while paused, and goes on with the next refresh', async () => {
    const { poller, requests, request, events } = setUp();
    poller.refresh();
    poller.pause();
    request(0).answer(status());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests).toHaveLength(1);
    expect(events).toHaveLength(0);

    poller.refresh();
    expect(requests).toHaveLength(2);
    poller.pause();
    request(1).fail(new Error('aborted'));
    await settled();
    expect(events).toHaveLength(0);
  });
});
