import type { NodePhase, OperationRecord, RosterEntry } from './domain';

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
} as const;

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
  /** The operation that ended last, if the store still knows it. */
  readonly lastOperation?: OperationRecord;
}

export interface NodeView extends RosterEntry {
  /** Same code as the node that answers (or as the operation's target); `unknown` until it has loaded. */
  readonly fingerprintMatch: 'equal' | 'different' | 'unknown';
  readonly isSelf: boolean;
  readonly isLeader: boolean;
}

/** Body of `resolve`. */
export interface ResolveBody {
  readonly operationId: string;
  readonly resolution: string;
}

/** Body of `:ready` (200 or 503) and `:live`. One word says why. */
export interface ProbeBody {
  readonly status: NodePhase | 'off';
  readonly node: string;
}
