import type {
  JournalEntry,
  NodePhase,
  OperationRecord,
  OperationScope,
  Resolution,
  RosterEntry,
  WayOut,
} from './domain';

/** Resource, permission and path names that users see (design.md section 3). */
export const RESOURCE = 'clusterMaintenance';
export const PACKAGE_NAME = 'nocobase-plugin-cluster-maintenance';
export const ACL_SNIPPET = `pm.${PACKAGE_NAME}`;

/** Codes in error bodies. */
export const ERROR_CODES = {
  drained: 'CLUSTER_MAINTENANCE',
  inProgress: 'MAINTENANCE_IN_PROGRESS',
  offline: 'MAINTENANCE_COORDINATION_OFFLINE',
  invalid: 'MAINTENANCE_INVALID_REQUEST',
  /** Too late, or not this way: the message says why. */
  refused: 'MAINTENANCE_REFUSED',
  /** Work that another plugin declared did not begin: nothing was changed. */
  aborted: 'MAINTENANCE_ABORTED',
  /** Such work ran, and its node lost the leadership meanwhile. */
  lost: 'MAINTENANCE_LOST',
} as const;

/** What users are told while a node takes no work: part of the body of a 503, and what comes over the websocket. */
export interface DrainedNotice {
  readonly code: typeof ERROR_CODES.drained;
  readonly message: string;
  /** Seconds until this node is expected to serve again; 0: at any moment; absent: nobody can know. */
  readonly expectedInSeconds?: number;
}

/** `single`: no Redis is configured; everything happens inside this process. */
export type CoordinationMode = 'cluster' | 'single';

/** Answer of `clusterMaintenance:status`. */
export interface StatusBody {
  readonly mode: CoordinationMode;
  /** False: the store of the coordination cannot be reached; `message` says why and what to do. */
  readonly online: boolean;
  readonly message: string;
  /** Boot id of the node that answers. */
  readonly self: string;
  /** Name of the node that answers, also when it cannot reach the store. */
  readonly selfName: string;
  /** The answering node's clock, milliseconds since 1970: `since` values are shown relative to it. */
  readonly now: number;
  readonly nodes: readonly NodeView[];
  /** The running or held operation; absent when idle. */
  readonly operation?: OperationRecord;
  /** Present while an operation stands still after its first change: what can be done about it. */
  readonly waysOut?: readonly WayOut[];
  /** Processes that block the operation because they cannot be reached and may still write. */
  readonly silentNodes?: readonly SilentNode[];
  /** Who asks, in the words of `maintenance.enteredBy`. */
  readonly viewer?: string;
  /** A manual maintenance ends by itself in so long, in milliseconds, as the node that answers counts it. */
  readonly endsInMs?: number;
  /** False: the database has no lock to share, so several nodes on it are not guarded against each other. */
  readonly guarded: boolean;
  /** The operation that ended last, if the store still knows it. */
  readonly lastOperation?: OperationRecord;
}

export interface NodeView extends RosterEntry {
  /** Same code as the node that answers (or as the operation's target); `unknown` until it has loaded. */
  readonly fingerprintMatch: 'equal' | 'different' | 'unknown';
  readonly isSelf: boolean;
  readonly isLeader: boolean;
}

/** A process whose connection to the database lives but that reports nowhere: frozen, or cut off from Redis. */
export interface SilentNode {
  readonly bootId: string;
  readonly name: string;
  /** For how long nothing was heard of it, in milliseconds. */
  readonly silentMs: number;
}

/** Body of `resolve`. */
export interface ResolveBody {
  readonly operationId: string;
  readonly resolution: Resolution;
}

/** Body of `rollBack`: an operation that is over, or held, and that took a backup before its first change. */
export interface RollBackBody {
  readonly operationId: string;
}

/** Answer of `rollBack`, when the new operation has begun. */
export interface RollBackAnswer {
  readonly message: string;
  /** Id of the operation that rolls back. */
  readonly operationId: string;
}

/** Body of `cancel`: names the operation, so that nobody cancels another one than the one on the screen. */
export interface CancelBody {
  readonly operationId: string;
}

/** Body of `enter`. */
export interface EnterRequest {
  /** `all` by default. */
  readonly scope?: OperationScope;
  readonly reason: string;
  /** What users read; one sentence by default. */
  readonly message?: string;
  /** 1 to 86400; an hour by default. */
  readonly expiresInSeconds?: number;
  /** Name of the node that goes on as ever. */
  readonly openNode?: string;
}

/** Answer of `enter`, when every node has stopped. */
export interface EnterBody {
  readonly operation: OperationRecord;
}

/** Body of `exit`: names the maintenance, so that nobody ends another one than the one on the screen. */
export interface ExitRequest {
  readonly operationId: string;
  /** Also when somebody else entered it. */
  readonly override?: boolean;
  readonly reason?: string;
}

/** Answer of `letIn` (its body names the operation): the cookie that came with it is worth something for so long. */
export interface LetInBody {
  readonly expiresInSeconds: number;
}

/** Body of `declareStopped`: a person vouches that this process no longer runs. */
export interface DeclareStoppedBody {
  readonly bootId: string;
}

/** Answer of `history` (query: `limit`, 20 by default and 100 at most, and the words of `HistoryQuery`): newest first. */
export interface HistoryBody {
  readonly operations: readonly OperationRecord[];
  /** How many there are in all, whatever `limit` and `beforeEpoch` say. */
  readonly total: number;
}

/** Answer of `get?filterByTk=OPERATION_ID`. The journal is in the order of what happened. */
export interface OperationBody {
  readonly operation: OperationRecord;
  readonly journal: readonly JournalEntry[];
}

/** Body of `:ready` (200 or 503) and `:live`. One word says why. */
export interface ProbeBody {
  readonly status: NodePhase | 'off';
  readonly node: string;
  /** Why it takes no traffic, in the sentence that refused clients read. */
  readonly reason?: string;
}
