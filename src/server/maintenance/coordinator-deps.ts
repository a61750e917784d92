import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import type { AppLifecycle, Coordination, Guard, Log } from '../ports';
import type { NodeAgent } from './node-agent';

/** What leading an operation needs; a file of its own, because coordinator and operation both do. */
export interface CoordinatorDeps {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly agent: NodeAgent;
  readonly app: AppLifecycle;
  readonly clock: Clock;
  readonly log: Log;
}
