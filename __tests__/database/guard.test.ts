import type { Application } from '@nocobase/server';
import { Sequelize } from 'sequelize';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSqlDatabase } from '../../src/server/app/sql';
import { createGuard } from '../../src/server/database/guard';
import { createProcessGuard } from '../../src/server/database/process-guard';
import type { Guard } from '../../src/server/ports';
import { startPostgres, type PostgresServer } from '../../tools/cluster/postgres';
import { guardContract } from '../contract/guard';

describe('guard within one process', () => {
  guardContract(async () => createProcessGuard());
});

describe('guard on PostgreSQL', () => {
  let postgres: PostgresServer;
  let database: string;
  let count = 0;
  const cleanUp: (() => Promise<unknown>)[] = [];

  /** As an app of the host would open it, with its own small pool. */
  async function open(schema?: string): Promise<Guard> {
    const { host, port, user, password } = postgres;
    const sequelize = new Sequelize(database, user, password, {
      host,
      port,
      dialect: 'postgres',
      logging: false,
      pool: { max: 1 },
    });
    const app = { db: { sequelize, options: { schema, tablePrefix: 'nb_' } } };
    const guard = createGuard(createSqlDatabase(app as unknown as Application), 'ns');
    if (!guard) throw new Error('no guard for PostgreSQL');
    cleanUp.push(
      () => guard.close(),
      () => sequelize.close(),
    );
    return guard;
  }

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    database = `guard_${(count += 1)}`;
    await postgres.createDatabase(database);
  });
  afterEach(async () => {
    await Promise.all(cleanUp.splice(0).map((close) => close()));
  });

  guardContract(() => open(), {
    dropOwnTable: () => postgres.query(database, 'DROP TABLE nb_cluster_maintenance_state'),
  });

  it('works in a schema that does not exist yet', async () => {
    const guard = await open('tenant');
    const outcome = await guard.enter(1, 1_000);
    expect(outcome.outcome).toBe('entered');
    if (outcome.outcome === 'entered') await outcome.hold.leave();
    expect((await guard.applied()).epoch).toBe(1);
  });

  it('dies with its connection, says so, and lets the next one in', async () => {
    const first = await open();
    const second = await open();
    const outcome = await first.enter(1, 1_000);
    if (outcome.outcome !== 'entered') throw new Error(outcome.outcome);
    const lost = new Promise<void>((resolve) => outcome.hold.lost.addEventListener('abort', () => resolve()));
    await postgres.query(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
    );
    await lost;
    const next = await second.enter(2, 1_000);
    expect(next.outcome).toBe('entered');
    if (next.outcome === 'entered') await next.hold.leave();
    await outcome.hold.leave();
  });

  it('holds no lock on a table, so that the work may drop and alter everything', async () => {
    const guard = await open();
    const outcome = await guard.enter(1, 1_000);
    if (outcome.outcome !== 'entered') throw new Error(outcome.outcome);
    const rows = await postgres.query<{ count: string }>(
      database,
      `SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND pid IN
         (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)`,
    );
    expect(Number(rows[0]?.count)).toBe(0);
    await outcome.hold.leave();
  });
});
