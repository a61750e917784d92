import type { NodePhase } from '../../shared/domain';
import type { Clock } from '../core/clock';
import type { NodeEvent } from '../core/node-machine';
import type { Timings } from '../core/settings';
import type { AppLifecycle } from '../ports';
import type { Change } from './node-state';

export interface DrainingOptions {
  readonly app: AppLifecycle;
  readonly clock: Clock;
  /** For so long work is still taken, in milliseconds, after `ready` has begun to say no. */
  readonly grace: number;
  readonly phase: () => NodePhase;
  readonly move: (event: NodeEvent, change: Change) => boolean;
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
  async run(epoch: number, message: string, signal: AbortSignal): Promise<boolean> {
    const { app, phase, move, report } = this.options;
    const served = phase() === 'serving';
    if (phase() !== 'draining') move('drain', { epoch, reason: message });
    if (served) await this.letBalancersNotice(signal);
    app.closeTraffic(message, 'hold');
    await app.quiet(signal);
    if (!signal.aborted) await app.pauseBackground(signal);
    if (signal.aborted) return false;
    move('drained', { reason: message });
    await report().catch(() => undefined);
    return true;
  }

  private async letBalancersNotice(signal: AbortSignal): Promise<void> {
    const { clock, grace } = this.options;
    if (grace > 0) await clock.sleep(grace, signal);
  }
}
