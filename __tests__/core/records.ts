import type { OperationRecord } from '../../src/shared/domain';

/** A record for tests of pure functions. */
export function operation(changes: Partial<OperationRecord> = {}): OperationRecord {
  return {
    id: 'op',
    kind: 'pm.enable',
    epoch: 7,
    phase: 'draining',
    scope: 'all',
    subject: 'departments',
    leader: { bootId: 'leader', name: 'node 1' },
    requestedBy: 'admin',
    startedAt: 0,
    phaseSince: 0,
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
