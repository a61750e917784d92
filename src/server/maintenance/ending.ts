import type { Clock } from '../core/clock';
import type { AppLifecycle } from '../ports';

const ENDING = 'This node is ending.';

export interface EndingDeps {
  readonly app: AppLifecycle;
  readonly clock: Clock;
  /** For so long what runs may go on, in ms. */
  readonly deadline: number;
  /** Ends what this node does for the operations of others; resolves at the latest when the signal aborts. */
  readonly following: (patience: AbortSignal) => Promise<void>;
  /** Nothing reaches the database any more. */
  readonly cutOff: (reason: string) => Promise<void>;
}

/** The traffic of a process that was asked to end. */
export class Ending {
  constructor(private readonly deps: EndingDeps) {}

  /** What has not ended at the deadline is cut off: who has left is not waited for, so nothing here may write then. */
  async endRequests(): Promise<void> {
    const { app, clock, deadline, following, cutOff } = this.deps;
    const patience = clock.timeout(deadline);
    app.closeTraffic(ENDING, 'refuse');
    await Promise.all([app.quiet(patience), following(patience)]);
    if (app.inFlight() === 0) return;
    await cutOff(`${ENDING} Requests that had not ended within ${deadline / 1000} s are cut off.`);
    // What came meanwhile would wait at a gate that never opens.
    app.closeTraffic(ENDING, 'refuse');
  }
}
