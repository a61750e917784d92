import { rightsOfRoles, rolesOf } from './rights';
import type { DecisionDeps } from './decision-deps';
import { isHopeless } from '../../core/policy/queued';
import { verdictSentence } from '../../core/policy/sentences';
import type { Policy } from './policy';
import { judgeQueued } from './queue/judge-queued';

/** What the actions need by which people decide. */
export function decisionsOf(policy: Policy): DecisionDeps {
  const { kept, confirmations, judgeDeps } = policy;
  const { acl } = judgeDeps.app;
  return {
    ...kept,
    openConfirm: (confirm, person) => confirmations.read(confirm, person),
    prospectOf: async ({ action, subject, hash, person }, { roles, reason, name, approval }) => {
      const given = { ...(name === undefined ? {} : { name }), ...(approval === undefined ? {} : { approval }) };
      const verdict = await judgeQueued(policy, {
        action,
        subject,
        hash,
        requestedBy: person,
        roles,
        reason,
        ...given,
      });
      if (isHopeless(verdict)) return { hopeless: verdictSentence(verdict) };
      return verdict.nextWindow === undefined ? {} : { startsAt: verdict.nextWindow };
    },
    rightsOf: (ctx) => rightsOfRoles(acl, rolesOf(ctx)),
    rolesOf,
  };
}
