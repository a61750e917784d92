import type { Reason, ReasonCode } from '../../shared/policy';
import type { Translate } from '../locale';
import { formatDate } from './moments';

type Values = Reason['values'];
type Words = (values: Values, t: Translate, language: string) => string;

/** One sentence for each reason: what stands in the way, or what is asked. */
const WORDS: Readonly<Record<ReasonCode, Words>> = {
  'policy-error': ({ error }, t) =>
    t('The policy cannot be evaluated, so everything risky is denied: {{error}}', { error: ended(error) }),
  'no-right': ({ action }, t) => t('You do not have the right to do this ({{action}}).', { action: text(action) }),
  'host-refused': ({ action }, t) => t('The rights of NocoBase refuse {{action}}.', { action: text(action) }),
  denied: ({ action }, t) => t('The policy does not allow {{action}}.', { action: text(action) }),
  'coordination-offline': ({ problem }, t) =>
    t('The coordination of the nodes is offline: {{problem}}', { problem: ended(problem) }),
  'operation-running': ({ running }, t) => t('Something else is under way: {{running}}', { running: ended(running) }),
  frozen: ({ until, reason }, t, language) =>
    t('Changes are frozen until {{until}}: {{reason}}', { until: moment(until, language), reason: ended(reason) }),
  'outside-windows': (_, t) => t('This is only allowed in a maintenance window, and none is open now.'),
  'backup-missing': ({ hours }, t) =>
    t('A backup of the last {{count}} hours is needed first, and there is none.', { count: Number(hours) }),
  'backup-too-old': ({ hours, takenAt }, t, language) =>
    t('The last backup was made on {{when}}. It may be at most {{count}} hours old.', {
      count: Number(hours),
      when: moment(takenAt, language),
    }),
  'work-running': ({ names }, t) => t('Work is still running: {{names}}.', { names: text(names) }),
  'node-missing': ({ names }, t) => t('Some nodes cannot be reached: {{names}}.', { names: text(names) }),
  'node-different': ({ names }, t) => t('Some nodes run other code: {{names}}.', { names: text(names) }),
  'approval-needed': (_, t) => t('A second admin has to approve this.'),
  'reason-needed': (_, t) => t('A reason has to be given.'),
  'name-needed': ({ name }, t) => t('The name “{{name}}” has to be typed.', { name: text(name) }),
  'name-wrong': ({ name }, t) => t('The name that was typed is not “{{name}}”.', { name: text(name) }),
  'glass-broken': ({ by, reason }, t) =>
    t('{{by}} has set the policy aside: {{reason}}', { by: text(by), reason: ended(reason) }),
};

/** What a person can do about it. */
const ADVICE: Readonly<Partial<Record<ReasonCode, string>>> = {
  'policy-error': 'Who may edit the policy can mend it on the Policy tab.',
  'no-right': 'An administrator can give your role this right.',
  denied: 'Who may edit the policy can change this on the Policy tab.',
  'coordination-offline': 'The Cluster tab says what is wrong. Nothing risky begins until it is mended.',
  'operation-running': 'Try again when that has ended.',
  frozen: 'Who may edit the policy can end the freeze on the Policy tab.',
  'outside-windows': 'Who may edit the policy can open a window on the Policy tab.',
  'backup-missing': 'Make a backup, then try again.',
  'backup-too-old': 'Make a backup, then try again.',
  'work-running': 'Try again when that has ended.',
  'node-missing': 'Start these nodes again, or wait until they are gone from the Cluster tab.',
  'node-different': 'Restart these nodes, then try again.',
};

/** Reasons are told in these words wherever they are shown. A server of tomorrow may have more: those keep their code. */
export function sayReason({ code, values }: Reason, t: Translate, language: string): string {
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  return words ? words(values, t, language) : code;
}

/** Each advice once, in the order of the reasons. */
export function adviceFor(reasons: readonly Reason[], t: Translate): readonly string[] {
  const all = reasons.map(({ code }) => ADVICE[code]).filter((one): one is string => one !== undefined);
  return [...new Set(all)].map((one) => t(one));
}

/** The name that has to be typed; undefined when none has. */
export function nameAskedFor(reasons: readonly Reason[]): string | undefined {
  const found = reasons.find(({ code }) => code === 'name-needed' || code === 'name-wrong');
  return found && text(found.values.name);
}

export function hasReason(reasons: readonly Reason[], ...codes: readonly ReasonCode[]): boolean {
  return reasons.some(({ code }) => codes.includes(code));
}

function text(value: string | number | undefined): string {
  return String(value ?? '');
}

/** What others wrote may or may not end like a sentence. */
function ended(value: string | number | undefined): string {
  const said = text(value).trim();
  return /[.!?…。！？]$/.test(said) ? said : `${said}.`;
}

function moment(value: string | number | undefined, language: string): string {
  return typeof value === 'number' ? formatDate(value, language) : text(value);
}
