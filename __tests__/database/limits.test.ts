import { once } from 'node:events';
import { createConnection } from 'mysql2';
import { describe, expect, it } from 'vitest';
import { inside, lossOf } from '../contract/guard-samples';
import { mariadbServer, postgresServer } from './servers';
import { guardOf, ledgerOf } from './subjects';
import { useDatabase } from './support';

const A = { bootId: 'boot-a', name: 'node a', sentAt: 0 };

describe('locks on a PostgreSQL with strict settings', () => {
  const database = useDatabase(postgresServer);
  const postgres = () => (database().server as Awaited<ReturnType<typeof postgresServer>>).postgres;
  const holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted";

  it('outlive the limit on idle transactions', async () => {
    await database().query(`ALTER DATABASE ${database().name} SET idle_in_transaction_session_timeout = '300ms'`);
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    const limited = await postgres().connect(database().name);
    limited.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => limited.on('end', resolve));
    await limited.query('BEGIN');
    await ended;
    expect([hold.lost.aborted, ledger.present(), await guard.isHeld()]).toEqual([false, true, true]);
    await hold.leave();
  });

  it('keep no old rows alive, whatever isolation is the rule there', async () => {
    await database().query(`ALTER DATABASE ${database().name} SET default_transaction_isolation = 'repeatable read'`);
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    const rows = await database().query(
      `SELECT backend_xmin, backend_xid FROM pg_stat_activity WHERE pid IN (${holders})`,
    );
    expect(rows).toEqual(Array(2).fill({ backend_xmin: null, backend_xid: null }));
    await hold.leave();
  });

  it('hold no lock on a table, so that the work may drop and alter everything', async () => {
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    const rows = await database().query(`SELECT locktype FROM pg_locks WHERE pid IN (${holders}) ORDER BY locktype`);
    expect(rows.map(({ locktype }) => locktype)).toEqual(['advisory', 'advisory', 'virtualxid', 'virtualxid']);
    await hold.leave();
  });

  it('take all connections of the process with them when they are broken, and no others', async () => {
    const host = database().host(database().server, { application_name: 'nocobase boot-a' });
    const guard = guardOf(database(), database().beside(host));
    const hold = await inside(guard.enter(1, 1_000));
    const working = await host.transaction();
    const other = database().host(database().server, { application_name: 'nocobase boot-b' });
    const serving = await other.transaction();
    await guardOf(database(), database().beside(other)).breakHold();
    await expect(host.query('SELECT 1', { transaction: working })).rejects.toThrow();
    await other.query('SELECT 1', { transaction: serving });
    await serving.rollback();
    await hold.leave();
  });

  it('can be broken by the process itself that holds them', async () => {
    const host = database().host(database().server, { application_name: 'nocobase boot-a' });
    const guard = guardOf(database(), database().beside(host));
    const hold = await inside(guard.enter(1, 1_000));
    expect(await guard.breakHold()).toBe(true);
    await lossOf(hold);
    expect(await guard.isHeld()).toBe(false);
    expect((await guard.reenter(1, 500)).outcome).toBe('stale');
  });

  it('are told as broken only when the server has ended the connection', async () => {
    await inside(guardOf(database()).enter(1, 1_000));
    const [holder] = await database().query(holders);
    process.kill(Number(holder?.pid), 'SIGSTOP');
    const other = guardOf(database());
    let told = false;
    const broken = other.breakHold().finally(() => (told = true));
    for (let look = 0; look < 20; look += 1) expect(await other.isHeld()).toBe(true);
    expect(told).toBe(false);
    process.kill(Number(holder?.pid), 'SIGCONT');
    expect(await broken).toBe(true);
    expect(await other.isHeld()).toBe(false);
  });

  it('are broken only by a user who may, and the refusal names the right', async () => {
    const hold = await inside(guardOf(database()).enter(1, 1_000));
    const user = `limited_${database().name}`;
    await database().query(`CREATE ROLE ${user} LOGIN`);
    await database().query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user}`);
    const limited = guardOf(database(), database().open({ login: { user } }));
    await expect(limited.breakHold()).rejects.toThrow(/belongs to another user.*pg_signal_backend/);
    expect(hold.lost.aborted).toBe(false);
    await hold.leave();
    expect(await limited.breakHold()).toBe(false);
  });
});

describe('locks on a MariaDB with strict settings', () => {
  const database = useDatabase(mariadbServer);

  it('outlive the limits on idle connections and transactions', async () => {
    await database().query('SET GLOBAL wait_timeout = 1, GLOBAL idle_transaction_timeout = 1');
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await ledger.join(A);
    const { host, port, user, password } = database().server;
    const limited = createConnection({ host, port, user, password });
    await once(limited, 'error');
    expect([hold.lost.aborted, ledger.present(), await guard.isHeld()]).toEqual([false, true, true]);
    await hold.leave();
    await database().query('SET GLOBAL wait_timeout = 28800, GLOBAL idle_transaction_timeout = 0');
  });

  it('are broken only by a user who may, and the refusal names the right', async () => {
    const hold = await inside(guardOf(database()).enter(1, 1_000));
    const login = { user: 'limited', password: 'limited' };
    await database().query(`CREATE USER limited@'%' IDENTIFIED BY 'limited'`);
    // The user of the tests may do everything but grant.
    await database().query(`INSERT INTO mysql.db (Host, Db, User) VALUES ('%', '${database().name}', 'limited')`);
    await database().query(`UPDATE mysql.db SET Select_priv = 'Y', Update_priv = 'Y' WHERE User = 'limited'`);
    await database().query('FLUSH PRIVILEGES');
    const limited = guardOf(database(), database().open({ login }));
    await expect(limited.breakHold()).rejects.toThrow(/belongs to another user.*CONNECTION ADMIN/);
    expect(hold.lost.aborted).toBe(false);
    await hold.leave();
    expect(await limited.breakHold()).toBe(false);
  });
});
