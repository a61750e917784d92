import type { Verdict } from '../../../../shared/policy';
import type { QueueRecord } from '../../../core/policy/queued';
import { riskNamed } from '../groups';
import { judge } from '../judge';
import { rolesOfPerson } from '../people';
import type { Policy } from '../policy';
import { mayOperate } from '../rights';

type Waiting = Pick<
  QueueRecord,
  'action' | 'subject' | 'hash' | 'requestedBy' | 'roles' | 'reason' | 'name' | 'approval'
>;

/** What the policy says now about something that waits. Who asked for it must still have the rights with which they did. */
export async function judgeQueued(policy: Policy, record: Waiting): Promise<Verdict> {
  const { action, subject, hash, requestedBy: person, reason, name, approval } = record;
  const { app } = policy.judgeDeps;
  const risk = riskNamed(action);
  if (!risk) return { decision: 'deny', maintenance: 'none', reasons: [{ code: 'denied', values: { action } }] };
  const now = await rolesOfPerson(app, person.identity);
  const roles = record.roles.filter((role) => now.includes(role));
  const asking = { risk, subject, roles, mayOperate: mayOperate(app.acl, roles, risk) };
  const bound = { action, subject, hash, person, parameters: '' };
  const approved = approval !== undefined && (await policy.companions.approvals.covers(approval, bound));
  const given = { reason, approved, ...(name === undefined ? {} : { name }) };
  return (await judge(policy.judgeDeps, asking)).verdict(given);
}
