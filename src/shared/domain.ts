/**
 * The words of the product (docs/glossary.md), shared by server and page. Imports nothing.
 */

/** Phases of an operation. `aborting` only before the first change, `held` only after it. */
export const CLUSTER_PHASES = [
  'idle',
  'acquiring',
  'draining',
  'working',
  'reloading',
  'verifying',
  'resuming',
  'aborting',
  'held',
] as const;
export type ClusterPhase = (typeof CLUSTER_PHASES)[number];

/** What one node is doing. Only a `serving` node takes traffic. */
export const NODE_PHASES = [
  'starting',
  'waiting',
  'serving',
  'draining',
  'drained',
  'working',
  'reloading',
  'verifying',
  'failed',
  'stopping',
] as const;
export type NodePhase = (typeof NODE_PHASES)[number];

/**
 * What an operation does. Commands keep the names that NocoBase's `maintaining` event gives them;
 * `install` and `upgrade` are also what a start turns into when the database needs it.
 */
export const OPERATION_KINDS = [
  'install',
  'upgrade',
  'pm.add',
  'pm.pull',
  'pm.update',
  'pm.enable',
  'pm.enable-all',
  'pm.disable',
  'pm.remove',
  'db:sync',
  'db:clean',
  'repair',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** How an operation ended. `degraded`: the work is done, some node stays out of traffic. */
export const OPERATION_RESULTS = ['done', 'degraded', 'failed', 'aborted'] as const;
export type OperationResult = (typeof OPERATION_RESULTS)[number];

/** `all`: no API work at all. `writes`: reads are still served (a quiet operation). */
export type OperationScope = 'all' | 'writes';

/** Ways out of a held operation. `resume`: every node reloads what the database now says, and serves. */
export const RESOLUTIONS = ['resume'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** One process in the roster. `bootId` is the identity, `name` only what people read. */
export interface NodeRef {
  readonly bootId: string;
  readonly name: string;
}

/** One enabled plugin as a node sees it. `hash` covers the code on disk (or the code that was loaded). */
export interface PluginPrint {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
}

/** Core version and enabled plugins. Two nodes with equal digests run the same code on the same plugin set. */
export interface Fingerprint {
  readonly digest: string;
  readonly core: string;
  readonly plugins: readonly PluginPrint[];
}

/** The record of the running (or last) operation: the truth that every node follows. */
export interface OperationRecord {
  readonly id: string;
  readonly kind: OperationKind;
  /** The fencing token: grows with every operation, never reused. */
  readonly epoch: number;
  readonly phase: ClusterPhase;
  readonly scope: OperationScope;
  /** What the operation is about, for people: plugin names or a file name. Never a secret. */
  readonly subject: string;
  readonly leader: NodeRef;
  /** Who asked: a user's name, `CLI` or `start-up`. */
  readonly requestedBy: string;
  /** Milliseconds since 1970 by the leader's clock; for display only, never compared between machines. */
  readonly startedAt: number;
  readonly phaseSince: number;
  /** The host's own progress text, such as "load plugin [users], 45/77". */
  readonly step: string;
  /** Names of the nodes (or one sentence) that the present phase waits for. */
  readonly waitingFor: readonly string[];
  /** True once the guard was passed: from here on a crash holds the operation instead of aborting it. */
  readonly changed: boolean;
  /** Digest every node must prove before it serves again; empty until the work is done. */
  readonly target: string;
  readonly result?: OperationResult;
  /** Why it failed, aborted, degraded or is held; one sentence. */
  readonly reason?: string;
  readonly endedAt?: number;
}

/** What a node tells the others with every heartbeat. */
export interface NodeReport extends NodeRef {
  readonly phase: NodePhase;
  /** Milliseconds since 1970 by the node's own clock; for display only. */
  readonly phaseSince: number;
  /** The operation that `phase` belongs to; 0 when none. `drained` with epoch N is the acknowledgement of N. */
  readonly epoch: number;
  /** Why the node does not serve, in one sentence; empty when it does. */
  readonly reason: string;
  readonly version: string;
  /** Digest of the code that is loaded; empty until the app has loaded. */
  readonly fingerprint: string;
  /** API requests being answered right now. */
  readonly inFlight: number;
  /** `app`: a server. `command`: a short CLI process, gone when its command ends. */
  readonly role: 'app' | 'command';
  readonly startedAt: number;
}

/** A report together with how long ago it arrived, by the clock of the store. */
export interface RosterEntry extends NodeReport {
  readonly silentMs: number;
}
