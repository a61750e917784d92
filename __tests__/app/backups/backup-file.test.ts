import { createCipheriv, scryptSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookIntoBackup } from '../../../src/server/app/backups/backup-file';
import { temporaryDirectory } from '../../../tools/cluster/paths';
import { archiveOf } from './archive';

const METADATA = { version: '2.2.15', database: { dialect: 'postgres' }, plugins: [{ name: 'users' }] };
const ENTRIES = { '_metadata.json': JSON.stringify(METADATA), data: 'PGDMP '.repeat(1_000) };

async function stored(content: Buffer): Promise<string> {
  const file = join(temporaryDirectory('backup').path, 'backup.nbdata');
  await writeFile(file, content);
  return file;
}

/** As the host's plugin does it. */
function encrypted(content: Buffer, password: string): Buffer {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-256-cbc', scryptSync(password, 'backup salt', 32), iv);
  return Buffer.concat([iv, cipher.update(content), cipher.final()]);
}

describe('a look into a backup', () => {
  it.each([true, false])('tells what the host has written into it (packed: %s)', async (packed) => {
    const file = await stored(archiveOf(ENTRIES, packed));
    expect(await lookIntoBackup(file)).toEqual({ readable: true, metadata: METADATA });
  });

  it('opens one that is encrypted with its password alone', async () => {
    const file = await stored(encrypted(archiveOf(ENTRIES), 'secret'));
    expect(await lookIntoBackup(file, 'secret')).toEqual({ readable: true, metadata: METADATA });
    expect(await lookIntoBackup(file, 'other')).toEqual({ readable: false, why: 'The password does not open it.' });
    expect(await lookIntoBackup(file)).toMatchObject({ readable: false, why: expect.stringMatching(/is encrypted/) });
  });

  it('opens with no password that only happens to fit its end, and gives nonsense', async () => {
    const file = await stored(encrypted(Buffer.from('nonsense '.repeat(1_000)), 'other'));
    expect(await lookIntoBackup(file, 'other')).toEqual({ readable: false, why: 'The password does not open it.' });
  });

  it('is none when a password is given for one that has none', async () => {
    const file = await stored(archiveOf(ENTRIES));
    const why = 'It is not encrypted: leave the password out.';
    expect(await lookIntoBackup(file, 'secret')).toEqual({ readable: false, why });
  });

  it('says so when it was cut off, lacks its dump, or does not say what it is', async () => {
    const whole = archiveOf(ENTRIES);
    const look = async (content: Buffer) => {
      const sight = await lookIntoBackup(await stored(content));
      return sight.readable ? '' : sight.why;
    };
    expect(await look(whole.subarray(0, whole.length - 60))).toBe('The archive is broken, or was cut off.');
    expect(await look(archiveOf({ '_metadata.json': '{}' }))).toBe('It lacks data, so it is no backup.');
    expect(await look(archiveOf({ data: 'dump' }))).toBe('It lacks _metadata.json, so it is no backup.');
    expect(await look(archiveOf({ ...ENTRIES, '_metadata.json': '{}' }))).toMatch(/does not say what it is/);
    expect(await look(Buffer.from('plain text'))).toMatch(/no archive that NocoBase has written/);
  });

  it('says so when the host has taken an empty dump for a whole one', async () => {
    const metadata = JSON.stringify({ ...METADATA, database: { ...METADATA.database, dialect: 'mariadb' } });
    const empty = await stored(archiveOf({ '_metadata.json': metadata, data: '/* nothing */' }));
    const why = 'Its dump is empty: mysqldump had failed.';
    expect(await lookIntoBackup(empty)).toEqual({ readable: false, why });
    const whole = await stored(archiveOf({ '_metadata.json': metadata, data: '-- dump\n'.repeat(500) }));
    expect(await lookIntoBackup(whole)).toMatchObject({ readable: true });
  });

  it('says so when it is not there', async () => {
    const file = join(temporaryDirectory('backup').path, 'none.nbdata');
    expect(await lookIntoBackup(file)).toEqual({ readable: false, why: 'The file of the backup cannot be read.' });
  });
});
