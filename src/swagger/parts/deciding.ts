import {
  REQUEST_STATES,
  type ApprovalsBody,
  type AuditBody,
  type BreakGlassBody,
  type DecideBody,
  type QueueBody,
  type RequestApprovalBody,
  type UpdatePolicyBody,
} from '../../shared/policy-api';
import {
  act,
  answered,
  count,
  INVALID,
  LATE,
  list,
  look,
  moment,
  OFFLINE,
  pathOf,
  query,
  ref,
  refused,
  shape,
  text,
  UNKNOWN,
  word,
  type Paths,
} from './words';

const confirm = text('The `confirm` of the answer that asked (428), or of `preflight`.');
const reason = text('Why.');
const id = text('Which one.');
const WISH = { 400: INVALID, 409: LATE, 503: OFFLINE } as const;
const CHOICE = { 400: INVALID, 404: UNKNOWN, 409: LATE, 503: OFFLINE } as const;
const moments = { notBefore: moment('It runs not before.'), notAfter: moment('Nor after.') };

export const POLICY: Paths = {
  [pathOf('policy')]: { get: look('The policy', [], answered('As it is in force.', ref('Policy'))) },
  [pathOf('updatePolicy')]: {
    post: act(
      'Change the policy',
      shape<UpdatePolicyBody>({ document: { type: 'object' }, revision: count('The one that was edited.') }),
      'All of it at once; an export is an import, too.',
      { ...answered('As it is in force now.', ref('Policy')), ...refused(WISH) },
    ),
  },
  [pathOf('preflight')]: {
    get: look(
      'What an action would do if it began now',
      [
        query('action', '`resource:action` or the name of a command.', text(''), true),
        query('subject', 'What it would be about.', text('')),
      ],
      { ...answered('And what stands in its way.', ref('Prospect')), ...refused({ 400: INVALID }) },
    ),
  },
};

export const APPROVALS: Paths = {
  [pathOf('approvals')]: {
    get: look(
      'What second admins were asked for',
      [query('state', 'Only these.', word('', REQUEST_STATES))],
      answered(
        'The newest first.',
        shape<ApprovalsBody>({ requests: list(ref('Approval')), waiting: count('For this person to decide.') }),
      ),
    ),
  },
  [pathOf('requestApproval')]: {
    post: act('Ask for a second admin', shape<RequestApprovalBody>({ confirm, reason }), 'For exactly one request.', {
      ...answered('It waits.', ref('Approval')),
      ...refused(WISH),
    }),
  },
  [pathOf('approve')]: {
    post: act('Say yes', shape<DecideBody>({ id, comment: reason, ...moments }, ['id']), 'Nobody approves their own.', {
      ...answered('It may run once.', ref('Approval')),
      ...refused(CHOICE),
    }),
  },
  [pathOf('reject')]: {
    post: act('Say no', shape<DecideBody>({ id, comment: reason, ...moments }, ['id']), '', {
      ...answered('It does not run.', ref('Approval')),
      ...refused(CHOICE),
    }),
  },
  [pathOf('withdrawApproval')]: {
    post: act('Take the wish back', shape({ id }), 'Only one’s own.', {
      ...answered('It is withdrawn.', ref('Approval')),
      ...refused(CHOICE),
    }),
  },
};

export const QUEUE: Paths = {
  [pathOf('queued')]: {
    get: look('What waits for a window', [], answered('The newest first.', list(ref('Queued')))),
  },
  [pathOf('queue')]: {
    post: act(
      'Let an action wait for the next window',
      shape<QueueBody>(
        { confirm, reason, name: text('Typed by hand, where asked for.'), approval: text('Id, where asked for.') },
        ['confirm', 'reason'],
      ),
      'It begins by itself, on one node.',
      { ...answered('It waits.', ref('Queued')), ...refused(WISH) },
    ),
  },
  [pathOf('withdrawQueued')]: {
    post: act('Take it back', shape({ id }), 'Before it has begun.', {
      ...answered('It is withdrawn.', ref('Queued')),
      ...refused(CHOICE),
    }),
  },
};

export const GLASS: Paths = {
  [pathOf('glass')]: { get: look('Whether somebody has set the policy aside', [], answered('Who.', ref('Glass'))) },
  [pathOf('breakGlass')]: {
    post: act(
      'Set the policy aside for oneself',
      shape<BreakGlassBody>({ reason, minutes: { type: 'integer', minimum: 1, maximum: 60, default: 15 } }, ['reason']),
      'For so long. Everybody sees it, and it stays in the audit.',
      { ...answered('The glass is broken.', ref('Glass')), ...refused(WISH) },
    ),
  },
  [pathOf('mendGlass')]: {
    post: act('Let the policy count again', shape({}), 'Before the time is over.', {
      ...answered('It counts.', ref('Glass')),
      ...refused({ 503: OFFLINE }),
    }),
  },
};

export const AUDIT: Paths = {
  [pathOf('audit')]: {
    get: look(
      'Every attempt at something risky',
      [
        query('limit', 'How many: 50 by default, 200 at most.', count('')),
        query('before', 'Id of the last one seen: the next page.', text('')),
        query('action', 'Only this action.', text('')),
        query('person', 'Only this person.', text('')),
      ],
      answered('The newest first.', shape<AuditBody>({ entries: list(ref('AuditEntry')) })),
    ),
  },
};
