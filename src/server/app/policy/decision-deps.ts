import type { ActionContext } from '@nocobase/server';
import type { Reason } from '../../../shared/policy';
import type { Right } from '../../../shared/policy-api';
import type { Person } from '../../maintenance/manual';
import type { KeptAnnouncements } from './announcements';
import type { KeptApprovals } from './approvals';
import type { KeptAudit } from './audit';
import type { BoundRequest } from './contract';
import type { KeptGlass } from './glass';
import type { Outcome } from './outcome';
import type { KeptQueue, QueueWish } from './queue/queue';

export interface DecisionDeps {
  readonly approvals: KeptApprovals;
  readonly glass: KeptGlass;
  readonly queue: KeptQueue;
  readonly announcements: KeptAnnouncements;
  readonly audit: KeptAudit;
  /** The request that a `confirm` was given for, to this person; undefined: it counts no more. */
  readonly openConfirm: (confirm: string, person: Person) => Promise<BoundRequest | undefined>;
  /** Why this would never begin by itself, in one sentence, or when it is expected to. */
  readonly prospectOf: (bound: BoundRequest, wish: QueueWish) => Promise<{ hopeless?: string; startsAt?: number }>;
  readonly rightsOf: (ctx: ActionContext) => readonly Right[];
  readonly rolesOf: (ctx: ActionContext) => readonly string[];
}

/** One request to an action of this file's kind. */
export interface Asked {
  readonly ctx: ActionContext;
  readonly deps: DecisionDeps;
  readonly person: Person;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What is told of it in the audit, besides who and what. */
export interface Told {
  readonly subject?: string | undefined;
  readonly reason?: string | undefined;
  readonly approvalId?: string | undefined;
  readonly reasons?: readonly Reason[];
  /** What may be remembered of the request; never a `confirm`. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface Acted<T> {
  readonly outcome: Outcome<T>;
  readonly told: Told;
}
