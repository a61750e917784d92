import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import type { AppLifecycle, Backups, Coordination, Guard, Ledger, Log } from '../ports';
import type { Journal } from './journal';
import type { Lookout } from './lookout';
import type { NodeAgent } from './node-agent';
import type { Settler } from './settler';

/** What leading an operation needs; a file of its own, because coordinator and operation both do. */
export interface CoordinatorDeps {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly lookout: Lookout;
  readonly settler: Settler;
  readonly agent: NodeAgent;
  readonly app: AppLifecycle;
  /** Undefined: this node takes no backups before what it does. */
  readonly backups?: Backups | undefined;
  readonly clock: Clock;
  readonly log: Log;
}
