import { createCipheriv, scryptSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Application } from '@nocobase/server';
import { describe, expect, it, vi } from 'vitest';
import { lookIntoBackup } from '../../../src/server/app/backups/backup-file';
import { BACKUP_PASSWORD, passwordFor, withPasswordHint } from '../../../src/server/app/backups/backup-password';
import { temporaryDirectory } from '../../../tools/cluster/paths';
import { archiveOf } from './archive';

const METADATA = { version: '2.2.15', database: { dialect: 'postgres' }, plugins: [] };
const ARCHIVE = archiveOf({ '_metadata.json': JSON.stringify(METADATA), data: 'PGDMP '.repeat(1_000) });

/** With these settings of the backup plugin in its database; none: they cannot be read. */
function appWith(row?: object): Application {
  const query = () => (row ? Promise.resolve([row]) : Promise.reject(new Error('no such table')));
  return { db: { options: {}, sequelize: { getDialect: () => 'postgres', query } } } as unknown as Application;
}

async function backup(password?: string): Promise<string> {
  const file = join(temporaryDirectory('backup').path, 'backup.nbdata');
  const iv = Buffer.alloc(16, 7);
  const cipher = password === undefined ? undefined : scryptSync(password, 'backup salt', 32);
  const locked = cipher && createCipheriv('aes-256-cbc', cipher, iv);
  await writeFile(file, locked ? Buffer.concat([iv, locked.update(ARCHIVE), locked.final()]) : ARCHIVE);
  return file;
}

describe('the password of a backup that nobody was asked about', () => {
  it('is that of the settings, where they can be read', async () => {
    const file = await backup('of the settings');
    const password = await passwordFor(file, appWith({ encryptionPassword: 'of the settings' }));
    expect(await lookIntoBackup(file, password)).toMatchObject({ readable: true });
    expect(await passwordFor(file, appWith({ encryptionPassword: null }))).toBeUndefined();
    expect(await passwordFor(file, appWith())).toBeUndefined();
  });

  it('is that of the environment before all, also where the settings name a later one or are gone', async () => {
    vi.stubEnv(BACKUP_PASSWORD, 'of the environment');
    const file = await backup('of the environment');
    for (const app of [appWith({ encryptionPassword: 'a later one' }), appWith()]) {
      expect(await lookIntoBackup(file, await passwordFor(file, app))).toMatchObject({ readable: true });
    }
  });

  it('is none for a file without one, which the host would decrypt all the same', async () => {
    vi.stubEnv(BACKUP_PASSWORD, 'of the environment');
    const file = await backup();
    expect(await passwordFor(file, appWith({ encryptionPassword: 'of the settings' }))).toBeUndefined();
    expect(await passwordFor(join(file, 'nowhere'), appWith())).toBeUndefined();
  });

  it('is asked for by the name of its variable, and only where it is what is missing', async () => {
    const file = await backup('secret');
    const why = async (password?: string) => {
      const sight = await lookIntoBackup(file, password);
      return sight.readable ? undefined : sight.why;
    };
    for (const refusal of [await why(), await why('wrong')]) {
      expect(withPasswordHint(refusal)).toBe(`${refusal} ${BACKUP_PASSWORD} names it.`);
    }
    expect(withPasswordHint(await why('secret'))).toBeUndefined();
    expect(withPasswordHint('The archive is broken, or was cut off.')).toBe('The archive is broken, or was cut off.');
  });
});
