/**
 * What the coordination needs of the world. Each port has one contract suite in __tests__/contract, which every
 * implementation passes: redis/ and database/ on the real thing, memory/ for single-node mode.
 *
 * Common to all: a method rejects only when the store cannot be reached or answers nonsense, and then the caller
 * must assume that the effect may or may not have happened. Everything expected is a value.
 */
import type {
  BackupRef,
  Fingerprint,
  JournalEntry,
  NodePhase,
  NodeRef,
  NodeReport,
  OperationRecord,
  RequestUnderWay,
  RosterEntry,
} from '../shared/domain';
import type { HistoryFilter } from '../shared/history';

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

/** What the database says about the last applied operation. */
export interface AppliedState {
  /** Highest epoch that ever passed the guard; 0 when none did. */
  readonly epoch: number;
  /** Fingerprint the database was last installed, upgraded or changed for; undefined before the first time. */
  readonly fingerprint: Fingerprint | undefined;
  /** An installation began and never ended: what is there is a part of one. */
  readonly installing: boolean;
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
  /** Asks the database. Resolves when the place is still held; rejects when not, or when there is no answer. */
  verify(): Promise<void>;
  /**
   * Before an installation: drops the tables that an earlier installation made and never finished, and remembers which
   * tables are there now. Returns the names of what was dropped. Forgotten by `leave` with `applied`.
   */
  prepareInstall(): Promise<readonly string[]>;
  /** Leaves the guard; with `applied`, stores what the database now fits. Idempotent. */
  leave(applied?: Fingerprint): Promise<void>;
}

/** The lock in the database: the second, deciding half of "one at a time" (rule R2). */
export interface Guard {
  /**
   * An epoch that was never given out before, higher than any that the database knows of, and than `above`: a database
   * that was restored knows less than the store.
   */
  allocate(above?: number): Promise<number>;
  /** Enters with an epoch higher than any before, or says why not; waits up to `deadline` milliseconds. */
  enter(epoch: number, deadline: number): Promise<GuardOutcome>;
  /**
   * Enters again with the same epoch after the connection was lost in the middle of the work. `stale`: another epoch
   * has been inside meanwhile, so the work must not go on.
   */
  reenter(epoch: number, deadline: number): Promise<GuardOutcome>;
  /** From now on nobody enters, or enters again, with this epoch or a lower one. */
  retire(epoch: number): Promise<void>;
  /** True while some process is inside. */
  isHeld(): Promise<boolean>;
  /**
   * Ends the database connections of whoever is inside; false when nobody was. The holder's `lost` aborts, and it cannot
   * enter again with its epoch. Where the database cannot tell which connections belong to one process (MySQL, MariaDB),
   * only that of the guard is ended.
   */
  breakHold(): Promise<boolean>;
  /** Works on an empty database, too. */
  applied(): Promise<AppliedState>;
  close(): Promise<void>;
}

/** A process that registered itself in the database. */
export interface LedgerNode extends NodeRef {
  /** `connected`: its connection to the database lives, so it may write. `gone`: that has been dead for a while. */
  readonly presence: 'connected' | 'gone';
  /** What it reported through the database last, if ever: only a node without Redis does. */
  readonly phase: NodePhase;
  /** The epoch that `phase` belongs to. */
  readonly epoch: number;
  /** When it sent that, or registered: to be compared with other reports of the same process only. */
  readonly sentAt: number;
  /** As in its report. */
  readonly quietFor?: number;
  /** Since its last report or registration here, by the database's clock. */
  readonly silentMs: number;
}

export type Joining = Pick<NodeReport, 'bootId' | 'name' | 'sentAt'>;

/**
 * What the database remembers of operations and nodes: where a node without Redis looks and answers, what survives a
 * Redis that was emptied, and the history. Nothing in it is believed after it was restored from a dump (rule R11).
 */
