import { describe, expect, it } from 'vitest';
import { readBackupPolicy } from '../../src/server/core/backup-policy';

const NAMES = { before: 'BEFORE', maxAge: 'MAX_AGE' };

function read(before?: string, maxAge?: string) {
  const problems: string[] = [];
  return { policy: readBackupPolicy(before, maxAge, NAMES, problems), problems };
}

describe('before what a backup is taken', () => {
  it('is what is risky to the whole database, unless somebody says otherwise; then nobody insists on it', () => {
    for (const nothing of [undefined, '', ' ,']) {
      expect(read(nothing)).toEqual({
        policy: { before: ['upgrade', 'restore', 'migration'], strict: false, maxAge: 0 },
        problems: [],
      });
    }
  });

  it.each([
    ['off', []],
    ['pm.enable', ['pm.enable']],
    [' upgrade , pm.update', ['upgrade', 'pm.update']],
    ['upgrade,upgrade', ['upgrade']],
    [
      'work,risky',
      [
        'work',
        'upgrade',
        'restore',
        'migration',
        'pm.update',
        'pm.enable',
        'pm.enable-all',
        'pm.disable',
        'pm.remove',
        'db:sync',
        'db:clean',
        'repair',
      ],
    ],
  ])('"%s" means that, and insists on it', (text, before) => {
    expect(read(text)).toEqual({ policy: { before, strict: true, maxAge: 0 }, problems: [] });
  });

  it.each(['roll-back', 'backup', 'install', 'maintenance', 'upgrades', 'off,upgrade'])('cannot be "%s"', (text) => {
    expect(read(text).problems).toEqual([
      `BEFORE is "${text}": it takes "off", or a list of "risky" and of: upgrade, pm.add, pm.pull, pm.update, pm.enable, pm.enable-all, pm.disable, pm.remove, db:sync, db:clean, repair, restore, migration, work.`,
    ]);
  });
});

describe('how old a backup may be that serves instead', () => {
  it('is given in minutes, at most a year', () => {
    expect(read('risky', '90').policy.maxAge).toBe(5_400_000);
    expect(read('risky', '0').policy.maxAge).toBe(0);
    for (const text of ['-1', '1.5', 'day', '525601']) {
      expect(read('risky', text).problems).toEqual([
        `MAX_AGE is "${text}": give a whole number of minutes; 0 always takes a new backup.`,
      ]);
    }
  });
});
