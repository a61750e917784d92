import type { Application, HostLogger } from '@nocobase/server';
import { describe, expect, it, vi } from 'vitest';
import { RestoreSight } from '../../../src/server/app/backups/restore-sight';

/** The lines are those of plugin-backups 2.2.15, dist/server/managers/restore.js. */
const FAILED = 'Error restoring backup: pg_restore: error: could not read. Trying to revert the backup process';
const REVERTING = 'Reverting the database restore process';

function sight() {
  const quiet: HostLogger = { info: () => {}, warn: () => {}, error: () => {} };
  const emitted: string[] = [];
  const host = { name: 'main', emitAsync: async (event: string) => Promise.resolve(emitted.push(event)) };
  const dumpIsUseless = vi.fn();
  const steps: string[] = [];
  const seen = new RestoreSight(host as unknown as Application, quiet, (step) => steps.push(step), dumpIsUseless);
  return { seen, steps, emitted, dumpIsUseless, done: () => finish(seen) };
}

/** The host asks for its upgrade in the end, however it went. */
async function finish({ app, ended }: RestoreSight): Promise<unknown> {
  await (app as unknown as { runCommand(name: string): Promise<unknown> }).runCommand('upgrade');
  return ended;
}

describe('what is seen of a restore by the host', () => {
  it('is loaded when the host asks for the upgrade and nothing failed', async () => {
    const { seen, emitted, done } = sight();
    await seen.app.emitAsync('beforeStop');
    expect(emitted).toEqual(['beforeStop']);
    expect(await done()).toEqual({ end: 'loaded', ignored: false });
  });

  it('is the old data when the host has loaded what it dumped before', async () => {
    const { seen, done, dumpIsUseless } = sight();
    await seen.app.emitAsync('beforeStop');
    seen.logger.error(FAILED);
    seen.logger.info(REVERTING);
    expect(await done()).toEqual({ end: 'reverted', why: 'pg_restore: error: could not read.' });
    expect(dumpIsUseless).not.toHaveBeenCalled();
  });

  it('is neither when that failed, too, or was not to be done', async () => {
    const failing = sight();
    await failing.seen.app.emitAsync('beforeStop');
    failing.seen.logger.error(FAILED);
    failing.seen.logger.info(REVERTING);
    failing.seen.logger.error('Error reverting the database restore process');
    expect(await failing.done()).toMatchObject({ end: 'broken' });
    const skipping = sight();
    await skipping.seen.app.emitAsync('beforeStop');
    skipping.seen.logger.error(FAILED);
    expect(await skipping.done()).toMatchObject({ end: 'broken' });
  });

  it('is nothing when the dump of before failed, of which the host must then find no piece', async () => {
    const { seen, done, dumpIsUseless } = sight();
    seen.logger.error('Error restoring backup: pg_dump: error: disk full. Trying to revert the backup process');
    expect(dumpIsUseless).toHaveBeenCalledTimes(1);
    seen.logger.info(REVERTING);
    seen.logger.error('Database backup file for revert restore process not found');
    expect(await done()).toEqual({ end: 'untouched', why: 'pg_dump: error: disk full.' });
  });

  it('is loaded, with a remark, when statements of the dump were ignored', async () => {
    const { seen, done } = sight();
    await seen.app.emitAsync('beforeStop');
    seen.logger.error('Error restoring backup: errors ignored on restore: 1. Trying to revert the backup process');
    seen.logger.warn('Tolerent mode enabled, ignoring the error and continue the upgrade.');
    expect(await done()).toEqual({ end: 'loaded', ignored: true });
  });

  it('ends without a request for the upgrade when the host fails at failing', async () => {
    const { seen } = sight();
    await seen.app.emitAsync('beforeStop');
    seen.logger.error('Error handling restore failure: connection refused');
    expect(await seen.ended).toEqual({ end: 'broken', why: 'connection refused.' });
  });

  it('tells its steps, and keeps the end of a command that never was from the rest of the app', async () => {
    const { seen, steps, emitted } = sight();
    const app = seen.app as unknown as { emit(event: string, payload: object): boolean };
    app.emit('maintaining', { status: 'command_end' });
    app.emit('maintainingMessageChanged', { message: 'restoring database...' });
    expect(steps).toEqual(['restoring database...']);
    expect(emitted).toEqual([]);
    await Promise.resolve();
  });
});
