import type { Application } from '@nocobase/server';
import { Sequelize } from 'sequelize';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSqlDatabase } from '../../src/server/app/sql';
import { createGuard } from '../../src/server/database/guard';
import type { Guard } from '../../src/server/ports';
import { startMariadb, type MariadbServer } from '../../tools/cluster/mariadb';
import { guardContract } from '../contract/guard';

describe('guard on MariaDB', () => {
  let mariadb: MariadbServer;
  let database: string;
  let count = 0;
  const cleanUp: (() => Promise<unknown>)[] = [];

  async function open(): Promise<Guard> {
    const { host, port, user, password } = mariadb;
    const pool = { max: 1 };
    const sequelize = new Sequelize(database, user, password, { host, port, dialect: 'mysql', logging: false, pool });
    const app = { db: { sequelize, options: { tablePrefix: 'nb_' } } };
    // A lock of MySQL belongs to the server, not to a database: the namespace tells apps apart.
    const guard = createGuard(createSqlDatabase(app as unknown as Application), database);
    if (!guard) throw new Error('no guard for MariaDB');
    cleanUp.push(
      () => guard.close(),
      () => sequelize.close(),
    );
    return guard;
  }

  beforeAll(async () => {
    mariadb = await startMariadb();
  });
  afterAll(() => mariadb.stop());
  beforeEach(async () => {
    database = `guard_${(count += 1)}`;
    await mariadb.createDatabase(database);
  });
  afterEach(async () => {
    await Promise.all(cleanUp.splice(0).map((close) => close()));
  });

  guardContract(open, { dropOwnTable: () => mariadb.query(database, 'DROP TABLE nb_cluster_maintenance_state') });

  it('dies with its connection, says so, and lets the next one in', async () => {
    const first = await open();
    const second = await open();
    const outcome = await first.enter(1, 1_000);
    if (outcome.outcome !== 'entered') throw new Error(outcome.outcome);
    const lost = new Promise<void>((resolve) => outcome.hold.lost.addEventListener('abort', () => resolve()));
    const holders = await mariadb.query(
      undefined,
      `SELECT id FROM information_schema.processlist WHERE db = '${database}'`,
    );
    for (const { id } of holders) await mariadb.query(undefined, `KILL ${String(id)}`);
    await lost;
    const next = await second.enter(2, 2_000);
    expect(next.outcome).toBe('entered');
    if (next.outcome === 'entered') await next.hold.leave();
    await outcome.hold.leave();
  });
});
