import { beforeEach, describe, expect, it } from 'vitest';
import type { Guard } from '../../src/server/ports';
import { FINGERPRINT, inside, lossOf } from './guard-samples';
import { installContract } from './guard-install';
import { reenterContract } from './guard-reenter';
import type { GuardUnderTest } from './guard-subject';

/** What every guard promises. */
export function guardContract(subject: () => GuardUnderTest): void {
  let guard: Guard;
  beforeEach(async () => {
    guard = await subject().open();
  });

  it('knows nothing on an empty database', async () => {
    expect(await guard.applied()).toEqual({ epoch: 0, fingerprint: undefined, installing: false });
    expect(await guard.isHeld()).toBe(false);
  });

  it('lets one in and keeps the next out until its deadline', async () => {
    const hold = await inside(guard.enter(1, 1_000));
    expect(await guard.isHeld()).toBe(true);
    expect(await guard.enter(2, 300)).toEqual({ outcome: 'busy' });
    await hold.leave();
    expect(await guard.isHeld()).toBe(false);
    await (await inside(guard.enter(2, 1_000))).leave();
  });

  it('lets the next one in as soon as the first leaves', async () => {
    const hold = await inside(guard.enter(1, 1_000));
    const next = inside((await subject().open()).enter(2, 10_000));
    await hold.leave();
    await (await next).leave();
    expect((await guard.applied()).epoch).toBe(2);
  });

  it('refuses an epoch that is equal to or lower than one it has seen', async () => {
    await (await inside(guard.enter(7, 1_000))).leave();
    expect(await guard.enter(7, 1_000)).toEqual({ outcome: 'stale', epoch: 7 });
    expect(await guard.enter(3, 1_000)).toEqual({ outcome: 'stale', epoch: 7 });
    expect(await guard.isHeld()).toBe(false);
    await (await inside(guard.enter(8, 1_000))).leave();
  });

  it('remembers what the database was changed for, and only that', async () => {
    await (await inside(guard.enter(1, 1_000))).leave(FINGERPRINT);
    await (await inside(guard.enter(2, 1_000))).leave();
    expect(await guard.applied()).toEqual({ epoch: 2, fingerprint: FINGERPRINT, installing: false });
  });

  it('may be left twice', async () => {
    const hold = await inside(guard.enter(1, 1_000));
    await Promise.all([hold.leave(), hold.leave()]);
    expect(await guard.isHeld()).toBe(false);
  });

  it('lets one of ten processes in at a time', async () => {
    const guards = await Promise.all(Array.from({ length: 10 }, () => subject().open()));
    let together = 0;
    const visits = await Promise.all(
      guards.map(async (one, index) => {
        const outcome = await one.enter(index + 1, 5_000);
        if (outcome.outcome !== 'entered') return outcome.outcome;
        together += 1;
        const count = together;
        await one.applied();
        together -= 1;
        await outcome.hold.leave();
        return count;
      }),
    );
    expect(visits.filter((visit) => typeof visit === 'number').length).toBeGreaterThan(0);
    expect(visits.every((visit) => visit === 1 || visit === 'stale')).toBe(true);
  });

  it('keeps the epoch when every table of the app is dropped meanwhile', async () => {
    const hold = await inside(guard.enter(5, 1_000));
    await subject().dropTables();
    await hold.leave(FINGERPRINT);
    expect(await guard.applied()).toEqual({ epoch: 5, fingerprint: FINGERPRINT, installing: false });
  });

  it('gives out each epoch once, however many ask for one together', async () => {
    const guards = await Promise.all(Array.from({ length: 6 }, () => subject().open()));
    const given = await Promise.all([...guards, ...guards].map((one) => one.allocate()));
    expect(new Set(given).size).toBe(given.length);
    expect(await guard.allocate()).toBeGreaterThan(Math.max(...given));
  });

  it('gives out an epoch above what the store knows, and counts on from there', async () => {
    const known = await guard.allocate();
    expect(await guard.allocate(known + 500)).toBe(known + 501);
    expect(await (await subject().open()).allocate(3)).toBe(known + 502);
  });

  it('gives out epochs that may enter', async () => {
    expect(await guard.allocate()).toBeGreaterThan(0);
    await (await inside(guard.enter(30, 1_000))).leave();
    const epoch = await (await subject().open()).allocate();
    expect(epoch).toBeGreaterThan(30);
    await (await inside(guard.enter(epoch, 1_000))).leave();
  });

  it('ends the connection of whoever is inside, who gets to know it', async () => {
    const hold = await inside(guard.enter(1, 1_000));
    const lost = lossOf(hold);
    const other = await subject().open();
    expect(await other.breakHold()).toBe(true);
    await lost;
    expect(await other.isHeld()).toBe(false);
    await (await inside(other.enter(await other.allocate(), 1_000))).leave();
    await hold.leave();
  });

  it('says whether a place is still held', async () => {
    const hold = await inside(guard.enter(1, 1_000));
    await hold.verify();
    await (await subject().open()).breakHold();
    await expect(hold.verify()).rejects.toThrow();
    await hold.leave();
    await expect(hold.verify()).rejects.toThrow();
  });

  it('does not let back in whose connection was ended on purpose', async () => {
    const hold = await inside(guard.enter(1, 1_000));
    const other = await subject().open();
    await other.breakHold();
    await lossOf(hold);
    expect((await guard.reenter(1, 1_000)).outcome).toBe('stale');
    await hold.leave(FINGERPRINT);
    expect((await other.applied()).fingerprint).toBeUndefined();
    expect(await other.isHeld()).toBe(false);
  });

  it('lets nobody in, or in again, with an epoch that was retired', async () => {
    await (await inside(guard.enter(4, 1_000))).leave();
    await guard.retire(4);
    expect(await guard.reenter(4, 1_000)).toMatchObject({ outcome: 'stale' });
    expect(await guard.enter(4, 1_000)).toMatchObject({ outcome: 'stale' });
    await guard.retire(2);
    expect(await guard.allocate()).toBeGreaterThan(5);
    await (await inside(guard.enter(await guard.allocate(), 1_000))).leave();
  });

  it('breaks nothing when nobody is inside', async () => {
    expect(await guard.breakHold()).toBe(false);
    await (await inside(guard.enter(1, 1_000))).leave();
    expect(await guard.breakHold()).toBe(false);
  });

  describe('after the connection was lost', () => reenterContract(subject));
  describe('around an installation', () => installContract(subject));
}
