import type { NodeView, StatusBody } from '../../src/shared/api';
import type { JournalEntry, OperationRecord, WayOut } from '../../src/shared/domain';

/** The answering node's clock in all fixtures. */
export const NOW = Date.UTC(2025, 0, 15, 12, 0, 0);

export function node(name: string, over: Partial<NodeView> = {}): NodeView {
  return {
    bootId: `boot-${name}`,
    name,
    phase: 'serving',
    phaseSince: NOW - 65_000,
    epoch: 0,
    reason: '',
    version: '2.2.15',
    fingerprint: 'digest',
    inFlight: 0,
    role: 'app',
    startedAt: NOW - 3_600_000,
    sentAt: 0,
    silentMs: 500,
    fingerprintMatch: 'equal',
    isSelf: false,
    isLeader: false,
    ...over,
  };
}

export function operation(over: Partial<OperationRecord> = {}): OperationRecord {
  return {
    id: 'operation-1',
    kind: 'pm.enable',
    epoch: 7,
    phase: 'draining',
    scope: 'all',
    subject: 'departments',
    leader: { bootId: 'boot-node-1', name: 'node-1' },
    requestedBy: 'Ada',
    startedAt: NOW - 7_000,
    phaseSince: NOW - 2_000,
    step: '',
    waitingFor: [],
    changed: false,
    target: '',
    lastChange: 0,
    revision: 0,
    attempt: 1,
    ...over,
  };
}

export function status(over: Partial<StatusBody> = {}): StatusBody {
  return {
    mode: 'cluster',
    online: true,
    message: '',
    self: 'boot-node-2',
    selfName: 'node-2',
    now: NOW,
    guarded: true,
    nodes: [node('node-1'), node('node-2', { isSelf: true }), node('node-3')],
    ...over,
  };
}

/** The ways out of a held operation, as a server tells them. */
export const WAYS_OUT: readonly WayOut[] = [
  { resolution: 'resume', consequence: 'Every node loads what the database now says.' },
  { resolution: 'retry', consequence: 'A node does pm.enable departments again.' },
  {
    resolution: 'roll-back',
    consequence: 'The backup replaces the database.',
    refusal: 'No backup belongs to this operation.',
  },
  {
    resolution: 'give-up',
    consequence: 'node-1 loses the guard.',
    refusal: 'node-1 is not inside the guard any more.',
  },
];

export function held(over: Partial<OperationRecord> = {}): StatusBody {
  const reason = 'node-1 disappeared while pm.enable departments was changing the database.';
  const record = operation({ phase: 'held', changed: true, reason, phaseSince: NOW - 185_000, ...over });
  return status({ operation: record, waysOut: WAYS_OUT });
}

/** `count` lines of one operation, of which the last one is trouble. */
export function journal(count: number): JournalEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    operation: 'operation-1',
    epoch: 7,
    node: { bootId: 'boot-node-1', name: 'node-1' },
    seq: index + 1,
    at: NOW + index * 1_000,
    event: index === count - 1 ? ('guard.lost' as const) : ('work.step' as const),
    text: `line ${index + 1}.`,
  }));
}
