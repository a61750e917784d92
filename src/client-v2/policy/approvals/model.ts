import type { ApprovalRequest, Prospect } from '../../../shared/policy-api';

/** Own approvals with which this may run now: for the same act, given, in their time. The server knows for sure. */
export function usableApprovals(
  requests: readonly ApprovalRequest[],
  { action, subject }: Pick<Prospect, 'action' | 'subject'>,
  now: number,
): readonly ApprovalRequest[] {
  return requests.filter(
    (each) => each.isOwn && isRunnable(each, now) && each.action === action && each.subject === subject,
  );
}

/** Approved, and in the time for which it was. */
export function isRunnable({ state, expiresAt, notBefore, notAfter }: ApprovalRequest, now: number): boolean {
  return state === 'approved' && now < (notAfter ?? expiresAt) && now >= (notBefore ?? 0);
}

export interface SortedRequests {
  /** Of others, to be decided about. */
  readonly toDecide: readonly ApprovalRequest[];
  /** Own ones that are still open. */
  readonly own: readonly ApprovalRequest[];
  readonly ended: readonly ApprovalRequest[];
}

const OPEN: readonly ApprovalRequest['state'][] = ['pending', 'approved'];

export function sortRequests(requests: readonly ApprovalRequest[]): SortedRequests {
  const isOpen = ({ state }: ApprovalRequest) => OPEN.includes(state);
  const toDecide = requests.filter(({ state, isOwn }) => state === 'pending' && !isOwn);
  const own = requests.filter((each) => each.isOwn && isOpen(each));
  return { toDecide, own, ended: requests.filter((each) => !toDecide.includes(each) && !own.includes(each)) };
}
