/**
 * What the coordination needs of the world. Each port has one contract suite in __tests__/contract, which every
 * implementation passes: redis/ and database/ on the real thing, memory/ for single-node mode.
 *
 * Common to all: a method rejects only when the store cannot be reached or answers nonsense, and then the caller
 * must assume that the effect may or may not have happened. Everything expected is a value.
 */
import type { Fingerprint, NodeReport, OperationRecord, RosterEntry } from '../shared/domain';

/** Proof of a held lease: every write of the leader carries it. */
export interface LeaseToken {
  readonly bootId: string;
  /** Grows with every acquisition in the whole cluster, never reused. */
  readonly epoch: number;
}

/** The record as the applicant proposes it; the store puts the epoch in. */
export type OperationDraft = Omit<OperationRecord, 'epoch'>;

export type AcquireOutcome =
  | { readonly outcome: 'acquired'; readonly record: OperationRecord }
  /** Somebody holds the lease, or a held operation waits for its resolution. */
  | { readonly outcome: 'busy'; readonly record: OperationRecord | undefined }
  /** The last leader is gone and its operation unfinished: settle it first (see `StateStore.settle`). */
  | { readonly outcome: 'interrupted'; readonly record: OperationRecord };

/** The expiring lock. At most one unexpired token exists; which one is decided in one atomic step of the store. */
export interface Lease {
  /**
   * Takes the lease for `ttl` milliseconds, a new epoch greater than every earlier one and than `floor`,
   * and writes the record, in one step.
   */
  acquire(draft: OperationDraft, ttl: number, floor: number): Promise<AcquireOutcome>;
  /**
   * Extends the lease by `ttl` from now. `restored`: the store had lost it (it was flushed or failed over) and
   * nobody has taken it since, so the token counts again, but the record must be written anew.
   * `lost`: another token rules, or the operation was settled; final.
   */
  renew(token: LeaseToken, ttl: number): Promise<'renewed' | 'restored' | 'lost'>;
  /** Gives the lease back if the token still holds it; otherwise changes nothing. */
  release(token: LeaseToken): Promise<'released' | 'lost'>;
}

/** The record of the running (or last) operation, and who is there. */
export interface StateStore {
  read(): Promise<OperationRecord | undefined>;
  /** Replaces the record. Only the holder of the lease may: `lost` means that nothing was written. */
  write(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'>;
  /** Writes a record that is over and releases the lease, in one step. */
  finish(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'>;
  /**
   * Ends or holds the operation of a leader that is gone: allowed to anyone, but only while no lease exists and the
   * stored record still has the epoch and phase of `seen`. `moved`: somebody was quicker; read again.
   */
  settle(seen: OperationRecord, next: OperationRecord): Promise<'written' | 'moved'>;
  /**
   * Reports this node and returns the record, in one step: a leader that acquires later sees this report, and a
   * node that reports later sees the leader's record. The report is forgotten after `ttl` milliseconds.
   */
  report(node: NodeReport, ttl: number): Promise<{ readonly record: OperationRecord | undefined }>;
  /** All nodes whose report has not expired, the one that started first at the head. */
  roster(): Promise<readonly RosterEntry[]>;
  /** Takes this node out of the roster at once. */
  leave(bootId: string): Promise<void>;
}

/** Wakes other nodes up. A hint may be lost, doubled, late or out of order: nothing but latency depends on it. */
export interface Bus {
  /** Never rejects: a hint that cannot be sent is only a lost one. */
  hint(): Promise<void>;
  /** Calls `listener` for hints of others and of this process. Returns how to stop. */
  onHint(listener: () => void): () => void;
}

/** Lease, state and bus of one store, with one life. */
export interface Coordination {
  readonly mode: 'cluster' | 'single';
  readonly lease: Lease;
  readonly state: StateStore;
  readonly bus: Bus;
  /** Why the store cannot be used right now, in one sentence that says what to do; undefined when it can. */
  problem(): string | undefined;
  /** Closes every connection. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** What the database says about the last applied operation. */
export interface AppliedState {
  /** Highest epoch that ever passed the guard; 0 when none did. */
  readonly epoch: number;
  /** Fingerprint the database was last installed, upgraded or changed for; undefined before the first time. */
  readonly fingerprint: Fingerprint | undefined;
}

export type GuardOutcome =
  | { readonly outcome: 'entered'; readonly hold: GuardHold }
  /** The epoch is not higher than the one stored: an old leader, or a store of the coordination that was flushed. */
  | { readonly outcome: 'stale'; readonly epoch: number }
  /** Another process is still inside; it did not leave until the deadline. */
  | { readonly outcome: 'busy' };

/** Presence inside the guard. Dies with its database connection. */
export interface GuardHold {
  /** Aborts when the connection is lost: whatever is being done must stop. */
  readonly lost: AbortSignal;
  /** Leaves the guard; with `applied`, stores what the database now fits. Idempotent. */
  leave(applied?: Fingerprint): Promise<void>;
}

/** The lock in the database: the second, deciding half of "one at a time" (rule R2). */
export interface Guard {
  /** Enters with an epoch higher than any before, or says why not; waits up to `deadline` milliseconds. */
  enter(epoch: number, deadline: number): Promise<GuardOutcome>;
  /** True while some process is inside. */
  isHeld(): Promise<boolean>;
  /** Works on an empty database, too. */
  applied(): Promise<AppliedState>;
  close(): Promise<void>;
}

/** What the coordination may do to the NocoBase app of this process. */
export interface AppLifecycle {
  /** API requests being answered, without those of the running operation itself. */
  inFlight(): number;
  /** No new API work from now on. `message` is what refused clients read. */
  closeTraffic(message: string): void;
  openTraffic(): void;
  /** Resolves when no API request is under way any more; early when the signal aborts. */
  quiet(signal: AbortSignal): Promise<void>;
  /** Cron, schedule triggers and queue consumers take nothing new; resolves when what runs has ended or at abort. */
  pauseBackground(signal: AbortSignal): Promise<void>;
  resumeBackground(): Promise<void>;
  /** Loads what database and disk now say. Rejects with one sentence when the app does not serve afterwards. */
  reload(): Promise<void>;
  /** Asks the app a question that touches plugins and database; a sentence when it does not answer it. */
  answers(): Promise<string | undefined>;
  /** What is loaded; undefined while nothing is. */
  loaded(): Fingerprint | undefined;
  /** What the database and the disk of this machine ask for; undefined on an empty database. */
  expected(): Promise<Fingerprint | undefined>;
}

/** Log lines carry operation, epoch and node in `details`. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}
