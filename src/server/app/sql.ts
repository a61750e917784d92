import type { Application, HostSequelize, HostTransaction } from '@nocobase/server';
import type { SqlDatabase, SqlRow, SqlSession } from '../database/sql';

/**
 * The guard's own way into the app's database: the host's driver and settings (TLS, dialect, credentials), but
 * connections that belong to nobody else, so that neither a full pool nor an app that reloads can touch them.
 */
export function createSqlDatabase(app: Application): SqlDatabase {
  const { sequelize: host, options } = app.db;
  const own = new host.constructor({
    ...host.options,
    ...credentials(host),
    logging: false,
    pool: { max: 3, min: 0, idle: 5_000, acquire: 10_000 },
  });
  return {
    dialect: host.getDialect(),
    schema: host.getDialect() === 'postgres' ? options.schema || undefined : undefined,
    tablePrefix: options.tablePrefix ?? '',
    query: (sql, params) => run(own, sql, params),
    begin: () => begin(own),
    close: () => own.close(),
  };
}

/** Sequelize keeps what it was given in `config`; only these belong to a connection. */
function credentials({ config }: HostSequelize): Record<string, unknown> {
  const { database, username, password, host, port } = config;
  return { database, username, password, host, port };
}

async function run(
  sequelize: HostSequelize,
  sql: string,
  params: readonly unknown[] = [],
  transaction?: HostTransaction,
): Promise<readonly SqlRow[]> {
  const options = { bind: [...params], type: isRead(sql) ? 'SELECT' : 'RAW', ...(transaction ? { transaction } : {}) };
  const result = await sequelize.query(sql, options);
  return isRead(sql) && Array.isArray(result) ? (result as SqlRow[]) : [];
}

function isRead(sql: string): boolean {
  return sql.startsWith('SELECT');
}

async function begin(sequelize: HostSequelize): Promise<SqlSession> {
  const transaction = await sequelize.transaction();
  const losing = new AbortController();
  let ended: Promise<void> | undefined;
  for (const event of ['error', 'end']) {
    transaction.connection?.on?.(event, () => {
      if (!ended) losing.abort(new Error('The database connection of the guard is gone.'));
    });
  }
  return {
    lost: losing.signal,
    query: (sql, params) => run(sequelize, sql, params, transaction),
    // Nothing was written in it; a connection that is gone has ended its transaction by itself.
    end: () => (ended ??= transaction.rollback().catch(() => undefined)),
  };
}
