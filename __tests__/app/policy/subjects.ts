import { KeptApprovals } from '../../../src/server/app/policy/approvals';
import { KeptGlass, type GlassRecord } from '../../../src/server/app/policy/glass';
import type { BoundRequest } from '../../../src/server/app/policy/contract';
import { SealedRecords } from '../../../src/server/app/policy/sealed';
import type { ApprovalRecord } from '../../../src/server/core/policy/approval';
import { createMemoryPolicyRecords } from '../../../src/server/memory/policy-records';
import type { PolicyRecords } from '../../../src/server/ports';
import { ManualClock } from '../../memory/manual-clock';

export const ANNA = { name: 'Anna', identity: 'user 1' };
export const BORIS = { name: 'Boris', identity: 'user 2' };
/** Of the same name as somebody else. */
export const OTHER_ANNA = { name: 'Anna', identity: 'user 3' };

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** What Anna asks for, unless told otherwise. */
export function boundOf(more: Partial<BoundRequest> = {}): BoundRequest {
  return {
    action: 'pm:enable',
    subject: 'departments',
    person: ANNA,
    hash: 'hash of departments',
    parameters: '{"filterByTk":"departments"}',
    exact: { resource: 'pm', action: 'enable', params: { filterByTk: 'departments' } },
    ...more,
  };
}

export interface Office {
  readonly clock: ManualClock;
  readonly rows: PolicyRecords;
  readonly approvals: KeptApprovals;
  readonly glass: KeptGlass;
}

/** Everything of one process, on rows that several may share. */
export function office(clock = new ManualClock(), rows = createMemoryPolicyRecords(clock)): Office {
  const secret = () => Promise.resolve('the key of the app');
  const approvals = new SealedRecords<ApprovalRecord>({ rows: rows.approvals, clock, secret, what: 'approvals' });
  const glass = new SealedRecords<GlassRecord>({ rows: rows.glass, clock, secret, what: 'glass' });
  return { clock, rows, approvals: new KeptApprovals(approvals, clock), glass: new KeptGlass(glass, clock) };
}

/** The answer to what has to succeed. */
export async function ok<T>(
  outcome: Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }>,
): Promise<T> {
  const known = await outcome;
  if (!known.ok) throw new Error(known.message);
  return known.value;
}
