import { describe, expect, it } from 'vitest';
import { supportedLanguage } from '../../src/client-v2/locale';
import { byName, connectedTo } from '../../src/client-v2/model/connection';
import { stepsOf } from '../../src/client-v2/model/steps';
import { formatAgo, formatClock } from '../../src/client-v2/model/time';
import { CLUSTER_PHASES } from '../../src/shared/domain';

describe('the steps of an operation', () => {
  it.each([
    ['acquiring', '', 'process wait wait wait'],
    ['draining', '', 'process wait wait wait'],
    ['working', '', 'finish process wait wait'],
    ['reloading', 'digest', 'finish finish process wait'],
    ['verifying', 'digest', 'finish finish finish process'],
    ['resuming', 'digest', 'finish finish finish finish'],
    ['aborting', '', 'error wait wait wait'],
    ['held', '', 'finish error wait wait'],
    ['held', 'digest', 'finish finish error wait'],
  ] as const)('%s with target "%s" is drawn as: %s', (phase, target, drawing) => {
    expect(stepsOf({ phase, target }).join(' ')).toBe(drawing);
  });

  it('never are more than one at a time, in any phase', () => {
    for (const phase of CLUSTER_PHASES) {
      const current = stepsOf({ phase, target: '' }).filter((state) => state === 'process' || state === 'error');
      expect(current.length, phase).toBeLessThanOrEqual(1);
    }
  });
});

describe('times', () => {
  it.each([
    [0, 'now'],
    [999, 'now'],
    [1_000, '1 second ago'],
    [59_999, '59 seconds ago'],
    [60_000, '1 minute ago'],
    [7_199_000, '1 hour ago'],
    [3 * 86_400_000, '3 days ago'],
    [-5_000, 'now'],
  ])('%i ms are "%s"', (ms, words) => {
    expect(formatAgo(ms, 'en-US')).toBe(words);
  });

  it('are told in the language of the page', () => {
    expect(formatAgo(3 * 60_000, 'uk-UA')).toBe('3 хвилини тому');
    expect(formatAgo(3 * 60_000, 'zh-CN')).toBe('3分钟前');
  });

  it.each([
    [0, '0:00'],
    [7_900, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
    [-1, '0:00'],
  ])('%i ms on the clock are %s', (ms, clock) => {
    expect(formatClock(ms)).toBe(clock);
  });

  it('survive a language that Intl does not know', () => {
    expect(supportedLanguage('zh_CN')).toBe('zh-CN');
    expect(supportedLanguage('not a language')).toBe('en-US');
    expect(supportedLanguage(undefined)).toBe('en-US');
  });
});

describe('the node this page is connected to', () => {
  const answers = (sequence: string) => sequence.split('').map((name) => ({ bootId: name, name }));
  const names = (sequence: string) =>
    connectedTo(answers(sequence))
      .map(({ name }) => name)
      .join('');

  it('is the one that answered last', () => {
    expect(names('')).toBe('');
    expect(names('aaaa')).toBe('a');
    expect(names('aaab')).toBe('b');
    expect(names('aabbb')).toBe('b');
  });

  it('are all of them when a balancer sends every poll elsewhere: the name must not jump', () => {
    expect(names('cabcabca')).toBe('abc');
    expect(names('abcabcab')).toBe('abc');
    expect(names('aba')).toBe('ab');
  });

  it('is listed with 2 before 10', () => {
    expect(['node-10', 'node-2'].map((name) => ({ name })).sort(byName)).toEqual([
      { name: 'node-2' },
      { name: 'node-10' },
    ]);
  });
});
