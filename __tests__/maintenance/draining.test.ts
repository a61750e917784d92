import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/server/core/settings';
import { Draining, graceWithin } from '../../src/server/maintenance/draining';
import type { AppLifecycle } from '../../src/server/ports';
import { ManualClock } from '../memory/manual-clock';

const timings = (env: Record<string, string>) =>
  readSettings({ env, bootId: 'b', hostname: 'h', namespace: 'n' }).settings.timings;

describe('the grace for balancers', () => {
  it.each([
    ['0', '30000', 0],
    ['5000', '30000', 5_000],
    ['10000', '30000', 10_000],
    ['14000', '30000', 10_000],
    ['1500', '3000', 1_000],
  ])('of %s ms with a drain deadline of %s ms is %i ms: at most a third', (grace, deadline, taken) => {
    const env = { CLUSTER_MAINTENANCE_DRAIN_GRACE_MS: grace, CLUSTER_MAINTENANCE_DRAIN_DEADLINE_MS: deadline };
    expect(graceWithin(timings(env))).toBe(taken);
  });

  it('comes after the node has said that it drains, and before it takes no more work', async () => {
    const clock = new ManualClock();
    const steps: string[] = [];
    const note = (step: string) => async () => void steps.push(step);
    const app = { closeTraffic: note('closed'), quiet: note('quiet'), pauseBackground: note('background') };
    let phase: 'serving' | 'draining' = 'serving';
    const draining = new Draining({
      app: app as unknown as AppLifecycle,
      clock,
      timings: timings({ CLUSTER_MAINTENANCE_DRAIN_GRACE_MS: '2000' }),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      cutOff: note('cut off'),
      phase: () => phase,
      move: (event) => {
        steps.push(event);
        phase = 'draining';
        return true;
      },
      report: note('reported'),
    });
    const drained = draining.run(7, 'node-1 runs pm.enable.', new AbortController().signal, 'wait');
    clock.pass(1_900);
    await new Promise(setImmediate);
    expect(steps).toEqual(['drain']);
    clock.pass(100);
    expect(await drained).toBe(true);
    expect(steps).toEqual(['drain', 'closed', 'background', 'quiet', 'background', 'drained', 'reported']);
  });
});
