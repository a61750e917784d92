import { ACL_SNIPPET } from './api';
import { RIGHTS, type Right } from './policy-api';

/** The parts of the plugin's ACL snippet, by what they allow. A role that has `pm.*` or the whole snippet has all of them. */
export const RIGHT_SNIPPETS: Readonly<Record<Right, string>> = {
  see: `${ACL_SNIPPET}.see`,
  operate: `${ACL_SNIPPET}.operate`,
  approve: `${ACL_SNIPPET}.approve`,
  policy: `${ACL_SNIPPET}.policy`,
  breakGlass: `${ACL_SNIPPET}.break-glass`,
};

/** The right that each action of the resource needs. What is not named here is for nobody. */
export const ACTION_RIGHTS: Readonly<Record<string, Right>> = {
  ...of('see', 'status history get settings deliveries policy preflight approvals queued glass audit'),
  ...of('operate', 'enter exit letIn cancel resolve declareStopped rollBack redeliver'),
  ...of('operate', 'requestApproval withdrawApproval queue withdrawQueued announce withdrawAnnouncement'),
  ...of('approve', 'approve reject'),
  ...of('policy', 'updatePolicy'),
  ...of('breakGlass', 'breakGlass mendGlass'),
};

/** What everybody may do who has signed in: it is about all users. */
export const SIGNED_IN_ACTIONS: readonly string[] = ['announced'];

/** Names of the actions that a right opens. */
export function actionsOf(right: Right): readonly string[] {
  return Object.keys(ACTION_RIGHTS).filter((action) => ACTION_RIGHTS[action] === right);
}

/** What a role may do by its ACL snippets. Whoever refuses the whole refuses each part. */
export function rightsOf(allowed: readonly string[], refused: readonly string[]): readonly Right[] {
  if (refused.includes(ACL_SNIPPET)) return [];
  const whole = allowed.includes(ACL_SNIPPET);
  return RIGHTS.filter((right) => {
    const snippet = RIGHT_SNIPPETS[right];
    return !refused.includes(snippet) && (whole || allowed.includes(snippet));
  });
}

function of(right: Right, actions: string): Record<string, Right> {
  return Object.fromEntries(actions.split(' ').map((action) => [action, right]));
}
