import type { Conditions, Decision, Demand, PolicyDocument, Reason, ReasonCode, Verdict } from '../../../shared/policy';
import { sentence } from '../errors';
import { freezeAt, isOpen, nextOpening } from './calendar';
import type { Risk } from './risks';
import { ruleFor, type Asker } from './rules';

/** What a request brings with it. */
export interface Given {
  readonly reason?: string;
  /** What a person typed as the name of what the action is about. */
  readonly name?: string;
  /** Another person has approved exactly this request. */
  readonly approved?: boolean;
  /** Whoever may do so has set the policy aside, with a reason. */
  readonly brokenGlass?: { readonly by: string; readonly reason: string };
}

/** How things are at the moment of the question. */
export interface Circumstances {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Why the coordination is offline; undefined when it is not. */
  readonly offline?: string;
  /** One sentence of who runs what. */
  readonly running?: string;
  /** When the newest backup ended, in milliseconds since 1970. */
  readonly backupAt?: number;
  /** Names of workflows and async tasks that run. */
  readonly work: readonly string[];
  readonly missingNodes: readonly string[];
  readonly differentNodes: readonly string[];
}

export interface Question extends Asker {
  readonly risk: Risk;
  /** What it is about: the name that has to be typed. */
  readonly subject: string;
  /** Whether this person has the right for it at all. */
  readonly mayOperate: boolean;
  readonly given: Given;
}

const HOUR = 3_600_000;
const ORDER: readonly Decision[] = ['allow', 'ask', 'approve', 'wait', 'deny'];

/** What each reason makes of the answer. `glass-broken` stops nothing: it is there to be seen. */
const WEIGHT: Readonly<Record<ReasonCode, Decision>> = {
  'policy-error': 'deny',
  'no-right': 'deny',
  'host-refused': 'deny',
  denied: 'deny',
  'coordination-offline': 'deny',
  'operation-running': 'deny',
  frozen: 'wait',
  'outside-windows': 'wait',
  'backup-missing': 'deny',
  'backup-too-old': 'deny',
  'work-running': 'deny',
  'node-missing': 'deny',
  'node-different': 'deny',
  'approval-needed': 'approve',
  'reason-needed': 'ask',
  'name-needed': 'ask',
  'name-wrong': 'ask',
  'glass-broken': 'allow',
};

/** What no one sets aside: it is not the policy that says so. */
const NOT_POLICY: readonly ReasonCode[] = ['no-right', 'coordination-offline', 'operation-running'];

/**
 * The answer to "may this begin now?", the same for requests, inner calls, commands, and whoever only asks. Pure; never
 * throws: a policy that cannot be evaluated denies.
 */
export function verdictOf(policy: PolicyDocument, question: Question, circumstances: Circumstances): Verdict {
  const maintenance = maintenanceOf(question.risk);
  try {
    const { reasons, inWindows } = allReasons(policy, question, circumstances);
    const { brokenGlass } = question.given;
    const stays = brokenGlass ? reasons.filter(({ code }) => NOT_POLICY.includes(code)) : reasons;
    const all = brokenGlass ? [...stays, reason('glass-broken', { ...brokenGlass })] : stays;
    const decision = all.map(({ code }) => WEIGHT[code]).reduce(stricter, 'allow');
    const next = decision === 'wait' ? nextOpening(policy.calendar, circumstances.now, inWindows) : undefined;
    return { decision, maintenance, reasons: all, ...(next === undefined ? {} : { nextWindow: next }) };
  } catch (error) {
    return { decision: 'deny', maintenance, reasons: [reason('policy-error', { error: sentence(error) })] };
  }
}

function allReasons(policy: PolicyDocument, question: Question, circumstances: Circumstances) {
  const { risk, mayOperate } = question;
  const rule = ruleFor(policy.rules, risk, question);
  const inWindows = rule.inWindows === true;
  const runs = maintenanceOf(risk) !== 'none';
  const { offline, running } = circumstances;
  const reasons = [
    mayOperate ? undefined : reason('no-right', { action: risk.action }),
    rule.demand === 'deny' ? reason('denied', { action: risk.action }) : undefined,
    runs && offline !== undefined ? reason('coordination-offline', { problem: offline }) : undefined,
    runs && running !== undefined ? reason('operation-running', { running }) : undefined,
    ...(risk.class === 'sensitive' ? [] : calendarReasons(policy, circumstances, inWindows)),
    ...(risk.class === 'exclusive' ? conditionReasons(policy.conditions, circumstances) : []),
    ...demandReasons(rule.demand, question),
  ];
  return { reasons: reasons.filter((one) => one !== undefined), inWindows };
}

