import { describe, expect, it } from 'vitest';
import { startProxy } from '../../tools/cluster/proxy';
import { eventually } from '../contract/coordination-samples';
import { guardContract } from '../contract/guard';
import { inside, lossOf } from '../contract/guard-samples';
import { ledgerContract } from '../contract/ledger';
import { pgbouncerServer } from './servers';
import { guardOf, guardSubject, ledgerOf, ledgerSubject } from './subjects';
import { useDatabase } from './support';

/** Fewer connections than the processes of these tests open together. */
const POOL_SIZE = 8;

const A = { bootId: 'boot-a', name: 'node a', sentAt: 0 };

describe('guard behind PgBouncer in transaction mode', () => {
  const database = useDatabase(() => pgbouncerServer(POOL_SIZE));
  guardContract(() => guardSubject(database()));
});

describe('ledger behind PgBouncer in transaction mode', () => {
  const database = useDatabase(() => pgbouncerServer(POOL_SIZE));
  ledgerContract(() => ledgerSubject(database()));
});

describe('connections through PgBouncer', () => {
  const database = useDatabase(() => pgbouncerServer(POOL_SIZE));

  it('lets guard and presence die with the connection of their process to the pooler', async () => {
    const { server } = database();
    const proxy = await startProxy({ target: server });
    const sql = database().open({ login: { port: proxy.port } });
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    proxy.cut();
    await lossOf(hold);
    await eventually('the process knows that it is not present', () => !ledger.present());
    const other = guardOf(database());
    await (await inside(other.enter(2, 5_000))).leave();
    const witness = ledgerOf(database());
    await witness.nodes();
    await database().pass(3_100);
    expect((await witness.nodes()).map(({ presence }) => presence)).toEqual(['gone']);
    await proxy.stop();
  });

  it('keeps guard and presence of a process that is silent in the middle of many others', async () => {
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    const others = Array.from({ length: 4 }, () => ledgerOf(database()));
    for (let turn = 0; turn < 20; turn += 1) await Promise.all(others.map((one) => one.nodes()));
    expect([hold.lost.aborted, ledger.present(), await guard.isHeld()]).toEqual([false, true, true]);
    expect((await others[0]?.nodes())?.map(({ presence }) => presence)).toEqual(['connected']);
    await hold.leave();
    expect(await guard.isHeld()).toBe(false);
  });
});

describe('a PgBouncer that is killed', () => {
  const database = useDatabase(() => pgbouncerServer(POOL_SIZE));

  it('takes guard and presence with it, and each process gets to know it', async () => {
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    const server = database().server as Awaited<ReturnType<typeof pgbouncerServer>>;
    await server.pgbouncer.kill();
    await lossOf(hold);
    await eventually('the process knows that it is not present', () => !ledger.present());
    const direct = database().open({ login: { port: server.postgres.port } });
    await (await inside(guardOf(database(), direct).enter(2, 5_000))).leave();
    await ledger.leave();
    await hold.leave();
  });
});
