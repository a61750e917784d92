import type { Reason, Verdict } from '../../../src/shared/policy';
import {
  POLICY_ERROR_CODES,
  type ApprovalRequest,
  type PolicyRefusal,
  type Prospect,
} from '../../../src/shared/policy-api';

export const NOW = Date.UTC(2025, 0, 15, 12, 0, 0);

export function reason(code: Reason['code'], values: Reason['values'] = {}): Reason {
  return { code, values };
}

export function verdict(over: Partial<Verdict> = {}): Verdict {
  return { decision: 'ask', maintenance: 'full', reasons: [reason('reason-needed')], ...over };
}

export function prospect(over: Partial<Prospect> = {}): Prospect {
  return {
    action: 'pm:enable',
    group: 'plugins',
    class: 'exclusive',
    subject: 'departments',
    verdict: verdict(),
    nodes: ['node-2', 'node-3'],
    expectedMs: 20_000,
    lastBackupAt: NOW - 3_600_000,
    work: [],
    takesBackup: false,
    confirm: 'confirm-1',
    bringsFile: false,
    ...over,
  };
}

export function refusalBody(denied: boolean, of: Prospect): PolicyRefusal {
  const code = denied ? POLICY_ERROR_CODES.denied : POLICY_ERROR_CODES.confirmationRequired;
  return { errors: [{ code, message: 'The policy.', reasons: of.verdict.reasons, prospect: of }] };
}

export function approval(over: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: 'approval-1',
    state: 'pending',
    action: 'pm:enable',
    group: 'plugins',
    subject: 'departments',
    parameters: '{"filterByTk":"departments"}',
    reason: 'For the new office',
    requestedBy: 'Ada',
    isOwn: false,
    requestedAt: NOW - 60_000,
    expiresAt: NOW + 3_600_000,
    ...over,
  };
}
