import type { Reason, ReasonCode, Verdict } from '../../../shared/policy';

type Values = Reason['values'];

const SENTENCES: Readonly<Record<ReasonCode, (values: Values) => string>> = {
  'policy-error': ({ error }) => `The policy cannot be evaluated, so it denies: ${error}`,
  'no-right': () => 'You have no right to do this.',
  'host-refused': ({ action }) => `The rights of NocoBase refuse ${action}.`,
  denied: ({ action }) => `The policy denies ${action}.`,
  'coordination-offline': ({ problem }) => `It needs the coordination, which is offline: ${problem}`,
  'operation-running': ({ running }) => `${running}`,
  frozen: ({ until, reason }) => `A freeze lasts until ${moment(until)}: ${reason}.`,
  'outside-windows': () => 'It may only be done while a window is open.',
  'backup-missing': ({ hours }) => `There is no backup; one of the last ${hours} hours is needed.`,
  'backup-too-old': ({ hours, takenAt }) =>
    `The newest backup is of ${moment(takenAt)}; one of the last ${hours} hours is needed.`,
  'work-running': ({ names }) => `Work is running: ${names}.`,
  'node-missing': ({ names }) => `Nodes are missing: ${names}.`,
  'node-different': ({ names }) => `Nodes run other code than this one: ${names}.`,
  'approval-needed': () => 'Another admin has to approve it.',
  'reason-needed': () => 'A reason is needed.',
  'name-needed': ({ name }) => `The name has to be typed: ${name}.`,
  'name-wrong': ({ name }) => `Another name was typed than the one that is needed: ${name}.`,
  'glass-broken': ({ by, reason }) => `${by} has set the policy aside: ${reason}.`,
};

/** One reason for whoever reads no page: the log, the command line, a client of the API. */
export function reasonSentence({ code, values }: Reason): string {
  return SENTENCES[code](values).replace(/([.!?])\.$/, '$1');
}

/** All of them, and when it may be tried again. */
export function verdictSentence({ reasons, nextWindow }: Verdict): string {
  const next = nextWindow === undefined ? [] : [`The next window opens at ${moment(nextWindow)}.`];
  return [...reasons.map(reasonSentence), ...next].join(' ');
}

function moment(value: string | number | undefined): string {
  const date = new Date(Number(value));
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString();
}
