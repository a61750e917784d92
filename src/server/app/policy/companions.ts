import type { ActionContext } from '@nocobase/server';
import type { Risk } from '../../core/policy/risks';
import type { Clock } from '../../core/clock';
import type { Log, PolicyStore } from '../../ports';
import type { Confirmations } from './confirmations';
import type { Approvals, Audit, BoundRequest, Glass } from './contract';

/** What the gate asks besides the policy itself. */
export interface Companions {
  readonly approvals: Approvals;
  readonly glass: Glass;
  readonly audit: Audit;
  /** Asks for a second admin on behalf of somebody at a shell: the id of the request; undefined: it cannot be asked for. */
  readonly requestApproval: (request: BoundRequest, reason: string) => Promise<string | undefined>;
  /** Whether this person may do such things at all, beyond what the host's own rights say. */
  readonly mayOperate: (ctx: ActionContext, risk: Risk) => boolean;
}

export interface CompanionDeps {
  readonly store: PolicyStore;
  readonly confirmations: Confirmations;
  readonly clock: Clock;
  readonly log: Log;
}

/** Nobody has approved anything, nobody has set the policy aside, and what happened stands in the log alone. */
export function companionsOf({ clock, log }: CompanionDeps): Companions {
  return {
    approvals: { covers: () => Promise.resolve(false), take: () => Promise.resolve(undefined) },
    glass: { brokenBy: () => Promise.resolve(undefined) },
    audit: {
      note: (entry) => {
        const id = clock.newId();
        log.info(`${entry.person}: ${entry.action} ${entry.subject} (${entry.decision})`, { audit: { id, ...entry } });
        return Promise.resolve(id);
      },
      conclude: (id, result, operationId) => {
        log.info(`ended with ${result}`, { audit: { id, result, operationId } });
        return Promise.resolve();
      },
    },
    requestApproval: () => Promise.resolve(undefined),
    mayOperate: () => true,
  };
}
