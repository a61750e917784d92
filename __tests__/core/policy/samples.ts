import fc from 'fast-check';
import { ACTION_GROUPS, DEMANDS, RISK_CLASSES, type PolicyDocument, type PolicyRule } from '../../../src/shared/policy';
import type { Circumstances, Question } from '../../../src/server/core/policy/verdict';

export const ZONES = ['UTC', 'Europe/Kyiv', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe', 'Pacific/Apia'];

/** Two years with four changes of clocks. */
export const moments = fc.integer({ min: Date.parse('2025-12-01T00:00Z'), max: Date.parse('2027-12-01T00:00Z') });

const times = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

const periods = fc.tuple(moments, fc.integer({ min: 1, max: 40 * 86_400_000 })).map(([from, length]) => ({
  from,
  to: from + length,
}));

export const calendars = fc.record({
  zone: fc.constantFrom(...ZONES),
  weekly: fc.array(
    fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), from: times, to: times }),
    { maxLength: 3 },
  ),
  once: fc.array(periods, { maxLength: 2 }),
  freezes: fc.array(
    periods.map((period) => ({ ...period, reason: 'frozen' })),
    { maxLength: 3 },
  ),
});

const ACTIONS = ['pm:enable', 'pm:remove', 'backups:restore', 'backups:create', 'users:update', 'db:clean'];
const ROLES = ['root', 'admin', 'member'];

const rules: fc.Arbitrary<PolicyRule> = fc.record(
  {
    action: fc.constantFrom(...ACTIONS),
    group: fc.constantFrom(...ACTION_GROUPS),
    class: fc.constantFrom(...RISK_CLASSES),
    environment: fc.constantFrom('production' as const, 'other' as const),
    role: fc.constantFrom(...ROLES),
    demand: fc.constantFrom(...DEMANDS),
    inWindows: fc.boolean(),
  },
  { requiredKeys: ['demand'] },
);

export const policies: fc.Arbitrary<PolicyDocument> = fc.record({
  version: fc.constant(1 as const),
  rules: fc.array(rules, { maxLength: 8 }),
  calendar: calendars,
  conditions: fc.record({
    backupWithinHours: fc.integer({ min: 0, max: 48 }),
    noRunningWork: fc.boolean(),
    allNodesEqual: fc.boolean(),
  }),
});

export const questions: fc.Arbitrary<Question> = fc.record({
  risk: fc.record({
    action: fc.constantFrom(...ACTIONS),
    group: fc.constantFrom(...ACTION_GROUPS),
    class: fc.constantFrom(...RISK_CLASSES),
  }),
  subject: fc.constantFrom('', 'departments'),
  environment: fc.constantFrom('production' as const, 'other' as const),
  roles: fc.subarray(ROLES),
  mayOperate: fc.boolean(),
  given: fc.record(
    {
      reason: fc.constantFrom('', ' ', 'needed'),
      name: fc.constantFrom('', 'departments', 'Departments', 'pm:remove'),
      approved: fc.boolean(),
      brokenGlass: fc.constant({ by: 'root', reason: 'the house burns' }),
    },
    { requiredKeys: [] },
  ),
});

const names = fc.subarray(['a', 'b']);

export const circumstances: fc.Arbitrary<Circumstances> = fc.record(
  {
    now: moments,
    offline: fc.constant('Redis is gone.'),
    running: fc.constant('node1 runs pm.enable.'),
    backupAt: moments,
    work: names,
    missingNodes: names,
    differentNodes: names,
  },
  { requiredKeys: ['now', 'work', 'missingNodes', 'differentNodes'] },
);
