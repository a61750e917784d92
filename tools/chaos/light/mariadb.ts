import { Redis } from 'ioredis';
import type { Client } from 'pg';
import { startRedis } from '../../cluster';
import { startMariadb, type MariadbServer } from '../../cluster/mariadb';
import { speakPostgres } from './mariadb-words';
import { withRows, type Rows, type UserRow, type WorkRow } from './overlap';
import { USER_TABLE, WORK_TABLE } from './words';
import type { LightServers } from './world';

/** MariaDB's own account of when a transaction was committed. */
const COMMITTED = 'UNIX_TIMESTAMP(t.commit_timestamp) * 1000 AS committed';
const REGISTRY = 'JOIN mysql.transaction_registry t ON t.transaction_id = w.born';
const WORKS = `SELECT w.epoch, w.process, ${COMMITTED} FROM ${WORK_TABLE} w ${REGISTRY}`;
const USERS = `SELECT w.title, w.process, ${COMMITTED} FROM ${USER_TABLE} w ${REGISTRY}`;
const EPOCHS = 'SELECT epoch FROM chaos_epochs ORDER BY id';
const ON_EPOCH = `CREATE TRIGGER IF NOT EXISTS chaos_epoch AFTER UPDATE ON cluster_maintenance_state FOR EACH ROW
  INSERT INTO chaos_epochs (epoch) SELECT NEW.epoch FROM DUAL WHERE NEW.epoch <> OLD.epoch`;

/** One user for each node: connections of MariaDB have no other name that they could be ended by. */
const NODES = ['node1', 'node2', 'node3'];

/** The tool speaks PostgreSQL; what it says is put into MariaDB's words. */
export async function openMariadb(program: string): Promise<LightServers> {
  const [mariadb, redis] = await Promise.all([startMariadb(), startRedis()]);
  for (const name of NODES) await mariadb.query(undefined, sameAs(mariadb.user, name));
  await mariadb.query(undefined, 'FLUSH PRIVILEGES');
  const control = new Redis(redis.url, {
    ...{ retryStrategy: () => 50, maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 500 },
  });
  control.on('error', () => undefined);
  return {
    ...{ redis, control, program, dialect: 'mysql' },
    postgres: speakPostgres(mariadb),
    userOf: (name) => name,
    async watch(sql, database) {
      await sql.query('CREATE TABLE chaos_epochs (id BIGINT AUTO_INCREMENT PRIMARY KEY, epoch BIGINT NOT NULL)');
      return watchRows(sql, mariadb, database);
    },
  };
}

/** The harness' user may do everything but pass it on, so its row is copied. */
function sameAs(user: string, name: string): string {
  return `INSERT INTO mysql.global_priv SELECT Host, '${name}', Priv FROM mysql.global_priv WHERE User = '${user}'`;
}

/** Without notes: MariaDB lets nobody look at locks in a trigger. */
function watchRows(sql: Client, mariadb: MariadbServer, database: string) {
  const none = { overlaps: [], operations: 0, changes: 0, unguarded: 0, writes: 0 };
  const counts = async () => {
    const { works, users } = await readRows(mariadb, database);
    return {
      ...none,
      operations: new Set(works.map(({ epoch }) => epoch)).size,
      changes: works.length,
      writes: users.length,
    };
  };
  const watch = {
    // The plugin makes its table when it first has something to write.
    mark: () => sql.query(ON_EPOCH).then(() => 0),
    verdict: () => watch.mark().then(counts),
  };
  return withRows(watch, () => readRows(mariadb, database));
}

async function readRows(mariadb: MariadbServer, database: string): Promise<Rows> {
  const [works, users, epochs] = await Promise.all([WORKS, USERS, EPOCHS].map((text) => mariadb.query(database, text)));
  const number = (value: unknown) => Number(value);
  return {
    works: (works ?? []).map((row): WorkRow => ({
      epoch: number(row.epoch),
      process: String(row.process),
      committed: number(row.committed),
    })),
    users: (users ?? []).map((row): UserRow => ({
      title: String(row.title),
      process: String(row.process),
      committed: number(row.committed),
    })),
    epochs: (epochs ?? []).map((row) => number(row.epoch)),
  };
}
