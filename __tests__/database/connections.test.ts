import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/server/core/clock';
import type { SqlDatabase } from '../../src/server/database/sql';
import { startProxy } from '../../tools/cluster/proxy';
import { eventually } from '../contract/coordination-samples';
import { inside, lossOf } from '../contract/guard-samples';
import { mariadbServer, postgresServer } from './servers';
import { guardOf, ledgerOf } from './subjects';
import { useDatabase } from './support';

const A = { bootId: 'boot-a', name: 'node a', sentAt: 0 };

/** Silence is noticed five times as late as this, in milliseconds. */
const LOOK_EVERY = 100;

/** Locks are pinged four times a second instead of four times a minute. */
const pinging: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 250), signal) };

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])('connections to %s', (_name, start) => {
  const database = useDatabase(start);

  it('are not those of the app, whose only one may be busy', async () => {
    const host = database().host();
    const busy = await host.transaction();
    const sql = database().beside(host);
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    expect((await Promise.all([ledger.nodes(), guard.isHeld(), ledger.history(1)])).slice(1)).toEqual([true, []]);
    await Promise.all([hold.leave(), ledger.leave()]);
    await busy.rollback();
  });

  it('are all given back when they are closed, with what they held', async () => {
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    await Promise.all([guard.close(), guard.close()]);
    expect(hold.lost.aborted).toBe(false);
    const other = database().open();
    expect(await guardOf(database(), other).isHeld()).toBe(false);
    const witness = ledgerOf(database(), other);
    await witness.nodes();
    await database().pass(3_100);
    expect((await witness.nodes()).map(({ presence }) => presence)).toEqual(['gone']);
  });

  it('serve one after the other without leaving a listener behind', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const guard = guardOf(database());
    for (let epoch = 1; epoch <= 15; epoch += 1) await (await inside(guard.enter(epoch, 1_000))).leave();
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('count as lost when the network swallows everything, and are taken again when it is back', async () => {
    const proxy = await startProxy({ target: database().server });
    const sql = database().open({ login: { port: proxy.port }, lookEvery: LOOK_EVERY });
    const [guard, ledger] = [guardOf(database(), sql, pinging), ledgerOf(database(), sql, pinging)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    await proxy.blackhole();
    await expect(ledger.latest()).rejects.toThrow();
    await lossOf(hold);
    await eventually('the process knows that it is not present', () => !ledger.present());
    await proxy.heal();
    await (await inside(guard.reenter(1, 5_000))).leave();
    await ledger.join(A);
    expect(ledger.present()).toBe(true);
    await sql.close();
    await proxy.stop();
  });

  it('live on while nobody says anything, and through a process that stood still', async () => {
    let pings = 0;
    const sleep: Clock['sleep'] = (ms, signal) => pinging.sleep(ms, signal).then(() => void (pings += 1));
    const clock = { ...pinging, sleep };
    const sql = database().open({ lookEvery: LOOK_EVERY });
    const [guard, ledger] = [guardOf(database(), sql, clock), ledgerOf(database(), sql, clock)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    for (const enough of [8, 16, 24]) {
      standStill(LOOK_EVERY * 10);
      await eventually('both locks were pinged for longer than a silence may last', () => pings >= enough);
    }
    expect([hold.lost.aborted, ledger.present()]).toEqual([false, true]);
    await hold.leave();
  });

  it('end a connection of before that only the server takes for alive', async () => {
    const { sql, lose } = forgetful(database().open());
    const guard = guardOf(database(), sql);
    const hold = await inside(guard.enter(1, 1_000));
    lose();
    expect(hold.lost.aborted).toBe(true);
    expect(await guard.isHeld()).toBe(true);
    const again = await inside(guard.reenter(1, 5_000));
    expect(again.lost.aborted).toBe(false);
    await again.leave();
  });

  it('end no connection of another process to get its place', async () => {
    const { sql, lose } = forgetful(database().open());
    const guard = guardOf(database(), sql);
    await inside(guard.enter(1, 1_000));
    lose();
    const other = guardOf(database());
    await other.breakHold();
    const hold = await inside(other.enter(await other.allocate(), 1_000));
    expect(await guard.reenter(1, 500)).toEqual({ outcome: 'busy' });
    expect(hold.lost.aborted).toBe(false);
    await hold.leave();
  });

  it('need not be there for a process to leave', async () => {
    const proxy = await startProxy({ target: database().server });
    const ledger = ledgerOf(database(), database().open({ login: { port: proxy.port } }));
    await ledger.join(A);
    proxy.cut();
    await ledger.leave();
    expect(ledger.present()).toBe(false);
    await proxy.stop();
  });
});

/** The whole process stops, as it does for a garbage collection or when its container is frozen. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A network after which the client believes its first session to be dead, and the server does not. */
function forgetful(sql: SqlDatabase): { readonly sql: SqlDatabase; lose(): void } {
  const losing = new AbortController();
  let first = true;
  return {
    lose: () => losing.abort(new Error('The network was cut.')),
    sql: {
      ...sql,
      async begin() {
        const session = await sql.begin();
        if (!first) return session;
        first = false;
        return { ...session, lost: losing.signal, end: async () => Promise.resolve() };
      },
    },
  };
}
