import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/shared/domain';
import { keepRows } from '../../src/server/database/kept-rows';
import type { SqlDatabase, SqlSession } from '../../src/server/database/sql';
import { draftOf, ended } from '../contract/coordination-samples';
import { mariadbServer, postgresServer } from './servers';
import { guardOf, ledgerOf } from './subjects';
import { PREFIX, useDatabase, type Row, type TestDatabase } from './support';

const OLD: OperationRecord = ended({ ...draftOf('old'), epoch: 3, changed: true });
const RESTORE: OperationRecord = { ...draftOf('restore'), epoch: 7, kind: 'restore', phase: 'working', changed: true };

const OWN = ['state', 'epochs', 'nodes', 'journal', 'operations'] as const;

/** How the server is told to end the connection of a session. */
const CUTS = {
  postgres: { id: 'SELECT pg_backend_pid() AS id', end: (id: string) => `SELECT pg_terminate_backend(${id})` },
  mysql: { id: 'SELECT CONNECTION_ID() AS id', end: (id: string) => `KILL ${id}` },
} as const;

describe.each([
  ['PostgreSQL', 'postgres', postgresServer],
  ['MariaDB', 'mysql', mariadbServer],
] as const)('putting rows back that is cut off in the middle, on %s', (_name, dialect, server) => {
  const database = useDatabase(server);

  it('leaves what came with the dump and nothing else, wherever that happens, and can be done again', async () => {
    const ledger = ledgerOf(database());
    const guard = guardOf(database());
    await ledger.write(OLD);
    await guard.enter(3, 1_000).then((entered) => (entered.outcome === 'entered' ? entered.hold.leave() : undefined));
    const load = await database().dump();
    await ledger.write(RESTORE);
    const entered = await guard.enter(7, 1_000);
    await guard.allocate();
    const sql = database().open();
    let statements = 0;
    let cutAt = Infinity;
    const counted = cutting(sql, () => (statements += 1) >= cutAt);
    const rows = await keepRows(counted);
    statements = 0;
    await load();
    const ofTheDump = await contents(database());
    await rows.putBack();
    const whole = await contents(database());
    const all = statements;
    expect(all).toBeGreaterThan(OWN.length + 3);
    expect(whole).not.toEqual(ofTheDump);

    const cuts = Array.from({ length: all }, (_, index) => index + 1).filter((at) => at % 2 === 0 || at === all);
    for (const at of cuts) {
      await load();
      [statements, cutAt] = [0, at];
      await expect(rows.putBack()).rejects.toThrow();
      expect(await contents(database()), `cut at statement ${at} of ${all}`).toEqual(ofTheDump);
    }
    cutAt = Infinity;
    await rows.putBack();
    expect(await contents(database())).toEqual(whole);
    await rows.end();
    expect(await ledger.latest()).toEqual(RESTORE);
    expect((await guard.applied()).epoch).toBe(7);
    if (entered.outcome === 'entered') await entered.hold.leave();
  }, 60_000);

  /** The server ends the connection of a transaction right before one of its statements. */
  function cutting(sql: SqlDatabase, isCutNow: () => boolean): SqlDatabase {
    const cut = async (session: SqlSession) => {
      const [row] = await session.query(CUTS[dialect].id);
      await database().query(CUTS[dialect].end(String(row?.id)));
    };
    const begin = async (): Promise<SqlSession> => {
      const session = await sql.begin();
      const query: SqlSession['query'] = async (statement, params) => {
        const counts = /^(DELETE|INSERT|COMMIT)/.test(statement);
        if (counts && isCutNow()) await cut(session);
        return session.query(statement, params);
      };
      return { lost: session.lost, end: () => session.end(), query };
    };
    return { ...sql, begin };
  }
});

/** All rows of the plugin's own tables; marks change with each writing, and nodes say how long they are silent. */
async function contents(database: TestDatabase): Promise<readonly Row[][]> {
  const tables: Row[][] = [];
  for (const table of OWN) {
    const rows = await database.query(`SELECT * FROM ${PREFIX}cluster_maintenance_${table}`).catch(() => []);
    tables.push(rows.map(({ mark: _mark, ...row }) => row).sort((a, b) => text(a).localeCompare(text(b))));
  }
  return tables;
}

function text(row: Row): string {
  return JSON.stringify(row);
}
