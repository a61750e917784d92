import { describe, expect, it } from 'vitest';
import type { BackupMetadata } from '../../../src/server/app/backups/backup-file';
import { isNewer, restoreRefusal, type RestoreTarget } from '../../../src/server/app/backups/restore-check';

const HERE: Readonly<Record<string, string>> = { '@nocobase/plugin-users': '2.2.15', 'sample-old': '1.0.0' };
const TARGET: RestoreTarget = {
  version: '2.2.15',
  dialect: 'postgres',
  underscored: false,
  tablePrefix: '',
  schema: '',
  pluginVersion: async (name) => Promise.resolve(HERE[name]),
};
const USERS = { name: 'users', version: '2.2.15', packageName: '@nocobase/plugin-users' };
const FITTING: BackupMetadata = { version: '2.2.15', database: { dialect: 'postgres' }, plugins: [USERS] };
const STRICT = { ignoreMissingPlugins: false, anySchema: false };

const ask = (change: Partial<BackupMetadata>, terms = STRICT) =>
  restoreRefusal({ ...FITTING, ...change }, TARGET, terms);

describe('the check before a restore', () => {
  it('lets a backup pass that was made by this version or an older one, with plugins that are here', async () => {
    expect(await ask({})).toBeUndefined();
    expect(await ask({ version: '2.1.9-beta.3' })).toBeUndefined();
  });

  it.each([
    ['a newer version', { version: '2.3.0' }, /made by NocoBase 2\.3\.0, which is newer than 2\.2\.15 here/],
    ['another dialect', { database: { dialect: 'mysql' } }, /made on mysql, and this database is postgres/],
    ['other names', { database: { dialect: 'postgres', underscored: true } }, /DB_UNDERSCORED/],
    ['another prefix', { database: { dialect: 'postgres', tablePrefix: 'x_' } }, /prefix is "x_", and here it is ""/],
    ['another schema', { database: { dialect: 'postgres', schema: 's' } }, /schema is "s", and here it is ""/],
    ['a missing plugin', { plugins: [USERS, { name: 'gone', version: '3.0.0' }] }, /missing here: gone 3\.0\.0/],
    [
      'an older plugin here',
      { plugins: [{ name: 'sample-old', version: '1.1.0' }] },
      /older here than in it: sample-old 1\.1\.0 \(here 1\.0\.0\)/,
    ],
  ])('refuses one with %s, in one sentence', async (_what, change, sentence) => {
    const refusal = await ask(change);
    expect(refusal).toMatch(sentence);
    expect(refusal).toMatch(/^This backup cannot be restored here: [^.]+(\.\d[^.]*)*\.$/);
  });

  it('names everything that is wrong at once', async () => {
    const refusal = await ask({ version: '3.0.0', plugins: [{ name: 'a' }, { name: 'b' }] });
    expect(refusal).toMatch(/newer than .*; plugins are missing here: a, b\.$/);
  });

  it('leaves missing plugins and the schema alone where the request says so', async () => {
    expect(await ask({ plugins: [{ name: 'a' }] }, { ...STRICT, ignoreMissingPlugins: true })).toBeUndefined();
    const database = { dialect: 'postgres', schema: 's' };
    expect(await ask({ database }, { ...STRICT, anySchema: true })).toBeUndefined();
  });

  it('compares the first three numbers alone, as the host does', () => {
    expect(isNewer('2.10.0', '2.9.9')).toBe(true);
    expect(isNewer('2.2.15-beta', '2.2.15')).toBe(false);
    expect(isNewer('unknown', '1.0.0')).toBe(false);
  });
});
