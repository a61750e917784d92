import type { Application } from '@nocobase/server';
import type { Environment, Reason } from '../../../shared/policy';
import type { Clock } from '../../core/clock';
import type { News } from '../../../shared/news';
import type { Settings } from '../../core/settings';
import type { Forecast } from '../../maintenance/forecast';
import type { NodeAgent } from '../../maintenance/node-agent';
import type { Backups, Coordination, Ledger, Log, PolicyRecords, PolicyStore } from '../../ports';
import { companionsOf, type Companions, type Kept } from './companions';
import { Confirmations } from './confirmations';
import type { JudgeDeps } from './judge';
import type { ProspectDeps } from './prospect';
import { PolicySource } from './source';

export interface PolicyParts {
  /** Tells people who do not look at the page. */
  readonly tell?: (news: News) => Promise<void> | void;
  /** Counts what was not let through. */
  readonly refused?: (reasons: readonly Reason[]) => void;
  readonly app: Application;
  readonly settings: Settings;
  readonly coordination: Coordination;
  readonly ledger: Ledger;
  readonly agent: NodeAgent;
  readonly forecast: Forecast;
  readonly backups: Backups;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: (text: string) => string;
  readonly store: PolicyStore;
  readonly records: PolicyRecords;
}

/** What this process knows and asks to decide about risky things. */
export interface Policy {
  readonly store: PolicyStore;
  readonly source: PolicySource;
  readonly environment: Environment;
  readonly confirmations: Confirmations;
  readonly companions: Companions;
  readonly kept: Kept;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
  readonly judgeDeps: JudgeDeps;
  readonly prospectDeps: ProspectDeps;
}

export function assemblePolicy(parts: PolicyParts, env: NodeJS.ProcessEnv): Policy {
  const { settings, store, clock, mask } = parts;
  const source = new PolicySource(store, settings.policy, clock);
  const environment = env.APP_ENV === 'production' ? 'production' : 'other';
  const { namespace, node } = settings;
  const shared = { ...parts, appSecret: env.APP_KEY ?? '', namespace };
  const confirmations = new Confirmations(shared);
  const kept = companionsOf({ ...shared, node: node.name });
  const judgeDeps = { ...parts, source, environment } as const;
  return {
    store,
    source,
    environment,
    confirmations,
    companions: kept,
    kept,
    clock,
    mask,
    judgeDeps,
    prospectDeps: parts,
  };
}
