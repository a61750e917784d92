import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../tools/cluster/paths';
import { waitForNoConnections } from '../../tools/cluster/postgres';
import type { OperationRecord } from '../../src/shared/domain';
import { draftOf, ended } from '../contract/coordination-samples';
import { mariadbServer, postgresServer } from './servers';
import { ledgerOf } from './subjects';
import { PREFIX, TestDatabase, useDatabase } from './support';

const run = promisify(execFile);

const HELD: OperationRecord = { ...draftOf('a'), epoch: 5, phase: 'held', changed: true };
const operations = `${PREFIX}cluster_maintenance_operations`;

/** Whether the database tells the operation as one that goes on, after `change` was done to it. */
async function afterwards(database: TestDatabase): Promise<unknown> {
  const ledger = ledgerOf(database);
  expect(await ledger.find(HELD.id)).toEqual(HELD);
  expect(await ledger.history(20)).toEqual([HELD]);
  return (await ledger.latest())?.phase;
}

describe('an operation in a PostgreSQL database', () => {
  const database = useDatabase(postgresServer);
  const postgres = () => (database().server as Awaited<ReturnType<typeof postgresServer>>).postgres;
  const login = () => ['-h', '127.0.0.1', '-p', String(postgres().port), '-U', postgres().user];

  async function dump(...options: string[]): Promise<string> {
    const file = join(temporaryDirectory('dump').path, 'dump');
    await run('pg_dump', [...login(), '-d', database().name, '-f', file, ...options]);
    return file;
  }

  it('is not believed after its tables were dropped and restored', async () => {
    await ledgerOf(database()).write(HELD);
    const file = await dump('-Fc');
    await run('pg_restore', [...login(), '-d', database().name, '--clean', file]);
    expect(await afterwards(database())).toBeUndefined();
  });

  it('is not believed after its rows were copied into the emptied tables', async () => {
    await ledgerOf(database()).write(HELD);
    const file = await dump('-Fp', '--data-only');
    await database().query(`TRUNCATE ${operations}, ${PREFIX}cluster_maintenance_nodes`);
    await run('psql', [...login(), '-d', database().name, '-v', 'ON_ERROR_STOP=1', '-q', '-f', file]);
    expect(await afterwards(database())).toBeUndefined();
  });

  it('is not believed in another database that got the dump', async () => {
    await ledgerOf(database()).write(HELD);
    const file = await dump('-Fc');
    const copy = new TestDatabase(database().server, `${database().name}_copy`);
    await postgres().createDatabase(copy.name);
    await run('pg_restore', [...login(), '-d', copy.name, file]);
    expect(await afterwards(copy)).toBeUndefined();
    await copy.close();
  });

  it('is not believed in a copy of the database files', async () => {
    await ledgerOf(database()).write(HELD);
    await database().close();
    await waitForNoConnections(postgres(), database().name);
    const copy = new TestDatabase(database().server, `${database().name}_copy`);
    await postgres().createDatabase(copy.name, database().name);
    expect(await afterwards(copy)).toBeUndefined();
    await copy.close();
  });

  it('is believed through cleaning up, a restart and a new column', async () => {
    await ledgerOf(database()).write(HELD);
    await database().query(`VACUUM (FREEZE, FULL) ${operations}`);
    await database().query(`ALTER TABLE ${operations} ADD COLUMN later TEXT`);
    await database().close();
    await postgres().restart();
    expect(await afterwards(database())).toBe('held');
  });

  it('is not believed when somebody has changed the row by hand', async () => {
    await ledgerOf(database()).write(HELD);
    await database().query(`UPDATE ${operations} SET is_over = FALSE`);
    expect(await afterwards(database())).toBeUndefined();
    await ledgerOf(database()).write(ended(HELD));
    expect((await ledgerOf(database()).latest())?.result).toBe('done');
  });
});

describe('an operation in a MariaDB database', () => {
  const database = useDatabase(mariadbServer);

  it('is not believed after its table was dropped, made again and filled', async () => {
    await ledgerOf(database()).write(HELD);
    const load = await database().dump();
    await load();
    expect(await afterwards(database())).toBeUndefined();
  });

  it('is not believed in another database that got the dump', async () => {
    await ledgerOf(database()).write(HELD);
    const copy = new TestDatabase(database().server, `${database().name}_copy`);
    await copy.server.createDatabase(copy.name);
    const [row] = await database().query(`SHOW CREATE TABLE ${operations}`);
    await copy.query(String(row?.['Create Table']));
    await copy.query(`INSERT INTO ${operations} SELECT * FROM ${database().name}.${operations}`);
    expect(await afterwards(copy)).toBeUndefined();
    await copy.close();
  });

  it('is believed through cleaning up', async () => {
    await ledgerOf(database()).write(HELD);
    await database().query(`ANALYZE TABLE ${operations}`);
    expect(await afterwards(database())).toBe('held');
  });
});
