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
 * `install` and `upgrade` are also what a start turns into when the database needs it. `maintenance` is work by hand,
 * outside NocoBase; `work` is what another plugin declares.
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
  'maintenance',
  'backup',
  'restore',
  'roll-back',
  'migration',
  'work',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** How an operation ended. `degraded`: the work is done, some node stays out of traffic. */
export const OPERATION_RESULTS = ['done', 'degraded', 'failed', 'aborted'] as const;
export type OperationResult = (typeof OPERATION_RESULTS)[number];

/** `all`: no API work at all. `writes`: reads are still served (a quiet operation). */
export type OperationScope = 'all' | 'writes';

/** What a manual maintenance is entered with, besides its scope; the reason is the operation's `subject`. */
export interface MaintenanceTerms {
  /** What users read. */
  readonly message: string;
  /** It ends by itself so long after every node has stopped, by the clock of the database. */
  readonly expiresInSeconds: number;
  /** Name of the node that goes on as ever: a name survives a restart. */
  readonly openNode?: string;
  /** Identity of who entered it, to be compared; `requestedBy` is the name that people read. */
  readonly enteredBy: string;
}

/**
 * Ways out of an operation that stopped after its first change. `resume`: every node loads what the database now says,
 * and serves. `retry`: the same is done again. `roll-back`: the backup of before comes back. `give-up`: leadership is
 * taken from a leader that still stands in the guard but does not get on.
 */
export const RESOLUTIONS = ['resume', 'retry', 'roll-back', 'give-up'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** One way out as it stands right now: `refusal` says why it is closed, `consequence` what happens when it is taken. */
export interface WayOut {
  readonly resolution: Resolution;
  readonly consequence: string;
  readonly refusal?: string;
}

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

/** Versions of NocoBase (or of a plugin) before and after. */
export interface VersionChange {
  readonly from: string;
  readonly to: string;
}

/** A backup of NocoBase's backup plugin. */
export interface BackupRef {
  /** Name of the file in the app's folder of backups, which all nodes share. */
  readonly file: string;
  /** Milliseconds since 1970 by the clock of the node that took it. */
  readonly takenAt: number;
}

/** The record of the running (or last) operation: the truth that every node follows. */
export interface OperationRecord {
  readonly id: string;
  readonly kind: OperationKind;
  /** The fencing token: grows with every operation, never reused. */
  readonly epoch: number;
  /** Grows with each word of the leader: one that was stuck on its way does not replace a later one. */
  readonly revision: number;
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
  /** True once every node has stopped: who looks for the first time since is not waited for, and must not write any more. */
  readonly drained?: boolean;
  /** True once the guard was passed: from here on a crash holds the operation instead of aborting it. */
  readonly changed: boolean;
  /** Digest every node must prove before it serves again; empty until the work is done. */
  readonly target: string;
  /** Epoch of the newest operation before this one that changed something: a node that missed it is stale. */
  readonly lastChange: number;
  /** 1, or how often in a row starts have tried this because the one before was interrupted. */
  readonly attempt: number;
  /** Its leader disappeared during the work, and the next start may repeat it. */
  readonly interrupted?: boolean;
  /** Who asked to cancel it before its first change; the leader aborts as soon as it sees this. */
  readonly cancelledBy?: string;
  /** Boot id of the node that was asked to do a held operation again. */
  readonly retryOn?: string;
  /** That node is to roll it back instead. */
  readonly rollsBack?: boolean;
  /**
   * Epoch of the held operation that this one takes up (a retry, a roll-back). If it ends before its first change, the
   * database is still as that one left it: it is held in its place.
   */
  readonly follows?: number;
  /** Of a manual maintenance alone. */
  readonly maintenance?: MaintenanceTerms;
  /** Of an upgrade to another version of the core. */
  readonly versions?: VersionChange;
  /** What a roll-back of it puts back: taken after every node had drained, before its first change. */
  readonly backup?: BackupRef;
  readonly result?: OperationResult;
  /** Why it failed, aborted, degraded or is held; one sentence. */
  readonly reason?: string;
  readonly endedAt?: number;
}

/** What a request may be, where that is cheap to tell. */
export const REQUEST_SORTS = ['request', 'stream', 'upload', 'import', 'export'] as const;
export type RequestSort = (typeof REQUEST_SORTS)[number];

/** A request that is being answered. */
export interface RequestUnderWay {
  /** Method and `resource:action`. Never a key, a query or anything else that may be a secret or name a person. */
  readonly what: string;
  readonly sort: RequestSort;
  readonly ageMs: number;
}

/** What a node tells the others with every heartbeat. */
export interface NodeReport extends NodeRef {
  readonly phase: NodePhase;
  /** Milliseconds since 1970 by the node's own clock; for display only. */
  readonly phaseSince: number;
  /** The operation that `phase` belongs to; 0 when none. `drained` with epoch N is the acknowledgement of N. */
  readonly epoch: number;
  /** The operation of scope `writes` for which nothing writes here any more: the acknowledgement of it. */
  readonly quietFor?: number;
  /** Why the node does not serve, in one sentence; empty when it does. */
  readonly reason: string;
  readonly version: string;
  /** Digest of the code that is loaded; empty until the app has loaded. */
  readonly fingerprint: string;
  /** API requests being answered right now. */
  readonly inFlight: number;
  /** Only while the node drains: the oldest of these requests, the oldest first, five at most. */
  readonly underWay?: readonly RequestUnderWay[];
  /** While it drains: the background work that it waits for, one line each, at most five. */
  readonly work?: readonly string[];
  /** `app`: a server. `command`: a short CLI process, gone when its command ends. */
  readonly role: 'app' | 'command';
  readonly startedAt: number;
  /** Milliseconds by the monotonic clock of the process: a report that arrives after a later one counts no more. */
  readonly sentAt: number;
}

/** A report together with how long ago it arrived, by the clock of the store. */
export interface RosterEntry extends NodeReport {
  readonly silentMs: number;
}

/** Where a line of the journal comes from: the operation, a node's own state, the lease, the guard, or the work. */
export const JOURNAL_EVENTS = [
  'operation.begun',
  'operation.phase',
  'operation.waits',
  'operation.cancel',
  'operation.settled',
  'operation.resolved',
  'operation.ended',
  'node.phase',
  'node.acknowledged',
  'node.stopped',
  'lease.acquired',
  'lease.troubled',
  'lease.restored',
  'lease.lost',
  'guard.entered',
  'guard.refused',
  'guard.lost',
  'guard.retaken',
  'guard.broken',
  'guard.left',
  'work.first-change',
  'work.step',
  'work.ended',
] as const;
export type JournalEvent = (typeof JOURNAL_EVENTS)[number];

/** One line of what happened. `(epoch, node.bootId, seq)` is its identity: writing it twice changes nothing. */
export interface JournalEntry {
  readonly operation: string;
  readonly epoch: number;
  readonly node: NodeRef;
  /** Counts this node's lines of this operation from 1. */
  readonly seq: number;
  /** Milliseconds since 1970 by the node's own clock; for display and ordering, never for decisions. */
  readonly at: number;
  readonly event: JournalEvent;
  /** One sentence or word for people. Never a secret: known secrets of the environment are masked. */
  readonly text: string;
}
