import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECISIONS, REASON_CODES, type PolicyDocument, type PolicyRule } from '../../../src/shared/policy';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { readPolicy } from '../../../src/server/core/policy/document';
import { riskOf, riskOfCommand, type Risk } from '../../../src/server/core/policy/risks';
import { ruleFor } from '../../../src/server/core/policy/rules';
import {
  maintenanceOf,
  verdictOf,
  type Circumstances,
  type Given,
  type Question,
} from '../../../src/server/core/policy/verdict';
import { circumstances, policies, questions } from './samples';

const NOW = Date.parse('2026-11-25T12:00Z');
const CALM: Circumstances = { now: NOW, work: [], missingNodes: [], differentNodes: [] };

function risk(resource: string, action: string): Risk {
  const found = riskOf(resource, action, true);
  if (!found) throw new Error(`${resource}:${action} is no risk.`);
  return found;
}

function asked(what: Risk, given: Given = {}, more: Partial<Question> = {}): Question {
  const who = { environment: 'production', roles: ['admin'], mayOperate: true } as const;
  return { risk: what, subject: 'departments', ...who, given, ...more };
}

function codes(question: Question, now: Partial<Circumstances> = {}, policy = DEFAULT_POLICY): string[] {
  const { decision, reasons } = verdictOf(policy, question, { ...CALM, ...now });
  return [decision, ...reasons.map(({ code }) => code)];
}

describe('on the day of installation, in production', () => {
  it.each<[string, string, string[]]>([
    ['pm', 'enable', ['ask', 'reason-needed']],
    ['pm', 'remove', ['ask', 'reason-needed', 'name-needed']],
    ['backups', 'restore', ['ask', 'reason-needed', 'name-needed']],
    ['backup', 'restoreUpload', ['ask', 'reason-needed', 'name-needed']],
    ['backups', 'create', ['allow']],
    ['collections', 'create', ['ask', 'reason-needed']],
    ['dataSources', 'refresh', ['ask', 'reason-needed']],
    ['users', 'update', ['allow']],
    ['app', 'restart', ['allow']],
    ['applicationPlugins', 'update', ['deny', 'denied']],
  ])('%s:%s is answered with %j', (resource, action, expected) => {
    expect(codes(asked(risk(resource, action)))).toEqual(expected);
  });

  it('the same request with what was asked for goes on, and only with the very name', () => {
    const remove = risk('pm', 'remove');
    expect(codes(asked(remove, { reason: 'unused', name: 'departments' }))).toEqual(['allow']);
    expect(codes(asked(remove, { reason: 'unused', name: 'department' }))).toEqual(['ask', 'name-wrong']);
    expect(codes(asked(remove, { reason: ' ', name: 'departments' }))).toEqual(['ask', 'reason-needed']);
    expect(codes(asked(remove, { reason: 'unused', name: 'pm:remove' }, { subject: '' }))).toEqual(['allow']);
  });

  it('a start is asked nothing, and db:clean its name', () => {
    for (const name of ['install', 'upgrade']) expect(codes(asked(command(name)))).toEqual(['allow']);
    expect(codes(asked(command('db:clean')))).toEqual(['ask', 'reason-needed', 'name-needed']);
  });

  it('elsewhere nothing is asked, and maintenance is the same', () => {
    const elsewhere = { environment: 'other' } as const;
    expect(codes(asked(risk('pm', 'enable'), {}, elsewhere))).toEqual(['allow']);
    expect(codes(asked(risk('applicationPlugins', 'update'), {}, elsewhere))).toEqual(['deny', 'denied']);
    expect(maintenanceOf(risk('pm', 'enable'))).toBe('full');
    expect(maintenanceOf(risk('backups', 'create'))).toBe('quiet');
    expect(maintenanceOf(risk('collections', 'create'))).toBe('none');
  });
});

