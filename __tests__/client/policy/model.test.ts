import { describe, expect, it } from 'vitest';
import { isRunnable, sortRequests, usableApprovals } from '../../../src/client-v2/policy/approvals/model';
import { fieldsOf, withEntry, withoutEntry } from '../../../src/client-v2/policy/calendar/entries';
import { fileOf, isShowable, parseFile } from '../../../src/client-v2/policy/editor/model';
import { tidied } from '../../../src/client-v2/policy/rules/RuleDrawer';
import { inOrder } from '../../../src/client-v2/policy/rules/ruleWords';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import { readPolicy } from '../../../src/server/core/policy/document';
import type { Calendar } from '../../../src/shared/policy';
import { approval, NOW, prospect } from './fixtures';

const CALENDAR: Calendar = {
  zone: 'Europe/Kyiv',
  weekly: [{ days: [6, 7], from: '22:00', to: '04:00' }],
  once: [{ from: NOW, to: NOW + 60_000 }],
  freezes: [{ from: NOW, to: NOW + 60_000, reason: 'Closing' }],
};

describe('the policy in the page', () => {
  it('is the same after an export and an import, and the server takes it', () => {
    const document = { ...DEFAULT_POLICY, calendar: CALENDAR };
    const imported = parseFile(fileOf(document))?.document;
    expect(imported).toEqual(document);
    expect(isShowable(imported)).toBe(true);
    expect(readPolicy(imported)).toMatchObject({ ok: true });
  });

  it.each([
    undefined,
    null,
    [],
    {},
    { ...DEFAULT_POLICY, rules: 'x' },
    { ...DEFAULT_POLICY, rules: [{ demand: 'perhaps' }] },
    { ...DEFAULT_POLICY, calendar: { ...CALENDAR, once: [{ from: 'now', to: 1 }] } },
    { ...DEFAULT_POLICY, calendar: { ...CALENDAR, weekly: [null] } },
  ])('is not drawn when it is broken: %j', (document) => {
    expect(isShowable(document)).toBe(false);
  });

  it('says nothing of a rule that its form left empty', () => {
    expect(tidied({ action: ' pm:enable ', role: '', demand: 'deny', inWindows: false })).toEqual({
      action: 'pm:enable',
      demand: 'deny',
    });
  });

  it('shows wide rules first and keeps their places in the document', () => {
    const rules = [
      { action: 'pm:enable', demand: 'deny' },
      { group: 'plugins', demand: 'reason' },
      { demand: 'nothing' },
    ] as const;
    expect(inOrder(rules).map(({ index }) => index)).toEqual([2, 1, 0]);
  });
});

describe('an entry of the calendar', () => {
  it.each(['weekly', 'once', 'freeze'] as const)(
    'of the kind %s stays what it is when its form changes nothing',
    (kind) => {
      const place = { kind, index: 0 };
      const fields = fieldsOf(CALENDAR, place);
      if (!fields.from || !fields.to) throw new Error('The form is empty.');
      expect(withEntry(CALENDAR, place, { ...fields, from: fields.from, to: fields.to })).toEqual(CALENDAR);
      expect(Object.values(withoutEntry(CALENDAR, kind, 0)).flat()).toHaveLength(3);
    },
  );
});

describe('requests for approval', () => {
  const given = approval({ id: 'b', state: 'approved', isOwn: true, notBefore: NOW, notAfter: NOW + 1_000 });

  it('are those to decide, one’s own, and all others', () => {
    const [mine, used] = [approval({ id: 'a', isOwn: true }), approval({ id: 'c', state: 'used', isOwn: true })];
    const sorted = sortRequests([approval(), mine, given, used]);
    expect(sorted.toDecide.map(({ id }) => id)).toEqual(['approval-1']);
    expect(sorted.own.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(sorted.ended.map(({ id }) => id)).toEqual(['c']);
  });

  it('may be run in their time only', () => {
    expect([NOW - 1, NOW, NOW + 999, NOW + 1_000].map((now) => isRunnable(given, now))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isRunnable(approval(), NOW)).toBe(false);
  });

  it('are offered for the same act only, and to who asked for them', () => {
    const others = [
      { ...given, isOwn: false },
      { ...given, subject: 'users' },
      { ...given, action: 'pm:disable' },
    ];
    expect(usableApprovals([...others, given], prospect(), NOW)).toEqual([given]);
  });
});
