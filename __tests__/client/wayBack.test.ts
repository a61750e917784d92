import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchForService, type MaintainedApp } from '../../src/client-v2/host/wayBack';

const serving = { data: { status: 'serving', node: 'node-1' } };
const draining = Object.assign(new Error('503'), { response: { status: 503 } });

/** An app that is covered, and a node that answers as listed, the last answer again and again. */
function covered(...answers: readonly (object | Error)[]) {
  const asked: object[] = [];
  const app = {
    maintaining: true,
    error: { code: 'CLUSTER_MAINTENANCE' } as unknown,
    apiClient: {
      request: (config: object) => {
        const answer = answers[Math.min(asked.length, answers.length - 1)];
        asked.push(config);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
  };
  return { app: app as unknown as MaintainedApp, asked };
}

describe('the way back from a maintenance screen', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount(), 'a timer leaked').toBe(0);
    vi.useRealTimers();
  });

  it('opens as soon as the API takes traffic', async () => {
    const { app, asked } = covered(draining, draining, serving);
    watchForService(app);
    await vi.advanceTimersByTimeAsync(3_500);
    expect(app).toMatchObject({ maintaining: true });
    await vi.advanceTimersByTimeAsync(2_500);
    expect(app).toMatchObject({ maintaining: false, error: null });
    expect(asked).toHaveLength(3);
    expect(asked[0]).toMatchObject({ url: 'clusterMaintenance:ready', skipNotify: true });
  });

  it('tells the host, which has its own things to do then', async () => {
    const { app } = covered(serving);
    app.setMaintaining = vi.fn();
    watchForService(app);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(app.setMaintaining).toHaveBeenCalledWith(false);
  });

  it('asks 6 times in 20 s and once in 5 s after that, because many browsers do the same', async () => {
    const { app, asked } = covered(draining);
    const stop = watchForService(app);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toHaveLength(6);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(18);
    stop();
  });

  it('takes the error away before it uncovers the app, or the host would show the error instead of the app', async () => {
    const { app } = covered(serving);
    let seen: unknown = 'nothing';
    app.setMaintaining = () => void (seen = app.error);
    watchForService(app);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(seen).toBeNull();
  });

  it('stays closed on an answer that is not the node’s own word', async () => {
    const { app } = covered({ data: '<html>a page of a proxy</html>' }, { data: { data: {} } });
    const stop = watchForService(app);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(app).toMatchObject({ maintaining: true });
    stop();
  });

  it('leaves it to the host while the host is told something new', async () => {
    const { app, asked } = covered(serving);
    const stop = watchForService(app);
    await vi.advanceTimersByTimeAsync(1_400);
    stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(0);
    expect(app).toMatchObject({ maintaining: true });
  });
});