describe('a verdict', () => {
  const policy: PolicyDocument = {
    ...DEFAULT_POLICY,
    rules: [{ class: 'exclusive', demand: 'approval', inWindows: true }],
    calendar: {
      zone: 'UTC',
      weekly: [{ days: [4], from: '02:00', to: '04:00' }],
      once: [],
      freezes: [{ from: NOW - 1, to: NOW + 1, reason: 'audit' }],
    },
    conditions: { backupWithinHours: 2, noRunningWork: true, allNodesEqual: true },
  };
  const bad: Partial<Circumstances> = {
    offline: 'Redis is gone.',
    running: 'node1 runs pm.enable.',
    backupAt: NOW - 3 * 3_600_000,
    work: ['workflow "a"'],
    missingNodes: ['node2'],
    differentNodes: ['node3'],
  };

  it('names everything that stands in the way, in a fixed order', () => {
    expect(codes(asked(risk('pm', 'enable'), {}, { mayOperate: false }), bad, policy)).toEqual([
      'deny',
      'no-right',
      'coordination-offline',
      'operation-running',
      'frozen',
      'outside-windows',
      'backup-too-old',
      'work-running',
      'node-missing',
      'node-different',
      'approval-needed',
      'reason-needed',
    ]);
    expect(codes(asked(risk('pm', 'enable')), { ...CALM }, policy)).toContain('backup-missing');
  });

  it('that only the calendar stands against says when it opens', () => {
    const calm = { ...CALM, backupAt: NOW };
    const given = { reason: 'needed', approved: true };
    const verdict = verdictOf(policy, asked(risk('pm', 'enable'), given), calm);
    expect(verdict).toMatchObject({ decision: 'wait', nextWindow: Date.parse('2026-11-26T02:00Z') });
    const later = { ...calm, now: Date.parse('2026-11-26T02:00Z'), backupAt: Date.parse('2026-11-26T01:00Z') };
    expect(verdictOf(policy, asked(risk('pm', 'enable'), given), later).decision).toBe('allow');
    expect(verdictOf(policy, asked(risk('pm', 'enable'), { reason: 'needed' }), later).decision).toBe('approve');
  });

  it('is set aside by broken glass, which shows, but not where it is no matter of policy', () => {
    const given = { brokenGlass: { by: 'root', reason: 'the house burns' } };
    const { work = [], missingNodes = [], differentNodes = [] } = bad;
    const calm = { work, missingNodes, differentNodes };
    expect(codes(asked(risk('pm', 'enable'), given), calm, policy)).toEqual(['allow', 'glass-broken']);
    expect(codes(asked(risk('pm', 'enable'), given, { mayOperate: false }), bad, policy)).toEqual([
      'deny',
      'no-right',
      'coordination-offline',
      'operation-running',
      'glass-broken',
    ]);
  });

  it('denies when it cannot be found', () => {
    const broken = { ...policy, calendar: { ...policy.calendar, zone: 'Mars/Olympus' } };
    expect(codes(asked(risk('pm', 'enable')), {}, { ...broken, rules: null as unknown as PolicyRule[] })).toEqual([
      'deny',
      'policy-error',
    ]);
  });

  it('never throws, knows its words, and never allows on doubt (any policy, any question, any circumstances)', () => {
    fc.assert(
      fc.property(policies, questions, circumstances, (one, question, now) => {
        const verdict = verdictOf(one, question, now);
        expect(DECISIONS).toContain(verdict.decision);
        for (const { code } of verdict.reasons) expect(REASON_CODES).toContain(code);
        const rule = ruleFor(one.rules, question.risk, question);
        const glass = question.given.brokenGlass !== undefined;
        if (!question.mayOperate) expect(verdict.decision).toBe('deny');
        if (verdict.decision !== 'allow') return;
        if (verdict.maintenance !== 'none') expect(now.offline ?? now.running).toBeUndefined();
        expect(verdict.reasons.map(({ code }) => code)).toEqual(glass ? ['glass-broken'] : []);
        if (glass) return;
        expect(rule.demand).not.toBe('deny');
        if (rule.demand !== 'nothing') expect(question.given.reason?.trim()).toBeTruthy();
        if (rule.demand === 'approval') expect(question.given.approved).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  }, 120_000);

  it('does not depend on the order of the rules (any policy)', () => {
    fc.assert(
      fc.property(policies, questions, circumstances, (one, question, now) => {
        const turned = { ...one, rules: [...one.rules].reverse() };
        expect(verdictOf(turned, question, now)).toEqual(verdictOf(one, question, now));
      }),
      { numRuns: 20_000 },
    );
  }, 60_000);
});

describe('a policy document', () => {
  it('that was exported is the same when it is imported (any policy)', () => {
    fc.assert(
      fc.property(policies, (one) => {
        expect(readPolicy(JSON.parse(JSON.stringify(one)))).toEqual({ ok: true, policy: one });
      }),
      { numRuns: 20_000 },
    );
  }, 60_000);

  it('that is anything else is refused with one sentence, and never throws (any JSON)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const outcome = readPolicy(value);
        expect(outcome.ok ? '' : outcome.problem).toMatch(/^[^\n]+\.$/);
      }),
      { numRuns: 20_000 },
    );
  }, 60_000);

  it.each<[string, (one: Draft) => void, string]>([
    ['a misspelled key', (one) => (one.rules = [{ demand: 'deny', grup: 'plugins' }]), 'rules[0] has "grup"'],
    ['an unknown demand', (one) => (one.rules = [{ demand: 'no' }]), 'rules[0].demand takes one of nothing, reason'],
    ['an unknown zone', (one) => (one.calendar.zone = 'Mars/Olympus'), 'calendar.zone "Mars/Olympus" is no zone'],
    ['an impossible time', (one) => (one.calendar.weekly = [week('25:00')]), 'calendar.weekly[0].from takes a time'],
    ['a period that ends before', (one) => (one.calendar.once = [{ from: 2, to: 1 }]), 'calendar.once[0] ends before'],
    ['another version', (one) => (one.version = 2), 'The policy has a version'],
    ['a missing part', (one) => delete one.conditions, 'conditions is no object'],
    ['too many rules', (one) => (one.rules = Array(201).fill({ demand: 'deny' })), 'rules has more than 200'],
  ])('with %s is refused, and told where', (_what, spoil, problem) => {
    const draft = JSON.parse(JSON.stringify(DEFAULT_POLICY)) as Draft;
    spoil(draft);
    const outcome = readPolicy(draft);
    expect(outcome.ok ? 'read' : outcome.problem).toContain(problem);
  });
});

interface Draft {
  version: number;
  rules: unknown[];
  calendar: Record<string, unknown>;
  conditions?: unknown;
}

function week(from: string): object {
  return { days: [1], from, to: '04:00' };
}

function command(name: string): Risk {
  const found = riskOfCommand(name);
  if (!found) throw new Error(`${name} is no risk.`);
  return found;
}
