import { beforeEach, expect, it } from 'vitest';
import type { Guard } from '../../src/server/ports';
import type { GuardUnderTest } from './guard-subject';
import { FINGERPRINT, inside, lossOf } from './guard-samples';

export function installContract(subject: () => GuardUnderTest): void {
  let guard: Guard;
  let epoch = 0;
  beforeEach(async () => {
    guard = await subject().open();
    epoch = 0;
  });

  const enter = () => inside(guard.enter((epoch += 1), 1_000));
  const appTables = async () => {
    const names = await subject().tables();
    return names.filter((name) => !name.startsWith('cluster_maintenance_')).sort();
  };

  /** An installation that makes these tables and then comes to nothing. */
  async function installInVain(...tables: string[]): Promise<readonly string[]> {
    const hold = await enter();
    const dropped = await hold.prepareInstall();
    for (const table of tables) await subject().createTable(table);
    await hold.leave();
    return dropped;
  }

  it('drops nothing before the first installation, and remembers that one runs', async () => {
    await subject().createTable('of_somebody_else');
    const hold = await enter();
    expect(await hold.prepareInstall()).toEqual([]);
    expect(await appTables()).toEqual(['of_somebody_else']);
    expect((await guard.applied()).installing).toBe(true);
    await hold.leave();
    expect((await guard.applied()).installing).toBe(true);
  });

  it('forgets it when the installation is applied', async () => {
    const hold = await enter();
    await hold.prepareInstall();
    await subject().createTable('users');
    await hold.leave(FINGERPRINT);
    expect(await guard.applied()).toEqual({ epoch: 1, fingerprint: FINGERPRINT, installing: false });
    const next = await enter();
    expect(await next.prepareInstall()).toEqual([]);
    expect(await appTables()).toEqual(['users']);
    await next.leave();
  });

  it('drops what an installation made that never ended, and nothing that was there before', async () => {
    await subject().createTable('of_somebody_else');
    await installInVain('users', 'roles');
    const hold = await enter();
    expect([...(await hold.prepareInstall())].sort()).toEqual([
      expect.stringMatching(/roles$/),
      expect.stringMatching(/users$/),
    ]);
    expect(await appTables()).toEqual(['of_somebody_else']);
    await hold.leave();
  });

  it('does so again when the second one never ended either', async () => {
    await subject().createTable('of_somebody_else');
    await installInVain('users');
    expect(await installInVain('users', 'roles')).toHaveLength(1);
    expect(await installInVain()).toHaveLength(2);
    expect(await appTables()).toEqual(['of_somebody_else']);
  });

  it('keeps the epoch through it', async () => {
    await installInVain('users');
    await installInVain();
    expect((await guard.applied()).epoch).toBe(2);
  });

  it('remembers it through other operations', async () => {
    await installInVain('users');
    await (await enter()).leave();
    expect((await guard.applied()).installing).toBe(true);
  });

  it('drops nothing once its place in the guard is lost', async () => {
    await installInVain('users');
    const hold = await enter();
    await subject().disconnect(guard);
    await lossOf(hold);
    await expect(hold.prepareInstall()).rejects.toThrow();
    expect(await appTables()).toEqual(['users']);
    await hold.leave();
  });

  it('does not believe a dump that an installation runs: nothing that came with it is dropped', async () => {
    await installInVain('users');
    const load = await subject().dump();
    await load();
    expect(await guard.applied()).toEqual({ epoch: 1, fingerprint: undefined, installing: false });
    const hold = await enter();
    expect(await hold.prepareInstall()).toEqual([]);
    expect(await appTables()).toEqual(['users']);
    await hold.leave();
  });
}
