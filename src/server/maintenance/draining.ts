import type { NodePhase } from '../../shared/domain';
import type { Clock } from '../core/clock';
import type { NodeEvent } from '../core/node-machine';
import type { Timings } from '../core/settings';
import type { AppLifecycle, Log } from '../ports';
import type { Change } from './node-state';
import { patienceOf, type Late } from './work-policy';

export interface DrainingOptions {
  readonly app: AppLifecycle;
  readonly clock: Clock;
  readonly log: Log;
  readonly timings: Timings;
  readonly phase: () => NodePhase;
  readonly move: (event: NodeEvent, change: Change) => boolean;
  /** Cuts the app off from the database. */
  readonly cutOff: (reason: string) => Promise<void>;
  /** Tells the others; may reject. */
  readonly report: () => Promise<unknown>;
}

/**
 * The grace that a node takes: what is under way needs most of the deadline, or a drain would be given up for the sake
 * of balancers.
 */
export function graceWithin({ drainGrace, drainDeadline }: Timings): number {
  return Math.min(drainGrace, drainDeadline / 3);
}

/** How a node stops: first it says so, then it takes no more work, then it finishes what it has. */
export class Draining {
  constructor(private readonly options: DrainingOptions) {}

  /** False when the signal aborted first. */
  async run(epoch: number, message: string, signal: AbortSignal, late: Late): Promise<boolean> {
    const { app, clock, phase, move, report, timings } = this.options;
    const served = phase() === 'serving';
    if (phase() !== 'draining') move('drain', { epoch, reason: message });
    if (served) await this.letBalancersNotice(signal);
    app.closeTraffic(message, 'hold');
    const patience = late === 'wait' ? undefined : clock.timeout(patienceOf(timings));
    const patient = patience ? AbortSignal.any([signal, patience]) : signal;
    const paused = app.pauseBackground(patient);
    await app.quiet(signal);
    await paused;
    // What the last requests left behind is waited for, too.
    await app.pauseBackground(patient);
    if (signal.aborted) return false;
    if (patience?.aborted) await this.goOnWithout(late);
    move('drained', { reason: message });
    await report().catch(() => undefined);
    return true;
  }

  private async goOnWithout(late: Late): Promise<void> {
    const { app, cutOff, log } = this.options;
    const work = app.backgroundWork();
    if (work.length === 0) return;
    const reason = `This node goes on without its background work: ${work.join(', ')}.`;
    await app.abandonBackground();
    if (late === 'cut-off') await cutOff(reason);
    else log.warn(reason);
  }

  private async letBalancersNotice(signal: AbortSignal): Promise<void> {
    const { clock, timings } = this.options;
    const grace = graceWithin(timings);
    if (grace > 0) await clock.sleep(grace, signal);
  }
}
