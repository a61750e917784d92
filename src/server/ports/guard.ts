import type { Fingerprint } from '../../shared/domain';

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
