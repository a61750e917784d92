import type { JournalEntry, NodeReport, OperationRecord, RosterEntry } from '../../shared/domain';

/** Proof of a held lease: every write of the leader carries it. */
export interface LeaseToken {
  readonly bootId: string;
  /** Given out by the guard; grows with every acquisition in the whole cluster, never reused. */
  readonly epoch: number;
}

/** The record as the applicant proposes it; the store puts the epoch in. */
export type OperationDraft = Omit<OperationRecord, 'epoch'>;

export type AcquireOutcome =
  | { readonly outcome: 'acquired'; readonly record: OperationRecord }
  /** The store has seen this epoch, the highest that it knows: the one that was asked with is not higher. */
  | { readonly outcome: 'outdated'; readonly epoch: number }
  /** The store has lost what the applicant knows of: it may have been an operation that stands. Remind it, and ask again. */
  | { readonly outcome: 'forgotten' }
  /** Somebody holds the lease, or an operation stands: a held one that the draft does not follow, or a manual one. */
  | { readonly outcome: 'busy'; readonly record: OperationRecord | undefined }
  /** The last leader is gone and its operation unfinished: settle it first (see `StateStore.settle`). */
  | { readonly outcome: 'interrupted'; readonly record: OperationRecord };

/** The expiring lock. At most one unexpired token exists; which one is decided in one atomic step of the store. */
export interface Lease {
  /**
   * Takes the lease for `ttl` milliseconds with an epoch higher than every earlier one, and writes the record, in one
   * step. The store makes up no epoch: it may have forgotten which it had given out. `known`: epoch of the newest operation
   * that the applicant has seen, or 0. The record's `lastChange` is the greater of what the draft says and what the store
   * knows.
   */
  acquire(draft: OperationDraft, ttl: number, epoch: number, known: number): Promise<AcquireOutcome>;
  /**
   * Extends the lease by `ttl` from now. `restored`: the store had lost it (it was flushed or failed over) and
   * nobody has taken it since, so the token counts again, but the record must be written anew.
   * `lost`: another token rules, or the operation was settled; final.
   */
  renew(token: LeaseToken, ttl: number): Promise<'renewed' | 'restored' | 'lost'>;
  /** True while somebody holds it, whoever that is. */
  isHeld(): Promise<boolean>;
  /** Gives the lease back if the token still holds it; otherwise changes nothing. */
  release(token: LeaseToken): Promise<'released' | 'lost'>;
}

/** The record of the running (or last) operation, and who is there. */
export interface StateStore {
  read(): Promise<OperationRecord | undefined>;
  /** Replaces the record. Only the holder of the lease may: `lost` means that nothing was written. */
  write(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost'>;
  /**
   * Replaces the record by one that announces the first change, unless somebody asked to cancel it before: whoever was
   * answered `requested` by `cancel` can rely on nothing being changed. `cancelled`: nothing was written.
   */
  commit(token: LeaseToken, record: OperationRecord): Promise<'written' | 'lost' | 'cancelled'>;
  /**
   * Asks the leader to abort: from now on the record carries `cancelledBy`, whoever writes it. `late`: it has changed
   * something already. `gone`: it is over, or another one.
   */
  cancel(operationId: string, by: string): Promise<'requested' | 'late' | 'gone'>;
  /**
   * Puts back the record of an operation that the store forgot (it was emptied, or failed over): only while it has no
   * lease and none or an older operation. Epochs given out later are higher. `moved`: nothing was written.
   */
  restore(record: OperationRecord): Promise<'written' | 'moved'>;
  /** Writes a record that is over, or held before its work began, and releases the lease, in one step. */
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

/** What happens, line by line, while it happens. The newest few thousand lines are kept; the ledger keeps all. */
export interface JournalStream {
  append(entry: JournalEntry): Promise<void>;
  /** Lines of one operation in the order in which they arrived. */
  read(operationId: string): Promise<readonly JournalEntry[]>;
}

/** Lease, state, bus and journal of one store, with one life. */
export interface Coordination {
  readonly mode: 'cluster' | 'single';
  readonly lease: Lease;
  readonly state: StateStore;
  readonly bus: Bus;
  readonly journal: JournalStream;
  /** Why the store cannot be used right now, in one sentence that says what to do; undefined when it can. */
  problem(): string | undefined;
  /** Closes every connection. Idempotent; never rejects. */
  close(): Promise<void>;
}
