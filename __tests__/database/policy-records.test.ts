import { describe, expect, it } from 'vitest';
import { policyRecordsContract } from '../contract/policy-records';
import { mariadbServer, postgresServer } from './servers';
import { recordsOf } from './subjects';
import { PREFIX, useDatabase } from './support';

describe.each([
  ['PostgreSQL', postgresServer],
  ['MariaDB', mariadbServer],
])('records of the policy on %s', (_name, server) => {
  const database = useDatabase(server);

  policyRecordsContract(() => ({
    open: () => recordsOf(database()),
    dropTables: () => database().dropTables(),
    dump: () => database().dump(),
  }));

  it('go with time', async () => {
    const { approvals, audit } = recordsOf(database());
    const now = await approvals.now();
    expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
    const row = { id: 'old', state: 'used', at: now - 200 * 86_400_000, record: '{}', seal: 'a' };
    await approvals.add(row);
    await approvals.add({ ...row, id: 'new', seal: 'b', at: now });
    await approvals.tidy();
    expect((await approvals.list(10)).map(({ id }) => id)).toEqual(['new']);
    const attempt = { action: 'pm:enable', person: 'Root', entry: '{}', ago: 0 };
    await audit.add([{ ...attempt, id: 'old' }]);
    await database().query(`UPDATE ${PREFIX}cluster_maintenance_audit SET at = at - ${401 * 86_400_000}`);
    await recordsOf(database()).audit.add([{ ...attempt, id: 'new' }]);
    expect((await audit.list({ limit: 10 })).map(({ id }) => id)).toEqual(['new']);
  });

  it('have a place as soon as somebody tidies up', async () => {
    await recordsOf(database()).queue.tidy();
    expect(await database().tables()).toContain('cluster_maintenance_queue');
  });

  it('are at most ten thousand attempts', async () => {
    const { audit } = recordsOf(database());
    const attempt = { action: 'pm:enable', person: 'Root', entry: '{}', ago: 0 };
    await audit.add([{ ...attempt, id: 'first' }]);
    const table = `${PREFIX}cluster_maintenance_audit`;
    const values = Array.from(
      { length: 10_050 },
      (_, number) => `('id-${number}', ${number}, 'pm:enable', 'Root', '{}')`,
    );
    // In the year 1970 they would be too old: from now on.
    await database().query(`INSERT INTO ${table} (id, at, action, person, entry) VALUES ${values.join(', ')}`);
    await database().query(`UPDATE ${table} SET at = at + ${Date.now() - 86_400_000} WHERE at < 20000`);
    await recordsOf(database()).audit.add([{ ...attempt, id: 'last' }]);
    const [row] = await database().query(`SELECT COUNT(*) AS count FROM ${table}`);
    expect(Number(row?.count)).toBe(10_000);
    expect((await audit.list({ limit: 2 })).map(({ id }) => id)).toEqual(['last', 'first']);
  });
});

describe('records of the policy on PostgreSQL', () => {
  const database = useDatabase(postgresServer);

  it('are none that somebody else has changed', async () => {
    const { approvals } = recordsOf(database());
    await approvals.add({ id: 'a', state: 'pending', at: await approvals.now(), record: '{}', seal: 'a' });
    await database().query(`UPDATE ${PREFIX}cluster_maintenance_approvals SET state = 'approved'`);
    expect(await approvals.find('a')).toBeUndefined();
  });
});
