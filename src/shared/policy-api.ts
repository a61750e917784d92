import type { ActionGroup, Decision, Demand, PolicyDocument, Reason, RiskClass, Verdict } from './policy';

/**
 * What a request may bring with it. Texts are percent-encoded, because headers take only Latin letters.
 */
export const POLICY_HEADERS = {
  /** The `confirm` of the answer that asked. */
  confirm: 'X-Maintenance-Confirm',
  reason: 'X-Maintenance-Reason',
  /** What the person typed as the name of what the action is about. */
  name: 'X-Maintenance-Name',
  /** Id of the approval that another person gave. */
  approval: 'X-Maintenance-Approval',
} as const;

export const POLICY_ERROR_CODES = {
  /** 403. */
  denied: 'MAINTENANCE_DENIED',
  /** 428: the same request again, with what its reasons name. */
  confirmationRequired: 'MAINTENANCE_CONFIRMATION_REQUIRED',
} as const;

/** What an action would do if it began now. In the body of 403 and 428, and the answer of `preflight`. */
export interface Prospect {
  /** `resource:action` or the name of a command, as rules know it. */
  readonly action: string;
  readonly group: ActionGroup;
  readonly class: RiskClass;
  /** What it is about: the name that may have to be typed. Empty when it has none. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** Names of the nodes that would drain. */
  readonly nodes: readonly string[];
  /** How long it is expected to take, in milliseconds; absent: nobody can know. */
  readonly expectedMs?: number;
  /** When the newest backup ended, in milliseconds since 1970. */
  readonly lastBackupAt?: number;
  /** Workflows and async tasks that run now. */
  readonly work: readonly string[];
  /** A backup is taken first. */
  readonly takesBackup: boolean;
  /**
   * Binds this very request (its action, parameters and person), for a few minutes: goes into the header `confirm`, into
   * `requestApproval` and into `queue`. Absent where nothing can be done.
   */
  readonly confirm?: string;
  /** The request brought a file: others cannot approve it and it cannot wait, because the file is not kept. */
  readonly bringsFile: boolean;
}

/** Body of 403 and 428. */
export interface PolicyRefusal {
  readonly errors: readonly [
    {
      readonly code: (typeof POLICY_ERROR_CODES)[keyof typeof POLICY_ERROR_CODES];
      readonly message: string;
      readonly reasons: readonly Reason[];
      readonly prospect: Prospect;
    },
  ];
}

/** Query of `preflight`: an action or command, and what it would be about. */
export interface PreflightQuery {
  readonly action: string;
  readonly subject?: string;
}

/** Answer of `policy`. */
export interface PolicyBody {
  readonly document: PolicyDocument;
  /** Goes up with each change; 0: nobody has changed what came with the installation. */
  readonly revision: number;
  readonly writtenBy?: string;
  /** Milliseconds since 1970. */
  readonly writtenAt?: number;
  /** Name of the variable that overrides what is stored: the policy cannot be changed here. */
  readonly readOnlyBy?: string;
  /** What is wrong with the document that is stored: until it is mended everything risky is denied. */
  readonly problem?: string;
  readonly environment: 'production' | 'other';
  /**
   * What rules may name and is known here: commands, `resource:action`, and `resource:*` for whatever may write there. Rules may
   * name other actions, too.
   */
  readonly known: readonly string[];
}

/** Body of `updatePolicy`. What is exported is `document` as JSON, so an import is this, too. */
export interface UpdatePolicyBody {
  readonly document: unknown;
  /** The one that was edited: if somebody else was faster, 409. */
  readonly revision: number;
}

export const REQUEST_STATES = ['pending', 'approved', 'rejected', 'used', 'expired', 'withdrawn'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** Somebody asks for a second admin. */
export interface ApprovalRequest {
  readonly id: string;
  readonly state: RequestState;
  readonly action: string;
  readonly group: ActionGroup;
  readonly subject: string;
  /** JSON of what the request says, secrets masked. */
  readonly parameters: string;
  readonly reason: string;
  readonly requestedBy: string;
  /** Whether it is one's own: nobody approves that. */
  readonly isOwn: boolean;
  /** Milliseconds since 1970, like all moments here. */
  readonly requestedAt: number;
  readonly expiresAt: number;
  readonly decidedBy?: string;
  readonly decidedAt?: number;
  readonly comment?: string;
  /** Only in this time the approved request runs. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** Body of `requestApproval`; the answer is the `ApprovalRequest`. */
export interface RequestApprovalBody {
  readonly confirm: string;
  readonly reason: string;
}

/** Answer of `approvals` (query: `state`): newest first. */
export interface ApprovalsBody {
  readonly requests: readonly ApprovalRequest[];
  /** Pending ones that this person may decide about. */
  readonly waiting: number;
}

/** Body of `approve` and `reject`. */
export interface DecideBody {
  readonly id: string;
  readonly comment?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export const QUEUE_STATES = ['waiting', 'started', 'failed', 'withdrawn', 'missed'] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

/** An operation that begins by itself, on one node, when the next window opens. */
export interface QueuedAction {
  readonly id: string;
  readonly state: QueueState;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: number;
  /** When it is expected to begin. */
  readonly startsAt?: number;
  readonly operationId?: string;
  /** What became of it, in one sentence. */
  readonly result?: string;
}

/** Body of `queue`; the answer is the `QueuedAction`. `withdrawQueued` takes `{ id }`; `queued` lists them. */
export interface QueueBody {
  readonly confirm: string;
  readonly reason: string;
  /** What was typed as the name, where that is asked for. */
  readonly name?: string;
  /** Id of the approval, where one is asked for. */
  readonly approval?: string;
}

/** Body of `breakGlass`: from now on, for so long, the policy does not stop what this person does. */
export interface BreakGlassBody {
  readonly reason: string;
  /** 1 to 60; 15 by default. */
  readonly minutes?: number;
}

/** Answer of `breakGlass`, `glass` and `mendGlass`. */
export interface GlassBody {
  readonly broken?: { readonly by: string; readonly reason: string; readonly until: number; readonly isOwn: boolean };
}

/** One attempt at something risky, whatever became of it. */
export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  readonly person: string;
  readonly node: string;
  /** How it came: a request, a command, a start, the queue. */
  readonly by: 'request' | 'command' | 'start' | 'queue' | 'page';
  readonly action: string;
  readonly subject: string;
  /** JSON, secrets masked. */
  readonly parameters: string;
  readonly decision: Decision;
  readonly demand?: Demand;
  readonly reasons: readonly Reason[];
  /** What the person gave as the reason. */
  readonly reason?: string;
  readonly approvalId?: string;
  readonly approvedBy?: string;
  readonly operationId?: string;
  /** HTTP status, or how the operation ended; absent while it runs. */
  readonly result?: string;
}

/** Answer of `audit` (query: `limit`, `before` as the id of the last one seen, `action`, `person`): newest first. */
export interface AuditBody {
  readonly entries: readonly AuditEntry[];
}

/** Rights, as parts of the ACL snippet of the plugin; who has `pm.*` or the whole snippet has all. */
export const RIGHTS = ['see', 'operate', 'approve', 'policy', 'breakGlass'] as const;
export type Right = (typeof RIGHTS)[number];
