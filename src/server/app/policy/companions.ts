import type { ActionContext, Application } from '@nocobase/server';
import type { News } from '../../../shared/news';
import type { Reason } from '../../../shared/policy';
import type { AnnouncementRecord } from '../../core/announcements';
import type { Clock } from '../../core/clock';
import type { ApprovalRecord } from '../../core/policy/approval';
import type { QueueRecord } from '../../core/policy/queued';
import type { Risk } from '../../core/policy/risks';
import type { Ledger, Log, PolicyRecords, PolicyStore } from '../../ports';
import type { Forecast } from '../../maintenance/forecast';
import type { NodeAgent } from '../../maintenance/node-agent';
import { KeptAnnouncements } from './announcements';
import { KeptApprovals } from './approvals';
import { KeptAudit } from './audit';
import type { Approvals, Audit, BoundRequest, Glass } from './contract';
import { KeptGlass, type GlassRecord } from './glass';
import { KeptQueue } from './queue/queue';
import { mayOperate, rolesOf } from './rights';
import { SealedRecords } from './sealed';

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

/** What people decide, as it is kept. */
export interface Kept extends Companions {
  readonly approvals: KeptApprovals;
  readonly glass: KeptGlass;
  readonly audit: KeptAudit;
  readonly queue: KeptQueue;
  readonly queued: SealedRecords<QueueRecord>;
  readonly announcements: KeptAnnouncements;
}

export interface CompanionDeps {
  readonly app: Application;
  readonly store: PolicyStore;
  readonly records: PolicyRecords;
  readonly ledger: Pick<Ledger, 'find' | 'history'>;
  readonly forecast: Pick<Forecast, 'usualOf'>;
  readonly agent: Pick<NodeAgent, 'isServer' | 'current'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: (text: string) => string;
  /** Equal on all nodes of the app; empty: they agree on one in the database. */
  readonly appSecret: string;
  /** Tells the apps apart that share a secret. */
  readonly namespace: string;
  /** Name of this node. */
  readonly node: string;
  /** Tells people who do not look at the page. */
  readonly tell?: ((news: News) => Promise<void> | void) | undefined;
  /** Counts what was not let through. */
  readonly refused?: ((reasons: readonly Reason[]) => void) | undefined;
}

export function companionsOf(deps: CompanionDeps): Kept {
  const { app, store, records, ledger, agent, clock, appSecret, namespace } = deps;
  const secret = async () => (appSecret === '' ? store.secret(clock.newId() + clock.newId()) : appSecret);
  const shared = { clock, secret };
  const what = (name: string) => `${name} ${namespace}`;
  const approvals = new SealedRecords<ApprovalRecord>({ ...shared, rows: records.approvals, what: what('approvals') });
  const glass = new SealedRecords<GlassRecord>({ ...shared, rows: records.glass, what: what('glass') });
  const queued = new SealedRecords<QueueRecord>({ ...shared, rows: records.queue, what: what('queue') });
  const rows = records.announcements;
  const mayWrite = () => !agent.isServer || agent.current === 'serving';
  const announced = new SealedRecords<AnnouncementRecord>({ ...shared, rows, what: what('announcements') });
  const kept = new KeptApprovals(approvals, clock);
  return {
    approvals: kept,
    requestApproval: async (request, reason) => {
      const outcome = await kept.request(request, reason);
      return outcome.ok ? outcome.value.id : undefined;
    },
    glass: new KeptGlass(glass, clock, (news) => void deps.tell?.(news)),
    audit: new KeptAudit({ ...deps, rows: records.audit }),
    queue: new KeptQueue(queued, ledger, clock),
    queued,
    announcements: new KeptAnnouncements({ ...deps, records: announced, queued, mayWrite }),
    mayOperate: (ctx, risk) => mayOperate(app.acl, rolesOf(ctx), risk),
  };
}