export interface Ledger {
  /**
   * Registers this process, and takes a lock that dies with its connection: the proof that it may still write, and
   * later that it cannot any more. Repeats what is missing of it; what the process reported here before counts no more, nor what
   * of it arrives later.
   * Rejects when the database cannot be reached.
   */
  join(node: Joining): Promise<void>;
  /** True while that lock is held; it is taken again by the next `join`. */
  present(): boolean;
  /** Takes the registration back and closes the connection. Never rejects. */
  leave(): Promise<void>;
  /** For a node that cannot reach Redis: its heartbeat, and so its acknowledgement of a drain. */
  report(report: NodeReport): Promise<void>;
  /** Every registered process. Those that are gone are told once and then forgotten. */
  nodes(): Promise<readonly LedgerNode[]>;
  /**
   * Ends what a process that is gone, or whose operation is being settled, still has open in the database: a server
   * finishes a statement whose client is dead. Where connections do not tell their process (MySQL, MariaDB) nothing is
   * ended. Rejects when they could not be ended.
   */
  evict(bootId: string): Promise<void>;
  /** A person vouches that this process no longer runs: nobody waits for it any more, and it is evicted. */
  declareStopped(bootId: string): Promise<'declared' | 'unknown'>;
  /** Stores the record of an operation. `outdated`: one that is over, or from later, is there, and stays. */
  write(record: OperationRecord): Promise<'written' | 'outdated'>;
  /**
   * The same for the operation of a leader that is gone, by somebody else: only while what is stored still is what was
   * `seen` there (undefined: nothing). So the leader, if it lives after all, has either told of its first change before,
   * or will be told that it is `outdated`.
   */
  settle(seen: OperationRecord | undefined, next: OperationRecord): Promise<'written' | 'moved'>;
  /** The newest operation that was not restored from a dump. */
  latest(): Promise<OperationRecord | undefined>;
  find(operationId: string): Promise<OperationRecord | undefined>;
  /**
   * For how long its record has been as it is, in milliseconds by the clock of the database: machines disagree about the
   * time. Undefined when it is not there, or came with a dump.
   */
  age(operationId: string): Promise<number | undefined>;
  /** Newest first, of epochs below `beforeEpoch` if given, and of those that fit. */
  history(limit: number, beforeEpoch?: number, filter?: HistoryFilter): Promise<readonly OperationRecord[]>;
  /** How many fit. */
  count(filter?: HistoryFilter): Promise<number>;
  /** Keeps lines of the journal; those that are there already stay as they are. */
  keep(entries: readonly JournalEntry[]): Promise<void>;
  journal(operationId: string): Promise<readonly JournalEntry[]>;
}

/** What the coordination may do to the NocoBase app of this process. */
export interface AppLifecycle {
  /** API requests being answered, without those of the running operation itself. */
  inFlight(): number;
  /** The oldest of them, the oldest first, five at most. */
  underWay(): readonly RequestUnderWay[];
  /**
   * No new API work from now on. `hold`: what comes waits for a while, because this node is expected back; `refuse`: it
   * is refused at once, and so is what waits already. `message` is what refused clients read.
   */
  closeTraffic(message: string, comers: 'hold' | 'refuse'): void;
  openTraffic(): void;
  /** Resolves when no API request is under way any more; early when the signal aborts. */
  quiet(signal: AbortSignal): Promise<void>;
  /**
   * Cron, schedule triggers, queue consumers and the like begin nothing new from the first call on; resolves when what
   * runs has ended, or when the signal aborts. May be called again before `resumeBackground`, and a reload ends it, too.
   */
  pauseBackground(signal: AbortSignal): Promise<void>;
  /** Goes on, first with what fell into the pause. */
  resumeBackground(): Promise<void>;
  /** The background work that a drain waits for right now, one line each, at most five. */
  backgroundWork(): readonly string[];
  /** What still runs is not waited for any longer, by nobody: a reload stops the app in spite of it. */
  abandonBackground(): Promise<void>;
  /** No request that may write begins from now on: it waits, and reads go on. `message` is what refused clients read. */
  closeWrites(message: string): void;
  openWrites(): void;
  /** Resolves when no request that may write is under way any more; early when the signal aborts. */
  writesEnded(signal: AbortSignal): Promise<void>;
  /** Loads what database and disk now say. Rejects with one sentence when the app does not serve afterwards. */
  reload(): Promise<void>;
  /** Asks the app a question that touches plugins and database; a sentence when it does not answer it. */
  answers(): Promise<string | undefined>;
  /** Asks the app what the operator wants to be asked after an upgrade; a sentence at the first wrong answer. */
  verify(): Promise<string | undefined>;
  /** The work must stop at once, because another process may change the database now: no query is let through. */
  fence(reason: string): Promise<void>;
  /** What is loaded; undefined while nothing is. */
  loaded(): Fingerprint | undefined;
  /** What the database and the disk of this machine ask for; undefined on an empty database. */
  expected(): Promise<Fingerprint | undefined>;
  /**
   * Version of the core that the database was installed with or last upgraded to; undefined when it names none. To be asked
   * only when nothing of the work goes on any more: what a fence has closed is opened for it.
   */
  installedVersion(): Promise<string | undefined>;
}

