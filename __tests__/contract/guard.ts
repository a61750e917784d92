import { expect, it } from 'vitest';
import type { Fingerprint } from '../../src/shared/domain';
import type { Guard, GuardOutcome } from '../../src/server/ports';

const FINGERPRINT: Fingerprint = {
  digest: 'd1',
  core: '2.2.15',
  plugins: [{ name: 'users', version: '2.2.15', hash: 'abc' }],
};

function entered(outcome: GuardOutcome) {
  if (outcome.outcome !== 'entered') throw new Error(`expected to enter, but: ${outcome.outcome}`);
  return outcome.hold;
}

/** Set where several processes share the guard: how to do what `db:clean` does to the plugin's own table. */
export interface SharedDatabase {
  readonly dropOwnTable: () => Promise<unknown>;
}

/** What every guard promises; `open` gives another process's view of the same database. */
export function guardContract(open: () => Promise<Guard>, shared?: SharedDatabase): void {
  it('knows nothing on an empty database', async () => {
    const guard = await open();
    expect(await guard.applied()).toEqual({ epoch: 0, fingerprint: undefined });
    expect(await guard.isHeld()).toBe(false);
  });

  it('lets one in and keeps the next out until its deadline', async () => {
    const guard = await open();
    const hold = entered(await guard.enter(1, 1_000));
    expect(await guard.isHeld()).toBe(true);
    expect(await guard.enter(2, 1_000)).toEqual({ outcome: 'busy' });
    await hold.leave();
    expect(await guard.isHeld()).toBe(false);
    await entered(await guard.enter(2, 1_000)).leave();
  });

  it('refuses an epoch that is equal to or lower than one it has seen', async () => {
    const guard = await open();
    await entered(await guard.enter(7, 1_000)).leave();
    expect(await guard.enter(7, 1_000)).toEqual({ outcome: 'stale', epoch: 7 });
    expect(await guard.enter(3, 1_000)).toEqual({ outcome: 'stale', epoch: 7 });
    expect(await guard.isHeld()).toBe(false);
    await entered(await guard.enter(8, 1_000)).leave();
  });

  it('remembers what the database was changed for, and only that', async () => {
    const guard = await open();
    await entered(await guard.enter(1, 1_000)).leave(FINGERPRINT);
    await entered(await guard.enter(2, 1_000)).leave();
    expect(await guard.applied()).toEqual({ epoch: 2, fingerprint: FINGERPRINT });
  });

  it('may be left twice', async () => {
    const guard = await open();
    const hold = entered(await guard.enter(1, 1_000));
    await Promise.all([hold.leave(), hold.leave()]);
    expect(await guard.isHeld()).toBe(false);
  });

  if (!shared) return;

  it('lets one of ten processes in at a time', async () => {
    const guards = await Promise.all(Array.from({ length: 10 }, open));
    let inside = 0;
    const visits = await Promise.all(
      guards.map(async (guard, index) => {
        const outcome = await guard.enter(index + 1, 5_000);
        if (outcome.outcome !== 'entered') return outcome.outcome;
        inside += 1;
        const together = inside;
        await guard.applied();
        inside -= 1;
        await outcome.hold.leave();
        return together;
      }),
    );
    const together = visits.filter((visit) => typeof visit === 'number');
    expect(together.length).toBeGreaterThan(0);
    expect(together.every((count) => count === 1)).toBe(true);
    expect(visits.every((visit) => visit === 1 || visit === 'stale')).toBe(true);
  });

  it('keeps the epoch when every table of the app is dropped meanwhile', async () => {
    const guard = await open();
    const hold = entered(await guard.enter(5, 1_000));
    await shared.dropOwnTable();
    await hold.leave(FINGERPRINT);
    expect(await guard.applied()).toEqual({ epoch: 5, fingerprint: FINGERPRINT });
  });
}
