import { REQUEST_STATES, type ApprovalRequest, type ApprovalsBody } from '../../../shared/policy-api';
import { numberOf, textOf } from './asked-for';
import type { Acted, Asked } from './decision-deps';
import { refused } from './outcome';

export const STALE = 'This confirmation counts no more, or was not given to you: ask for the action once more.';
export const NO_REASON = 'A reason is needed: the other one has to decide by it.';

export async function approvals({ ctx, deps, person }: Asked): Promise<ApprovalsBody> {
  const { state } = ctx.action.params;
  const known = REQUEST_STATES.find((word) => word === state);
  return deps.approvals.list(person, deps.rightsOf(ctx).includes('approve'), known);
}

export async function requestApproval({ deps, person, values }: Asked): Promise<Acted<ApprovalRequest>> {
  const [confirm, reason] = [textOf(values.confirm), textOf(values.reason)];
  const bound = confirm === undefined ? undefined : await deps.openConfirm(confirm, person);
  if (!bound) return { outcome: refused(409, STALE), told: { reason } };
  const told = { subject: bound.subject, reason, parameters: { action: bound.action, request: bound.parameters } };
  if (reason === undefined) return { outcome: refused(400, NO_REASON), told };
  const outcome = await deps.approvals.request(bound, reason);
  return { outcome, told: { ...told, approvalId: outcome.ok ? outcome.value.id : undefined } };
}

export function approve(asked: Asked): Promise<Acted<ApprovalRequest>> {
  return decide('approved', asked);
}

export function reject(asked: Asked): Promise<Acted<ApprovalRequest>> {
  return decide('rejected', asked);
}

async function decide(word: 'approved' | 'rejected', { deps, person, values }: Asked): Promise<Acted<ApprovalRequest>> {
  const [id, comment] = [textOf(values.id) ?? '', textOf(values.comment)];
  const moments = { notBefore: numberOf(values.notBefore), notAfter: numberOf(values.notAfter) };
  const times = Object.fromEntries(Object.entries(moments).filter(([, moment]) => moment !== undefined));
  const unreadable = ['notBefore', 'notAfter'].find((name) => values[name] != null && !(name in times));
  const body = { id, ...(comment === undefined ? {} : { comment }), ...times };
  const outcome =
    unreadable === undefined
      ? await deps.approvals.decide(word, body, person)
      : refused(400, `"${unreadable}" is a moment, in milliseconds since 1970.`);
  const subject = outcome.ok ? outcome.value.subject : '';
  return { outcome, told: { subject, reason: comment, approvalId: id, parameters: body } };
}

export async function withdrawApproval({ deps, person, values }: Asked): Promise<Acted<ApprovalRequest>> {
  const id = textOf(values.id) ?? '';
  const outcome = await deps.approvals.withdraw(id, person);
  return { outcome, told: { subject: outcome.ok ? outcome.value.subject : '', approvalId: id } };
}
