import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/shared/domain';
import { draftOf, eventually, reportOf } from '../contract/coordination-samples';
import { inside } from '../contract/guard-samples';
import { mariadbServer, postgresServer } from './servers';
import { guardOf, ledgerOf } from './subjects';
import { PREFIX, useDatabase } from './support';

const A = { bootId: 'boot-a', name: 'node a', sentAt: 0 };
const FINGERPRINT: Fingerprint = { digest: 'd', core: '2.2.15', plugins: [] };

const TABLES = [
  'announcements',
  'approvals',
  'audit',
  'epochs',
  'glass',
  'journal',
  'nodes',
  'operations',
  'outbox',
  'policy',
  'queue',
  'refused',
];
const OWN = [...TABLES, 'state', 'tokens'].map((name) => `cluster_maintenance_${name}`);

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])("the plugin's tables on %s", (_name, start) => {
  const database = useDatabase(start);
  const tables = async () => (await database().tables()).sort();

  it('are not made by looking', async () => {
    const sql = database().open();
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    await Promise.all([guard.applied(), guard.isHeld(), guard.breakHold(), ledger.nodes(), ledger.latest()]);
    await Promise.all([ledger.history(1), ledger.journal('operation'), ledger.declareStopped('nobody')]);
    expect(await tables()).toEqual([]);
  });

  it.each([
    ['entering', () => inside(guardOf(database()).enter(1, 1_000))],
    ['joining', () => ledgerOf(database()).join(A)],
    ['reporting', () => ledgerOf(database()).report(reportOf('a'))],
    ['giving out an epoch', () => guardOf(database()).allocate()],
    ['writing an operation', () => ledgerOf(database()).write({ ...draftOf('a'), epoch: 1 })],
  ])('are made by %s', async (_what, act) => {
    await act();
    expect(await tables()).toEqual(OWN);
  });

  it('are extended where an earlier version made them', async () => {
    const table = `${PREFIX}cluster_maintenance_state`;
    await database().query(
      `CREATE TABLE ${table} (id VARCHAR(32) PRIMARY KEY, epoch BIGINT NOT NULL, fingerprint TEXT)`,
    );
    await database().query(`INSERT INTO ${table} VALUES ('operation', 7, '${JSON.stringify(FINGERPRINT)}')`);
    const guards = Array.from({ length: 4 }, () => guardOf(database()));
    const told = await Promise.all(guards.map((guard) => guard.applied()));
    expect(told).toEqual(Array(4).fill({ epoch: 7, fingerprint: FINGERPRINT, installing: false }));
    const [guard] = guards;
    if (!guard) throw new Error('four guards');
    expect(await guard.enter(7, 1_000)).toEqual({ outcome: 'stale', epoch: 7 });
    const hold = await inside(guard.enter(8, 1_000));
    await hold.prepareInstall();
    expect(await guard.applied()).toEqual({ epoch: 8, fingerprint: FINGERPRINT, installing: true });
    await hold.leave();
  });

  it('give out epochs above that of every operation in them', async () => {
    const [guard, ledger] = [guardOf(database()), ledgerOf(database())];
    await ledger.write({ ...draftOf('a'), epoch: 41 });
    expect(await guard.allocate()).toBe(42);
  });

  it('keep their rows when an installation is done again, like tables with another prefix', async () => {
    await database().query('CREATE TABLE of_another_app (id INTEGER)');
    const [guard, ledger] = [guardOf(database()), ledgerOf(database())];
    await ledger.write({ ...draftOf('a'), epoch: 1 });
    for (const epoch of [1, 2]) {
      const hold = await inside(guard.enter(epoch, 1_000));
      await hold.prepareInstall();
      if (epoch === 1) await database().query('CREATE TABLE of_another_app_later (id INTEGER)');
      if (epoch === 1) await database().createTable('cluster_maintenance_of_a_later_version');
      await database().createTable(`made_in_vain_${epoch}`);
      await hold.leave();
    }
    expect(await tables()).toEqual([...OWN, 'cluster_maintenance_of_a_later_version', 'made_in_vain_2'].sort());
    expect((await ledger.latest())?.epoch).toBe(1);
    const all = await database().server.tables(database().name);
    expect(all).toEqual(expect.arrayContaining(['of_another_app', 'of_another_app_later']));
  });

  it('lose what an installation made in vain also where it is tied together', async () => {
    const guard = guardOf(database());
    const first = await inside(guard.enter(1, 1_000));
    await first.prepareInstall();
    const key = (other: string) => `id INTEGER PRIMARY KEY, other INTEGER REFERENCES ${PREFIX}${other} (id)`;
    await database().query(`CREATE TABLE ${PREFIX}a (id INTEGER PRIMARY KEY)`);
    await database().query(`CREATE TABLE ${PREFIX}b (${key('a')})`);
    await database().query(
      `ALTER TABLE ${PREFIX}a ADD COLUMN other INTEGER, ADD FOREIGN KEY (other) REFERENCES ${PREFIX}b (id)`,
    );
    await database().query(`CREATE VIEW ${PREFIX}view AS SELECT * FROM ${PREFIX}b`);
    await first.leave();
    const second = await inside(guard.enter(2, 1_000));
    expect([...(await second.prepareInstall())].sort()).toEqual([`${PREFIX}a`, `${PREFIX}b`]);
    await second.leave();
  });

  const nodes = `${PREFIX}cluster_maintenance_nodes`;
  const { before } = {
    before: (ms: number) =>
      database().server.before(database().server.dialect === 'mysql' ? 'UTC_TIMESTAMP(3)' : 'now()', ms),
  };

  it('never make a process gone that holds its lock, and start its time anew when it loses it', async () => {
    const [ledger, witness] = [ledgerOf(database()), ledgerOf(database())];
    await ledger.join(A);
    await database().query(`UPDATE ${nodes} SET free_since = ${before(3_600_000)}`);
    expect(await witness.nodes()).toEqual([expect.objectContaining({ presence: 'connected' })]);
    await database().endPresence(A.bootId);
    await eventually('the process knows that it is not present', () => !ledger.present());
    expect(await witness.nodes()).toEqual([expect.objectContaining({ presence: 'connected' })]);
    await database().pass(3_100);
    expect(await witness.nodes()).toEqual([expect.objectContaining({ presence: 'gone' })]);
  });

  it('begin anew with a moment that is still to come, because another clock wrote it', async () => {
    const [ledger, witness] = [ledgerOf(database()), ledgerOf(database())];
    await ledger.report(reportOf(A.bootId));
    await database().query(`UPDATE ${nodes} SET free_since = ${before(-3_600_000)}, seen_at = ${before(-3_600_000)}`);
    expect(await witness.nodes()).toEqual([expect.objectContaining({ presence: 'connected', silentMs: 0 })]);
    await database().pass(3_100);
    expect(await witness.nodes()).toEqual([expect.objectContaining({ presence: 'gone' })]);
  });

  it('tell three seconds by the clock of the database', async () => {
    const [ledger, witness] = [ledgerOf(database()), ledgerOf(database())];
    await ledger.report(reportOf(A.bootId));
    await witness.nodes();
    const start = performance.now();
    await eventually('the process is gone', async () => (await witness.nodes())[0]?.presence === 'gone');
    expect(performance.now() - start).toBeGreaterThan(2_700);
    expect(performance.now() - start).toBeLessThan(6_000);
  });
});

