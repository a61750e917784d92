import type { NodeReport } from '../../shared/domain';
import type { Clock } from '../core/clock';
import type { Settings } from '../core/settings';
import type { AppLifecycle, Backups, Coordination, Guard, Ledger, Log } from '../ports';
import { Coordinator } from './coordinator';
import { Forecast } from './forecast';
import { Journal } from './journal';
import { Lookout } from './lookout';
import { ManualMaintenance } from './manual';
import { ManualEnd } from './manual-end';
import { NodeAgent, type NodeAgentDeps } from './node-agent';
import { Presence } from './presence';
import { Resolver } from './resolver';
import { Settler } from './settler';
import { TimeLimit } from './time-limit';
import { VersionCheck } from './version-check';

export interface MaintenanceNodeDeps {
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly guard: Guard;
  readonly ledger: Ledger;
  readonly app: AppLifecycle;
  readonly backups?: Backups;
  readonly clock: Clock;
  readonly log: Log;
  readonly role: NodeReport['role'];
  /** Version of the host, for people. */
  readonly version: string;
  readonly mask: (text: string) => string;
  readonly observers?: NodeAgentDeps['observers'];
}

/** Everything that one node of the cluster is made of, whatever its ports stand on. */
export interface MaintenanceNode {
  readonly agent: NodeAgent;
  readonly coordinator: Coordinator;
  readonly resolver: Resolver;
  readonly manual: ManualMaintenance;
  readonly timeLimit: TimeLimit;
  readonly journal: Journal;
  readonly forecast: Forecast;
  readonly versions: VersionCheck;
  /** To be asked before the app uses the database: resolves when it may, and rejects with one sentence when not. */
  readonly hindrance: () => Promise<void> | undefined;
}

export function createNode(deps: MaintenanceNodeDeps): MaintenanceNode {
  const { settings, coordination, ledger, clock, log } = deps;
  const { node, timings } = settings;
  const journal = new Journal({ ...deps, node });
  const lookout = new Lookout(coordination, ledger, clock, timings.nodeTtl);
  const settler = new Settler({ ...deps, node, journal, leaseTtl: timings.leaseTtl });
  const presence = new Presence(ledger, node, log, clock);
  const ending = new ManualEnd({ ...deps, journal });
  const timeLimit = new TimeLimit({ ...deps, ending });
  const forecast = new Forecast(ledger, clock, () => timeLimit.left());
  const versions = new VersionCheck(deps);
  const observers = [forecast, ...(deps.observers ?? [])];
  const agent = new NodeAgent({ ...deps, versions, presence, lookout, settler, timeLimit, journal, observers });
  const coordinator = new Coordinator({ ...deps, agent, journal, lookout, settler });
  const resolver = new Resolver({ ...deps, node, journal });
  const manual = new ManualMaintenance({ ...deps, coordinator, resolver, lookout, ending });
  const hindrance = () => coordinator.hindrance() ?? agent.hindrance();
  return { agent, coordinator, resolver, manual, timeLimit, journal, forecast, versions, hindrance };
}