/** Backups of the app by the host's own means, into the folder that all nodes share. */
export interface Backups {
  /** Why none can be taken by this process, in one sentence; undefined when one can. Rejects like `take`. */
  hindrance(): Promise<string | undefined>;
  /**
   * Takes one of everything that the database holds, also where the app has not loaded yet. To be called while nothing else
   * writes: it does not stop anybody. Rejects with one sentence. `progress` is told what is being done. When the signal
   * aborts, what runs for it is ended, nothing is left of it, and it rejects.
   */
  take(before: string, progress: (step: string) => void, signal: AbortSignal): Promise<BackupRef>;
  /** The file is there, and can be read from here. */
  has(file: string): Promise<boolean>;
}

/** The policy as it is stored: `document` is its JSON, whatever that says. */
export interface StoredPolicy {
  readonly document: string;
  /** 1 for the first one; each change adds 1. */
  readonly revision: number;
  readonly writtenBy: string;
  /** Milliseconds since 1970; for display only. */
  readonly writtenAt: number;
}

/** Where the app's database keeps what all nodes have to agree on about the policy. */
export interface PolicyStore {
  /** Undefined: nothing was stored, or it came with a dump (rule R11). Nothing is remembered from one call to the next. */
  read(): Promise<StoredPolicy | undefined>;
  /** Stores it in the place of the one with the revision before it. `moved`: another one is there, and nothing was written. */
  write(next: StoredPolicy): Promise<'written' | 'moved'>;
  /** The secret that was offered first, by whichever node. */
  secret(offer: string): Promise<string>;
  /** True for the first who asks in the whole cluster; remembered for at least `ms` milliseconds. */
  useOnce(id: string, ms: number): Promise<boolean>;
  /** Keeps a text for at least `ms` milliseconds. */
  keep(id: string, text: string, ms: number): Promise<void>;
  kept(id: string): Promise<string | undefined>;
}

/** Log lines carry operation, epoch and node in `details`. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** A record of what people decided. Its seal is another one after each change, so that two states are never confused. */
export interface SealedRow {
  readonly id: string;
  readonly state: string;
  /** Milliseconds since 1970 by the clock of the database: when it was added. */
  readonly at: number;
  /** JSON. */
  readonly record: string;
  readonly seal: string;
}

/** Milliseconds since 1970; `until` does not belong to it. */
export interface Span {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * Rows of one sort, shared by all nodes. A row that was loaded from a dump, or that somebody else than the plugin wrote where
 * the database can tell, is not there for any of these.
 */
export interface SealedRows {
  /** Milliseconds since 1970 by the clock of the database. */
  now(): Promise<number>;
  add(row: SealedRow): Promise<void>;
  /** Removes what has been there for longer than half a year. Where there was no place for rows, there is one afterwards. */
  tidy(): Promise<void>;
  find(id: string): Promise<SealedRow | undefined>;
  /** Newest first; of these states alone, if any are named. */
  list(limit: number, states?: readonly string[]): Promise<readonly SealedRow[]>;
  /**
   * Writes `next` in the place of `seen`, in one step: only while the row still is what was seen, and while the clock of the
   * database says a moment within `span`. False: nothing was written. Of all that try it with one `seen` at most one succeeds.
   */
  replace(seen: SealedRow, next: SealedRow, span?: Span): Promise<boolean>;
}

/** One attempt as the database keeps it. */
export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly action: string;
  readonly person: string;
  /** JSON of the rest. */
  readonly entry: string;
  readonly result?: string;
  readonly operation?: string;
}

export interface AuditQuery {
  readonly limit: number;
  /** Id of the last one seen: only older ones follow. */
  readonly before?: string;
  readonly action?: string;
  readonly person?: string;
}

/** What was tried and what became of it. The newest ten thousand of the last 400 days are kept. */
export interface AuditRows {
  /** All or none of them. `at` is said by the clock of the database: `ago` milliseconds before now. */
  add(rows: readonly (Omit<AuditRow, 'at'> & { readonly ago: number })[]): Promise<void>;
  /** One that is not there any more is no error. */
  conclude(id: string, result: string, operation?: string): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<readonly AuditRow[]>;
}

/** What the policy needs to remember besides itself. */
export interface PolicyRecords {
  readonly approvals: SealedRows;
  readonly glass: SealedRows;
  readonly queue: SealedRows;
  /** What users are told of before it begins. */
  readonly announcements: SealedRows;
  readonly audit: AuditRows;
}
