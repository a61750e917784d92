import { CLUSTER_PHASES, OPERATION_KINDS, OPERATION_RESULTS } from '../../shared/domain';
import { DELIVERY_STATES, NEWS_EVENTS, type Delivery, type News } from '../../shared/news';
import {
  ACTION_GROUPS,
  DECISIONS,
  DEMANDS,
  REASON_CODES,
  RISK_CLASSES,
  type Reason,
  type Verdict,
} from '../../shared/policy';
import {
  QUEUE_STATES,
  REQUEST_STATES,
  type ApprovalRequest,
  type AuditEntry,
  type GlassBody,
  type PolicyBody,
  type Prospect,
  type QueuedAction,
} from '../../shared/policy-api';
import { SETTING_GROUPS, type SettingView } from '../../shared/settings-view';
import { count, list, moment, named, ref, shape, text, word, yes } from './words';

const id = text('Its identity.');
const action = text('`resource:action` or the name of a command.');
const subject = text('What it is about.');
const parameters = text('JSON; secrets are masked.');
const reason = text('What the person gave as the reason.');
const requestedBy = text('Who asked.');
const requestedAt = moment('When.');
const group = word('Decided about together.', ACTION_GROUPS);
const reasons = list(ref('Reason'), 'All of them.');

const approval = shape<ApprovalRequest>(
  {
    ...{ id, action, group, subject, parameters, reason, requestedBy, requestedAt },
    state: word('What has become of it.', REQUEST_STATES),
    isOwn: yes('Of whoever asks now: nobody approves their own.'),
    expiresAt: moment('Until when it counts.'),
    decidedBy: text('Who decided.'),
    decidedAt: moment('When that was.'),
    comment: text('With which words.'),
    notBefore: moment('It runs not before.'),
    notAfter: moment('Nor after.'),
  },
  ['id', 'action', 'group', 'subject', 'state', 'requestedBy', 'requestedAt', 'expiresAt'],
);

const prospect = shape<Prospect>(
  {
    ...{ action, group, subject },
    class: word('How risky it is.', RISK_CLASSES),
    verdict: ref('Verdict'),
    nodes: list(text(''), 'Nodes that would drain.'),
    expectedMs: count('How long it is expected to take.'),
    lastBackupAt: moment('When the newest backup ended.'),
    work: list(text(''), 'Background work that runs now.'),
    takesBackup: yes('A backup is taken first.'),
    confirm: text('Binds this very request, for a few minutes.'),
    bringsFile: yes('It brings a file, which is not kept.'),
  },
  ['action', 'group', 'class', 'subject', 'verdict', 'nodes', 'work', 'takesBackup', 'bringsFile'],
);

const auditEntry = shape<AuditEntry>(
  {
    ...{ id, action, subject, parameters, reason, reasons },
    at: moment('When.'),
    person: text('Who.'),
    node: text('Where.'),
    by: word('How it came.', ['request', 'command', 'start', 'queue', 'page']),
    decision: word('What the policy said.', DECISIONS),
    demand: word('What it asked for.', DEMANDS),
    approvalId: text('Which approval was used.'),
    approvedBy: text('Who gave it.'),
    operationId: text('What came of it.'),
    result: text('HTTP status, or how the operation ended.'),
  },
  ['id', 'at', 'person', 'node', 'by', 'action', 'subject', 'parameters', 'decision', 'reasons'],
);

export const POLICY_SCHEMAS = named({
  Approval: approval,
  Prospect: prospect,
  AuditEntry: auditEntry,
  Reason: shape<Reason>({ code: word('Why.', REASON_CODES), values: { type: 'object', description: 'For its text.' } }),
  Verdict: shape<Verdict>(
    {
      decision: word('From yes to no.', DECISIONS),
      maintenance: word('What it runs under.', ['none', 'quiet', 'full']),
      reasons,
      nextWindow: moment('When only the calendar stands in the way.'),
    },
    ['decision', 'maintenance', 'reasons'],
  ),
  Policy: shape<PolicyBody>(
    {
      document: { type: 'object', description: 'Rules, calendar and conditions.' },
      revision: count('Goes up with each change.'),
      writtenBy: text('Who changed it last.'),
      writtenAt: moment('When.'),
      readOnlyBy: text('The variable that overrides what is stored.'),
      problem: text('What is wrong with it: until that is mended everything risky is denied.'),
      environment: word('By APP_ENV.', ['production', 'other']),
      known: list(action, 'What rules may name and is known here; `resource:*`: whatever may write there.'),
    },
    ['document', 'revision', 'environment', 'known'],
  ),
  Queued: shape<QueuedAction>(
    {
      ...{ id, action, subject, reason, requestedBy, requestedAt },
      state: word('What has become of it.', QUEUE_STATES),
      startsAt: moment('When it is expected to begin.'),
      operationId: text('What it began.'),
      result: text('In one sentence.'),
    },
    ['id', 'state', 'action', 'subject', 'reason', 'requestedBy', 'requestedAt'],
  ),
  Glass: shape<GlassBody>(
    { broken: shape({ by: text('Who.'), reason, until: moment('Until when.'), isOwn: yes('Of whoever asks now.') }) },
    [],
  ),
  Setting: shape<SettingView>(
    {
      variable: text('The environment variable that decides it.'),
      group: word('Where it is shown.', SETTING_GROUPS),
      value: { oneOf: [{ type: 'string' }, { type: 'number' }] },
      unit: word('What the number counts.', ['ms', 'minutes', 'requests']),
      setBy: text('The variable that has set it; absent: it is the default.'),
    },
    ['variable', 'group', 'value'],
  ),
  Delivery: shape<Delivery>({
    id,
    news: shape<News>(
      {
        id,
        event: word('What happened.', NEWS_EVENTS),
        at: moment('When.'),
        title: text('One line.'),
        text: text('What happened, to what, and what to do.'),
        operation: shape<NonNullable<News['operation']>>(
          {
            ...{ id, subject, requestedBy },
            epoch: count('Its epoch.'),
            kind: word('What it does.', OPERATION_KINDS),
            phase: word('How far it was.', CLUSTER_PHASES),
            result: word('How it ended.', OPERATION_RESULTS),
            leader: text('Name of the node that led it.'),
            startedAt: moment('When it began.'),
          },
          ['id', 'epoch', 'kind', 'subject', 'phase', 'leader', 'requestedBy', 'startedAt'],
        ),
      },
      ['id', 'event', 'at', 'title', 'text'],
    ),
    target: word('Where to.', ['webhook', 'channel']),
    state: word('How far it is.', DELIVERY_STATES),
    attempts: count('How often it was tried.'),
    problem: text('What the last attempt failed for.'),
  }),
});
