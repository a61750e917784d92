import { beforeEach, expect, it } from 'vitest';
import type { Guard, GuardHold } from '../../src/server/ports';
import type { GuardUnderTest } from './guard-subject';
import { FINGERPRINT, inside, lossOf } from './guard-samples';

const EPOCH = 4;
const OTHER: typeof FINGERPRINT = { ...FINGERPRINT, digest: 'd2' };

/** A process was inside with `EPOCH`, and its connection has died. */
export function reenterContract(subject: () => GuardUnderTest): void {
  let guard: Guard;
  let other: Guard;
  let hold: GuardHold;
  beforeEach(async () => {
    [guard, other] = [await subject().open(), await subject().open()];
    hold = await inside(guard.enter(EPOCH, 1_000));
    await subject().disconnect(guard);
    await lossOf(hold);
  });

  it('lets the same epoch in again', async () => {
    const again = await inside(guard.reenter(EPOCH, 1_000));
    expect(await other.isHeld()).toBe(true);
    expect(again.lost.aborted).toBe(false);
    await again.leave(FINGERPRINT);
    expect(await other.applied()).toEqual({ epoch: EPOCH, fingerprint: FINGERPRINT, installing: false });
  });

  it('does not let it in again when another epoch has been inside', async () => {
    await (await inside(other.enter(EPOCH + 1, 1_000))).leave();
    expect(await guard.reenter(EPOCH, 1_000)).toEqual({ outcome: 'stale', epoch: EPOCH + 1 });
    expect(await guard.isHeld()).toBe(false);
  });

  it('does not let in an epoch that is higher than the stored one', async () => {
    expect(await guard.reenter(EPOCH + 1, 1_000)).toEqual({ outcome: 'stale', epoch: EPOCH });
  });

  it('waits until its deadline while another one is inside', async () => {
    const next = await inside(other.enter(EPOCH + 1, 1_000));
    expect(await guard.reenter(EPOCH, 300)).toEqual({ outcome: 'busy' });
    await next.leave();
  });

  it('lets it in again when the work itself has dropped the row', async () => {
    await subject().dropTables();
    const again = await inside(guard.reenter(EPOCH, 1_000));
    expect((await other.applied()).epoch).toBe(EPOCH);
    await again.leave();
  });

  it('takes back nothing that another one has stored since', async () => {
    await (await inside(other.enter(EPOCH + 1, 1_000))).leave(OTHER);
    await hold.leave(FINGERPRINT);
    expect(await guard.applied()).toEqual({ epoch: EPOCH + 1, fingerprint: OTHER, installing: false });
  });

  it('still stores what was applied when nobody has been inside since', async () => {
    await hold.leave(FINGERPRINT);
    expect((await guard.applied()).fingerprint).toEqual(FINGERPRINT);
  });
}
