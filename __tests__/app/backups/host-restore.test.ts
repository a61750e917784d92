import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Application, HostLogger } from '@nocobase/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HostRestore } from '../../../src/server/app/backups/host-restore';
import { temporaryDirectory } from '../../../tools/cluster/paths';

const quiet: HostLogger = { info: () => {}, warn: () => {}, error: () => {} };

const OPEN = 'others may write';

let dump: string;
/** What happened, in its order. */
let acts: string[];

beforeEach(() => {
  const root = temporaryDirectory('restore').path;
  vi.stubEnv('STORAGE_PATH', root);
  vi.stubEnv('NODE_MODULES_PATH', path.join(root, 'node_modules'));
  dump = path.join(root, 'tmp', 'backups', 'main', 'before-restore', 'data');
  mkdirSync(path.dirname(dump), { recursive: true });
  writeFileSync(dump, 'of an earlier restore');
  acts = [];
});

function prepare(upgrade: () => Promise<void> = async () => Promise.resolve()): Promise<HostRestore> {
  const app = { name: 'main', db: { options: {} }, emitAsync: async () => Promise.resolve() };
  const did = (what: string) => async () => Promise.resolve(void acts.push(what));
  return HostRestore.prepare(
    {
      app: app as unknown as Application,
      keepRows: async () => {
        await did('rows kept')();
        const end = async () => (acts.includes(OPEN) ? undefined : did(OPEN)());
        return { putBack: did('rows back'), end };
      },
      upgrade: async () => {
        acts.push('upgrade');
        await upgrade();
      },
      progress: () => {},
      files: { change: did('files back'), takeBack: did('files as they were') },
    },
    quiet,
  );
}

/** The host's part, in the lines of its own log. */
async function host({ sight }: HostRestore, ...errors: readonly string[]): Promise<void> {
  await sight.app.emitAsync('beforeStop');
  for (const line of errors) sight.logger.error(line);
  await (sight.app as unknown as { runCommand(name: string): Promise<void> }).runCommand('upgrade');
}

describe('a restore that is seen through to its end', () => {
  it('begins without the dump of an earlier one, which a failure would bring back', async () => {
    await prepare();
    expect(existsSync(dump)).toBe(false);
    expect(acts).toEqual(['rows kept']);
  });

  it('puts the own rows back, then the files, then upgrades', async () => {
    const restore = await prepare();
    const end = restore.end();
    await host(restore);
    expect(await end).toEqual({ end: 'restored' });
    expect(acts).toEqual(['rows kept', 'rows back', OPEN, 'files back', 'upgrade']);
  });

  it('upgrades nothing when the host has loaded the old data again', async () => {
    const restore = await prepare();
    const end = restore.end();
    await restore.sight.app.emitAsync('beforeStop');
    restore.sight.logger.error('Error restoring backup: cut off. Trying to revert the backup process');
    restore.sight.logger.info('Reverting the database restore process');
    await (restore.sight.app as unknown as { runCommand(): Promise<void> }).runCommand();
    expect(await end).toEqual({ end: 'failed', reason: 'cut off. The data of before are back.' });
    expect(acts).toEqual(['rows kept', 'rows back', OPEN]);
  });

  it('leaves the tables alone when nothing was dropped', async () => {
    const restore = await prepare();
    const end = restore.end();
    restore.sight.abandon('Not a valid backup file');
    expect(await end).toEqual({ end: 'failed', reason: 'Nothing was changed: Not a valid backup file' });
    expect(acts).toEqual(['rows kept', OPEN]);
  });

  it('is for a person when the upgrade fails and there is no dump to go back to', async () => {
    const restore = await prepare(() => Promise.reject(new Error('migration 7 failed')));
    const end = restore.end();
    await host(restore);
    const reason =
      'The upgrade after it failed: migration 7 failed. The data of before could not be loaded: their dump is not there.';
    expect(await end).toEqual({ end: 'broken', reason });
  });

  it('is for a person when neither the new nor the old data could be loaded', async () => {
    const restore = await prepare();
    const end = restore.end();
    await host(restore, 'Error restoring backup: cut off. Trying', 'Error reverting the database restore process');
    expect(await end).toMatchObject({
      end: 'broken',
      reason: 'cut off. Trying. The old data could not be loaded again.',
    });
    expect(acts).toEqual(['rows kept', 'rows back', OPEN]);
  });
});
