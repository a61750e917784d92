import type { AuditEntry } from '../../../shared/policy-api';
import type { Person } from '../../maintenance/manual';

/** A request that stands for exactly one act: who, what, and with which parameters. */
export interface BoundRequest {
  /** As rules know it. */
  readonly action: string;
  readonly subject: string;
  readonly person: Person;
  /** SHA-256 over action and parameters, in one order; not over the person. */
  readonly hash: string;
  /** JSON with secrets masked, for people. */
  readonly parameters: string;
  /** Exactly as they came, so that a queue can do it later; absent when they cannot be kept. */
  readonly exact?: Readonly<Record<string, unknown>>;
}

/** What others have approved. */
export interface Approvals {
  /** Whether this approval is for this request, by this person, now. Changes nothing. */
  covers(id: string, request: BoundRequest): Promise<boolean>;
  /** Takes it, at most once in the cluster, and says who gave it; undefined: it is not to be had. */
  take(id: string, request: BoundRequest): Promise<{ readonly approvedBy: string } | undefined>;
}

/** Whether somebody has set the policy aside for themself. */
export interface Glass {
  brokenBy(person: Person): Promise<{ readonly by: string; readonly reason: string } | undefined>;
}

/** Remembers every attempt, in the database and, at once, as a line of JSON in the log. */
export interface Audit {
  /** Never throws: what cannot be stored stands in the log. Answers the id. Resolves when it is stored, if it can be now. */
  note(entry: Omit<AuditEntry, 'id' | 'at' | 'node'>): Promise<string>;
  /** The same without waiting: it is stored within a moment, together with others. */
  noteSoon(entry: Omit<AuditEntry, 'id' | 'at' | 'node'>): string;
  /** How it ended. */
  conclude(id: string, result: string, operationId?: string): Promise<void>;
  concludeSoon(id: string, result: string, operationId?: string): void;
}
