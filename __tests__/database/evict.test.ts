import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '@nocobase/server';
import { Sequelize } from 'sequelize';
import { createSqlDatabase } from '../../src/server/app/sql';
import { systemClock } from '../../src/server/core/clock';
import { createLedger } from '../../src/server/database/ledger';
import { startPostgres, type PostgresServer } from '../../tools/cluster/postgres';

/** A server goes on with a statement whose client is dead: it must not come in the middle of somebody else's work. */
describe('evicting a process from PostgreSQL', () => {
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgres();
    await postgres.createDatabase('evict');
    await postgres.query('evict', 'CREATE TABLE things (id INT)');
  });
  afterAll(() => postgres.stop());

  it('ends the statement that it left behind, and nobody else', async () => {
    const { host, port, user, password } = postgres;
    const open = async (name: string) => {
      const client = new Client({ host, port, user, password, database: 'evict', application_name: name });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    };
    const [blocker, dead, other] = await Promise.all([
      open('blocker'),
      open('their name nocobase gone'),
      open('nocobase here'),
    ]);
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE things');
    const left = dead.query('INSERT INTO things VALUES (1)').catch((error: unknown) => String(error));
    const waiting = 'SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted';
    await expect.poll(async () => (await postgres.query<{ n: number }>('evict', waiting))[0]?.n).toBe(1);

    const sequelize = new Sequelize('evict', user, password, { host, port, dialect: 'postgres', logging: false });
    const database = createSqlDatabase({ db: { sequelize, options: {} } } as unknown as Application);
    const ledger = createLedger(database, 'ns', systemClock);
    if (!ledger) throw new Error('no ledger for PostgreSQL');
    await ledger.evict('gone');
    await blocker.query('COMMIT');
    expect(await left).toMatch(/terminating connection|Connection terminated/);
    expect((await other.query('SELECT count(*)::int AS n FROM things')).rows).toEqual([{ n: 0 }]);
    await ledger.evict('never was');
    await Promise.all([blocker.end(), other.end(), database.close(), sequelize.close()]);
  });
});