function calendarReasons({ calendar }: PolicyDocument, { now }: Circumstances, inWindows: boolean): Reason[] {
  const freeze = freezeAt(calendar, now);
  return [
    ...(freeze ? [reason('frozen', { until: freeze.to, reason: freeze.reason })] : []),
    ...(inWindows && !isOpen(calendar, now) ? [reason('outside-windows', {})] : []),
  ];
}

function conditionReasons(conditions: Conditions, circumstances: Circumstances): Reason[] {
  const { backupWithinHours: hours, noRunningWork, allNodesEqual } = conditions;
  const { backupAt, now, work, missingNodes, differentNodes } = circumstances;
  const named = (code: ReasonCode, names: readonly string[]) =>
    names.length > 0 ? [reason(code, { names: names.join(', ') })] : [];
  const missing = hours > 0 && backupAt === undefined;
  const old = hours > 0 && backupAt !== undefined && now - backupAt > hours * HOUR;
  return [
    ...(missing ? [reason('backup-missing', { hours })] : []),
    ...(old ? [reason('backup-too-old', { hours, takenAt: backupAt })] : []),
    ...(noRunningWork ? named('work-running', work) : []),
    ...(allNodesEqual ? [...named('node-missing', missingNodes), ...named('node-different', differentNodes)] : []),
  ];
}

function demandReasons(demand: Demand, { given, subject, risk }: Question): Reason[] {
  if (demand === 'nothing' || demand === 'deny') return [];
  const expected = subject === '' ? risk.action : subject;
  const said = given.reason?.trim() ?? '';
  const name = given.name?.trim() ?? '';
  return [
    ...(demand === 'approval' && given.approved !== true ? [reason('approval-needed', {})] : []),
    ...(said === '' ? [reason('reason-needed', {})] : []),
    ...(demand === 'name' && name === '' ? [reason('name-needed', { name: expected })] : []),
    ...(demand === 'name' && name !== '' && name !== expected ? [reason('name-wrong', { name: expected })] : []),
  ];
}

/**
 * What is exclusive or quiet runs under maintenance whatever the policy says: without it nodes break. Not rows that nobody may
 * write in this way at all, and not sub-apps: each is a cluster of its own, which stops for itself.
 */
export function maintenanceOf({ class: risk, group }: Risk): Verdict['maintenance'] {
  if (group === 'plugin-rows' || group === 'sub-apps') return 'none';
  return risk === 'exclusive' ? 'full' : risk === 'quiet' ? 'quiet' : 'none';
}

/** The answer to two questions that have to be answered with yes both. */
export function both(one: Verdict, other: Verdict): Verdict {
  const known = one.reasons.map((reason) => JSON.stringify(reason));
  const reasons = [...one.reasons, ...other.reasons.filter((reason) => !known.includes(JSON.stringify(reason)))];
  const windows = [one.nextWindow, other.nextWindow].filter((moment) => moment !== undefined);
  const strength = ['none', 'quiet', 'full'] as const;
  const strong = strength.indexOf(one.maintenance) >= strength.indexOf(other.maintenance) ? one : other;
  const decision = stricter(one.decision, other.decision);
  const waits = decision === 'wait' && windows.length > 0 ? { nextWindow: Math.max(...windows) } : {};
  return { decision, maintenance: strong.maintenance, reasons, ...waits };
}

/** Whether this reason alone says no, whatever somebody brings along or waits for. */
export function isHard(code: ReasonCode): boolean {
  return WEIGHT[code] === 'deny';
}

function reason(code: ReasonCode, values: Reason['values']): Reason {
  return { code, values };
}

function stricter(a: Decision, b: Decision): Decision {
  return ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a;
}
