import { RESOURCE } from '../../../shared/api';
import type { ApprovalRequest } from '../../../shared/policy-api';
import type { Person } from '../../maintenance/manual';
import type { Parts } from '../parts';
import { EXIT, textOf, told, type CliOutcome, type Options } from './outcome';

/** What waits for a second admin, and what became of the requests before; a shell may decide, too. */
export async function approvals({ policy }: Pick<Parts, 'policy'>, by: Person): Promise<CliOutcome> {
  const body = await policy.kept.approvals.list(by, true);
  const text = body.requests.length === 0 ? 'Nobody has asked for an approval.' : body.requests.map(line).join('\n');
  return { text, json: body, code: EXIT.done };
}

/** It stands in the audit, whatever becomes of it. */
export async function decide(
  { policy }: Pick<Parts, 'policy'>,
  word: 'approved' | 'rejected',
  id: string,
  options: Options,
  by: Person,
): Promise<CliOutcome> {
  const comment = textOf(options.comment);
  const said = comment === undefined ? {} : { comment };
  const outcome = await policy.kept.approvals.decide(word, { id, ...said }, by);
  await policy.kept.audit.note({
    ...{ person: by.name, by: 'command', reasons: [], approvalId: id },
    action: `${RESOURCE}:${word === 'approved' ? 'approve' : 'reject'}`,
    subject: outcome.ok ? outcome.value.subject : '',
    parameters: JSON.stringify({ id, ...said }),
    decision: outcome.ok ? 'allow' : 'deny',
    result: outcome.ok ? 'done' : outcome.message,
    ...(comment === undefined ? {} : { reason: comment }),
  });
  if (!outcome.ok) return told({ ok: false, refusal: outcome.message });
  return { text: line(outcome.value), json: { ok: true, request: outcome.value }, code: EXIT.done };
}

function line({ id, state, action, subject, requestedBy, requestedAt, reason }: ApprovalRequest): string {
  const what = [action, subject].filter(Boolean).join(' ');
  return `${id} ${state}: ${what} for ${requestedBy}, since ${new Date(requestedAt).toISOString()}: ${reason}`;
}
