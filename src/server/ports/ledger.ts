import type { JournalEntry, NodePhase, NodeRef, NodeReport, OperationRecord } from '../../shared/domain';
import type { HistoryFilter } from '../../shared/history';

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
