import { Socket } from 'node:net';
import type { Application, HostSequelize, HostTransaction } from '@nocobase/server';
import type { SqlDatabase, SqlRow, SqlSession } from '../database/sql';

/** One for the guard, one for the presence of this process, one for a restore, and two for single statements. */
const POOL = { max: 5, min: 0, idle: 5_000, acquire: 10_000 };
/**
 * A connection is looked at when it has been quiet for so long (in milliseconds), and ended when so many looks in a row
 * find no byte from the server: one look proves nothing, because after a process was frozen it comes before what has
 * arrived meanwhile. Locks are pinged more often than that.
 */
const LOOK_EVERY = 5_000;
const LOOKS = 5;

/**
 * The plugin's own way into the app's database: the host's driver and settings (TLS, dialect, credentials), but
 * connections that belong to nobody else, so that neither a full pool nor an app that reloads can touch them.
 */
export function createSqlDatabase(app: Application, lookEvery = LOOK_EVERY): SqlDatabase {
  const { sequelize: host, options } = app.db;
  const own = new host.constructor({
    ...host.options,
    ...credentials(host),
    hooks: withAfterConnect(host.options.hooks, (connection) => endWhenSilent(connection, lookEvery)),
    // Anything stricter keeps old rows alive as long as a session is open.
    isolationLevel: 'READ COMMITTED',
    logging: false,
    pool: POOL,
  });
  const sessions = new Set<SqlSession>();
  const close = async () => {
    // The pool waits until every connection was given back.
    await Promise.all([...sessions].map((session) => session.end()));
    await own.close();
  };
  let closing: Promise<void> | undefined;
  return {
    dialect: host.getDialect(),
    name: typeof host.config.database === 'string' ? host.config.database : undefined,
    schema: host.getDialect() === 'postgres' ? options.schema || undefined : undefined,
    tablePrefix: options.tablePrefix ?? '',
    query: (sql, params) => run(own, sql, params),
    begin: () => begin(own, sessions),
    close: () => (closing ??= close()),
  };
}

/** Sequelize keeps what it was given in `config`; only these belong to a connection. */
function credentials({ config }: HostSequelize): Record<string, unknown> {
  const { database, username, password, host, port } = config;
  return { database, username, password, host, port };
}

function withAfterConnect(hooks: unknown, hook: (connection: unknown) => void): Record<string, unknown> {
  const all: Record<string, unknown> = typeof hooks === 'object' ? { ...hooks } : {};
  return { ...all, afterConnect: [all.afterConnect ?? [], hook].flat() };
}

async function run(
  sequelize: HostSequelize,
  sql: string,
  params: readonly unknown[] = [],
  transaction?: HostTransaction,
): Promise<readonly SqlRow[]> {
  // A replica knows neither the locks nor what was written a moment ago.
  const source = transaction ? { transaction } : { useMaster: true };
  const options = { bind: [...params], type: isRead(sql) ? 'SELECT' : 'RAW', ...source };
  const result = await sequelize.query(sql, options);
  return isRead(sql) && Array.isArray(result) ? (result as SqlRow[]) : [];
}

function isRead(sql: string): boolean {
  return sql.startsWith('SELECT');
}

type Transaction = HostTransaction & {
  /** Gives up the connection without a word to the server; older versions of Sequelize do not have it. */
  forceCleanup?(): Promise<void>;
};

async function begin(sequelize: HostSequelize, sessions: Set<SqlSession>): Promise<SqlSession> {
  const transaction: Transaction = await sequelize.transaction();
  const losing = new AbortController();
  const lose = () => losing.abort(new Error('The database connection of the lock is gone.'));
  const forget = onGone(transaction.connection, lose);
  const finish = async () => {
    forget();
    sessions.delete(session);
    // Nothing was written in it. A connection that is gone has ended its transaction by itself.
    if (losing.signal.aborted && transaction.forceCleanup) await transaction.forceCleanup();
    else await transaction.rollback();
  };
  let ended: Promise<void> | undefined;
  const session: SqlSession = {
    lost: losing.signal,
    query: (sql, params) => run(sequelize, sql, params, transaction),
    end: () => (ended ??= finish().catch(() => undefined)),
  };
  sessions.add(session);
  return session;
}

type Emitter = Record<'on' | 'off', (event: string, listener: () => void) => unknown>;

/** Returns how to stop listening: the pool uses the connection again. */
function onGone(connection: unknown, listener: () => void): () => void {
  const socket = socketOf(connection);
  if (socket?.destroyed) listener();
  const [source, events] = socket
    ? [socket, ['close']]
    : [connection as Partial<Emitter> | undefined, ['error', 'end']];
  events.forEach((event) => source?.on?.(event, listener));
  return () => events.forEach((event) => source?.off?.(event, listener));
}

/** A network that swallows everything never says so: whoever waits for an answer would wait for a quarter of an hour. */
function endWhenSilent(connection: unknown, lookEvery: number): void {
  const socket = socketOf(connection);
  let received = -1;
  let looks = 0;
  socket?.setTimeout(lookEvery).on('timeout', () => {
    looks = socket.bytesRead === received ? looks + 1 : 1;
    received = socket.bytesRead;
    if (looks < LOOKS) socket.setTimeout(lookEvery);
    else socket.destroy(new Error(`The database has said nothing for ${(lookEvery * LOOKS) / 1000} s.`));
  });
}

/** Of the drivers pg and mysql2; others end their connections by their own rules. */
function socketOf(connection: unknown): Socket | undefined {
  const stream = property(connection, 'stream') ?? property(property(connection, 'connection'), 'stream');
  return stream instanceof Socket ? stream : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
