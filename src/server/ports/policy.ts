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
