import type { JournalEntry, NodeReport, OperationRecord } from '../../src/shared/domain';
import type { AcquireOutcome, Coordination, LeaseToken, OperationDraft } from '../../src/server/ports';

/** Longer than any test. */
export const LONG = 600_000;

export function draftOf(node: string, changes: Partial<OperationDraft> = {}): OperationDraft {
  return {
    id: `operation of ${node}`,
    kind: 'pm.enable',
    phase: 'draining',
    scope: 'all',
    subject: 'departments',
    leader: { bootId: node, name: `node ${node}` },
    requestedBy: 'admin',
    startedAt: 1_700_000_000_000,
    phaseSince: 1_700_000_000_001,
    step: '',
    waitingFor: [],
    changed: false,
    target: '',
    lastChange: 0,
    revision: 0,
    attempt: 1,
    ...changes,
  };
}

export function reportOf(node: string, changes: Partial<NodeReport> = {}): NodeReport {
  return {
    bootId: node,
    name: `node ${node}`,
    phase: 'serving',
    phaseSince: 1_700_000_000_000,
    epoch: 0,
    reason: '',
    version: '2.2.15',
    fingerprint: 'f00d',
    inFlight: 3,
    role: 'app',
    startedAt: 1_700_000_000_000,
    sentAt: 0,
    ...changes,
  };
}

/** Line `seq` of a node in the journal of the operation of node a. */
export function lineOf(node: string, seq: number, changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    operation: 'operation of a',
    epoch: 1,
    node: { bootId: node, name: `node ${node}` },
    seq,
    at: 1_700_000_000_000 + seq,
    event: 'work.step',
    text: `step ${seq} of ${node}`,
    ...changes,
  };
}

export function ended(record: OperationRecord, changes: Partial<OperationRecord> = {}): OperationRecord {
  return { ...record, phase: 'idle', result: 'done', endedAt: 1_700_000_009_000, ...changes };
}

export interface Held {
  readonly record: OperationRecord;
  readonly token: LeaseToken;
}

type Answer = Exclude<AcquireOutcome, { outcome: 'outdated' | 'forgotten' }>;

interface Asking {
  readonly ttl?: number;
  /** The epoch is higher than this one. */
  readonly above?: number;
  /** The store has to know an operation of this epoch. */
  readonly known?: number;
  readonly draft?: Partial<OperationDraft>;
}

/** Asks for the lease with the first epoch that the store takes, as the coordinator does. */
export async function ask(coordination: Coordination, node: string, options: Asking = {}): Promise<Answer> {
  const { ttl = LONG, above = 0, known = 0, draft = {} } = options;
  const outcome = await coordination.lease.acquire(draftOf(node, draft), ttl, above + 1, known);
  if (outcome.outcome === 'forgotten') throw new Error(`The store does not know epoch ${known}.`);
  return outcome.outcome === 'outdated' ? ask(coordination, node, { ...options, above: outcome.epoch }) : outcome;
}

/** Acquires or fails the test. */
export async function take(coordination: Coordination, node: string, options: Asking = {}): Promise<Held> {
  return heldOf(await ask(coordination, node, options));
}

export function heldOf(outcome: AcquireOutcome): Held {
  if (outcome.outcome !== 'acquired') throw new Error(`Not acquired but ${outcome.outcome}.`);
  const { record } = outcome;
  return { record, token: { bootId: record.leader.bootId, epoch: record.epoch } };
}

/** Repeats `probe` until it is true: for what may arrive late or get lost. */
export async function eventually(what: string, probe: () => boolean | Promise<boolean>, limit = 10_000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await probe())) {
    if (performance.now() > deadline) throw new Error(`Waited ${limit} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
