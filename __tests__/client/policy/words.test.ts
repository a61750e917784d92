import { describe, expect, it } from 'vitest';
import { actionLabel, resultWords } from '../../../src/client-v2/policy/labels';
import { adviceFor, nameAskedFor, sayReason } from '../../../src/client-v2/policy/words';
import { NAMESPACE } from '../../../src/client-v2/constants';
import { REASON_CODES, type Reason, type ReasonCode } from '../../../src/shared/policy';
import { hostI18n, LOCALES } from '../i18n';
import { NOW, reason } from './fixtures';

/** The values with which the server tells of each; the right side is what a person must be able to read. */
const VALUES: Readonly<Record<ReasonCode, Reason['values']>> = {
  'policy-error': { error: 'rules is no list' },
  'no-right': { action: 'pm:enable' },
  'host-refused': { action: 'pm:enable' },
  denied: { action: 'applicationPlugins:create' },
  'coordination-offline': { problem: 'Redis does not answer' },
  'operation-running': { running: 'node-1 runs pm.enable' },
  frozen: { until: NOW, reason: 'Year-end closing' },
  'outside-windows': {},
  'backup-missing': { hours: 24 },
  'backup-too-old': { hours: 24, takenAt: NOW },
  'work-running': { names: 'Invoices, Mails' },
  'node-missing': { names: 'node-2' },
  'node-different': { names: 'node-3' },
  'approval-needed': {},
  'reason-needed': {},
  'name-needed': { name: 'departments' },
  'name-wrong': { name: 'departments' },
  'glass-broken': { by: 'Ada', reason: 'The shop is down' },
};

function wordsIn(language: string) {
  const t = hostI18n(language).getFixedT(language, NAMESPACE);
  const interpolation = { escapeValue: false };
  return (key: string, values?: Readonly<Record<string, string | number>>) =>
    String(t(key, { ...values, interpolation }));
}

describe.each(Object.keys(LOCALES))('the reasons in %s', (language) => {
  const t = wordsIn(language);

  it.each(REASON_CODES)('have a sentence for %s with all of its values', (code) => {
    const said = sayReason(reason(code, VALUES[code]), t, language);
    expect(said).not.toBe(code);
    expect(said).not.toMatch(/\{\{|undefined|NaN|\[object/);
    expect(said).toMatch(/[.!?。！？]$/);
    for (const value of Object.values(VALUES[code])) {
      if (typeof value === 'string') expect(said).toContain(value);
      else expect(said).toMatch(value === NOW ? /2025/ : new RegExp(`${value}`));
    }
  });

  it('are all different', () => {
    const all = REASON_CODES.map((code) => sayReason(reason(code, VALUES[code]), t, language));
    expect(new Set(all).size).toBe(REASON_CODES.length);
  });
});

describe('the reasons', () => {
  const t = wordsIn('en-US');

  it('count in the forms of the language', () => {
    const hours = (language: string, count: number) =>
      sayReason(reason('backup-missing', { hours: count }), wordsIn(language), language);
    expect([1, 24].map((count) => hours('en-US', count))).toEqual([
      'A backup of the last 1 hour is needed first, and there is none.',
      'A backup of the last 24 hours is needed first, and there is none.',
    ]);
    expect([1, 3, 12].map((count) => /(\d+) (годин\S*),/.exec(hours('uk-UA', count))?.[2])).toEqual([
      'годину',
      'години',
      'годин',
    ]);
  });

  it('keep their code when a newer server has words of its own', () => {
    expect(sayReason({ code: 'moon-phase' as ReasonCode, values: {} }, t, 'en-US')).toBe('moon-phase');
  });

  it('do not turn what others wrote into markup, and end it like a sentence once', () => {
    const said = sayReason(reason('frozen', { until: NOW, reason: 'Q&A <b>week</b>!' }), t, 'en-US');
    expect(said).toMatch(/: Q&A <b>week<\/b>!$/);
  });

  it('say once what can be done', () => {
    const both = [reason('backup-missing', { hours: 1 }), reason('backup-too-old', { hours: 1, takenAt: NOW })];
    expect(adviceFor([...both, reason('reason-needed')], t)).toEqual(['Make a backup, then try again.']);
  });

  it('tell the name that has to be typed', () => {
    expect(nameAskedFor([reason('reason-needed'), reason('name-wrong', { name: 'main' })])).toBe('main');
    expect(nameAskedFor([reason('reason-needed')])).toBeUndefined();
  });
});

describe('what became of something', () => {
  const t = wordsIn('de-DE');

  it.each([
    ['done', 'Erledigt'],
    ['aborted: node-2 did not drain.', 'Abgebrochen: node-2 did not drain.'],
    ['428', '428'],
    ['It could not begin in two weeks.', 'It could not begin in two weeks.'],
    ['missed: done', 'missed: done'],
  ])('is said in the language of the page where it is a result: %s', (result, said) => {
    expect(resultWords(result, t)).toBe(said);
  });

  it('has words for what is decided on the page itself', () => {
    expect(actionLabel('clusterMaintenance:approve', undefined, t)).toBe('Freigeben');
    expect(actionLabel('clusterMaintenance:enter', undefined, t)).not.toContain('clusterMaintenance');
    expect(actionLabel('posts:approve', undefined, t)).toBe('posts:approve');
  });
});
