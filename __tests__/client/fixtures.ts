import type { NodeView, StatusBody } from '../../src/shared/api';
import type { OperationRecord } from '../../src/shared/domain';

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
    nodes: [node('node-1'), node('node-2', { isSelf: true }), node('node-3')],
    ...over,
  };
}
