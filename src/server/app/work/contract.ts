/**
 * What other plugins program against (docs/for-plugins.md). Types only, and no imports: the build ships this file as the
 * declarations of the package.
 */

/** `exclusive`: no node serves anything meanwhile. `quiet`: every node serves what only reads. */
export type WorkMode = 'exclusive' | 'quiet';

/** What the work is given while it runs. */
export interface WorkContext {
  /**
   * Aborts when this node may not go on: it lost the leadership, or the signal of the caller aborted. What the work does
   * to the database afterwards fails, or meets the writes of others.
   */
  readonly signal: AbortSignal;
  /** One sentence for people, such as "4 of 12 indexes"; shown on the page, and in what waiting nodes say. */
  readonly progress: (text: string) => void;
  /** Grows with every operation of the cluster: a fencing token for stores of your own. 0 when nothing is coordinated. */
  readonly epoch: number;
  /** False: the plugin is switched off, so the work runs at once and nobody stops for it. */
  readonly coordinated: boolean;
}

export interface WorkOptions {
  /** The caller has changed its mind: before the work has begun it does not begin, afterwards the work's signal aborts. */
  readonly signal?: AbortSignal;
  /** Who asked, for people. Within a request it is whoever is signed in. */
  readonly requestedBy?: string;
}

export interface ActionOptions {
  readonly mode: WorkMode;
  /** What people read; `resource:action` by default. */
  readonly title?: string;
  /**
   * The handler starts a command of the host and answers without waiting for it: the work ends with that command. Where
   * none begins within a few seconds, the handler's end was the end.
   */
  readonly startsCommand?: boolean;
}

/**
 * `MAINTENANCE_IN_PROGRESS`: somebody else works (`holder`). `MAINTENANCE_COORDINATION_OFFLINE`: nobody can say whether
 * somebody does. `MAINTENANCE_ABORTED`: it did not begin, nothing was changed. `MAINTENANCE_LOST`: it ran, and was not
 * alone to its end. `MAINTENANCE_INVALID_REQUEST`: it was asked for in a way that cannot work.
 */
export type WorkErrorCode =
  | 'MAINTENANCE_IN_PROGRESS'
  | 'MAINTENANCE_COORDINATION_OFFLINE'
  | 'MAINTENANCE_ABORTED'
  | 'MAINTENANCE_LOST'
  | 'MAINTENANCE_INVALID_REQUEST';

/** Who works already. */
export interface WorkHolder {
  readonly operationId: string;
  /** Name of the node that leads. */
  readonly node: string;
  readonly kind: string;
  readonly subject: string;
  readonly phase: string;
  /** Milliseconds since 1970 by the clock of that node. */
  readonly since: number;
}

/** Told apart by `code`, and not by class: another copy of the package has another class. */
export interface WorkFailure extends Error {
  readonly code: WorkErrorCode;
  /** For an answer over HTTP. */
  readonly statusCode: number;
  readonly holder: WorkHolder | undefined;
}

/** `app.pm.get('nocobase-plugin-cluster-maintenance')?.work` */
export interface ClusterWork {
  /**
   * Every node drains, this one works alone, then all load anew what the database says. `kind` names the work to people,
   * as "my-plugin: rebuild index". Resolves with what `run` does when this node serves again. When `run` rejects, so does
   * this, with the same error, and the operation has failed; with a `WorkFailure` when the work could not begin or was
   * not alone. When the process dies meanwhile, the operation is held until a person resolves it.
   */
  runExclusive<T>(kind: string, run: (work: WorkContext) => Promise<T>, options?: WorkOptions): Promise<T>;
  /**
   * The same, but only what writes stops, for as long as `run` lasts, and nobody loads anything anew. The work must not
   * change what nodes keep in memory. When the process dies meanwhile, the operation is aborted and writes go on.
   */
  runQuietly<T>(kind: string, run: (work: WorkContext) => Promise<T>, options?: WorkOptions): Promise<T>;
  /**
   * From now on the action `resource:action` runs as such work, to the end of its handler and of what it has handed to
   * `waitUntil`. To be called in `load()`; calling it again replaces it.
   */
  registerAction(name: string, options: ActionOptions): void;
  /** Within such work: it does not end before this promise, and fails when that rejects. For handlers that answer early. */
  waitUntil(end: Promise<unknown>): void;
}