describe("the plugin's tables on PostgreSQL", () => {
  const database = useDatabase(postgresServer);

  it('are made in the schema of the app, also if that does not exist yet', async () => {
    const sql = database().open({ schema: 'tenant' });
    const [guard, ledger] = [guardOf(database(), sql), ledgerOf(database(), sql)];
    const hold = await inside(guard.enter(1, 1_000));
    await Promise.all([ledger.join(A), ledger.write({ ...draftOf('a'), epoch: 1 })]);
    await database().createTable('elsewhere');
    expect(await hold.prepareInstall()).toEqual([]);
    await database().query(`CREATE TABLE tenant.${PREFIX}made_in_vain (id INTEGER)`);
    await hold.leave();
    const again = await inside(guard.enter(2, 1_000));
    expect(await again.prepareInstall()).toEqual([`${PREFIX}made_in_vain`]);
    await again.leave();
    const rows = await database().query("SELECT tablename FROM pg_tables WHERE schemaname = 'tenant' ORDER BY 1");
    expect(rows.map(({ tablename }) => tablename)).toEqual(OWN.map((name) => `${PREFIX}${name}`));
    expect((await ledger.latest())?.epoch).toBe(1);
    expect(await database().tables()).toEqual(['elsewhere']);
  });

  it('are made in a schema that is there by a user who may make no schema', async () => {
    await database().query(`CREATE ROLE tenant_${database().name} LOGIN`);
    await database().query(`CREATE SCHEMA tenant AUTHORIZATION tenant_${database().name}`);
    const sql = database().open({ schema: 'tenant', login: { user: `tenant_${database().name}` } });
    await ledgerOf(database(), sql).join(A);
    expect(await ledgerOf(database(), sql).nodes()).toHaveLength(1);
  });

  it('make a process present only when it stands in them', async () => {
    const user = `guest_${database().name}`;
    await database().query(`CREATE ROLE ${user} LOGIN`);
    const ledger = ledgerOf(database(), database().open({ login: { user } }));
    await expect(ledger.join(A)).rejects.toThrow(/permission denied/);
    expect(ledger.present()).toBe(false);
    await database().query(`GRANT CREATE ON SCHEMA public TO ${user}`);
    await ledger.join(A);
    expect(ledger.present()).toBe(true);
    expect(await ledger.nodes()).toHaveLength(1);
  });

  it('leave alone what belongs to an extension', async () => {
    const guard = guardOf(database());
    const first = await inside(guard.enter(1, 1_000));
    await first.prepareInstall();
    await database().query('CREATE EXTENSION pg_trgm');
    await database().createTable('of_an_extension');
    await database().query(`ALTER EXTENSION pg_trgm ADD TABLE ${PREFIX}of_an_extension`);
    await first.leave();
    const second = await inside(guard.enter(2, 1_000));
    expect(await second.prepareInstall()).toEqual([]);
    await second.leave();
  });
});
