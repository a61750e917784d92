import type { Application } from '@nocobase/server';
import { Sequelize, type Dialect } from 'sequelize';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createSqlDatabase } from '../../src/server/app/sql';
import { dialectOf } from '../../src/server/database/dialects';
import type { SqlDatabase } from '../../src/server/database/sql';

export const PREFIX = 'nb_';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export type Row = Record<string, unknown>;

/** A server that the tests start, with what they do to it from outside. Rows of a query are plain objects. */
export interface TestServer extends Login {
  readonly dialect: Dialect;
  createDatabase(name: string): Promise<unknown>;
  query(database: string, sql: string): Promise<Row[]>;
  /** SQL that ends the connections which hold the lock of this name. */
  endHolder(database: string, lock: string): Promise<unknown>;
  /** SQL: a moment so many milliseconds before the one in a column. */
  before(column: string, ms: number): string;
  /** Dumps a database with the tools of the server; the answer loads that dump into it again. */
  dump(database: string): Promise<() => Promise<unknown>>;
  tables(database: string): Promise<string[]>;
  dropTable(database: string, table: string): Promise<unknown>;
  stop(): Promise<unknown>;
}

export interface OpenOptions {
  readonly schema?: string;
  readonly login?: Partial<Login>;
  /** See `createSqlDatabase`. */
  readonly lookEvery?: number;
}

/** A database of its own for each test. */
export class TestDatabase {
  private readonly cleanUp: (() => Promise<unknown>)[] = [];

  constructor(
    readonly server: TestServer,
    readonly name: string,
  ) {}

  /** The app's own connections: as the host opens them, in the smallest pool there can be. */
  host({ host, port, user, password }: Login = this.server, dialectOptions: object = {}): Sequelize {
    const { dialect } = this.server;
    const options = { host, port, dialect, logging: false, pool: { max: 1 }, dialectOptions } as const;
    const sequelize = new Sequelize(this.name, user, password, options);
    this.cleanUp.push(() => sequelize.close());
    return sequelize;
  }

  open({ schema, login, lookEvery }: OpenOptions = {}): SqlDatabase {
    return this.beside(this.host({ ...this.server, ...login }), schema, lookEvery);
  }

  /** What the plugin opens beside these connections of the app. */
  beside(sequelize: Sequelize, schema?: string, lookEvery?: number): SqlDatabase {
    const app = { db: { sequelize, options: { schema, tablePrefix: PREFIX } } };
    const database = createSqlDatabase(app as unknown as Application, lookEvery);
    this.cleanUp.push(() => database.close());
    return database;
  }

  query(sql: string): Promise<Row[]> {
    return this.server.query(this.name, sql);
  }

  /** Names without the prefix; those of the plugin too. */
  async tables(): Promise<string[]> {
    const names = await this.server.tables(this.name);
    return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  }

  createTable(name: string): Promise<unknown> {
    return this.query(`CREATE TABLE ${PREFIX}${name} (id INTEGER)`);
  }

  async dropTables(): Promise<void> {
    for (const table of await this.tables()) await this.server.dropTable(this.name, `${PREFIX}${table}`);
  }

  dump(): Promise<() => Promise<unknown>> {
    return this.server.dump(this.name);
  }

  /** The server ends the connection by which a process proves that it is there. */
  async endPresence(bootId: string): Promise<void> {
    const [row] = await this.query(
      `SELECT lock_name FROM ${PREFIX}cluster_maintenance_nodes WHERE boot_id = '${bootId}'`,
    );
    await this.server.endHolder(this.name, String(row?.lock_name));
  }

  /** The same for the connection of whoever is inside the guard. */
  async endGuard(): Promise<void> {
    const lock = dialectOf(this.server.dialect)?.lockName(`cluster-maintenance:${this.name}`);
    await this.server.endHolder(this.name, String(lock));
  }

  /** Time does not pass, but everything that is written down was written so much earlier. */
  async pass(ms: number): Promise<void> {
    const earlier = (column: string) => `${column} = ${this.server.before(column, ms)}`;
    await this.query(`UPDATE ${PREFIX}cluster_maintenance_nodes SET ${earlier('seen_at')}, ${earlier('free_since')}`);
    const operations = `${PREFIX}cluster_maintenance_operations`;
    // A row that was changed by anybody else is not believed.
    const mark = dialectOf(this.server.dialect)?.mark(operations);
    await this.query(`UPDATE ${operations} SET ${earlier('written_at')}, mark = ${mark}`);
  }

  async close(): Promise<void> {
    // Last opened, first closed: the plugin's connections before those of the app.
    for (const close of this.cleanUp.splice(0).reverse()) await close();
  }
}

/** Starts the server before the first test, and gives each test a database of its own. */
export function useDatabase(start: () => Promise<TestServer>): () => TestDatabase {
  let server: TestServer | undefined;
  let database: TestDatabase | undefined;
  let count = 0;
  beforeAll(async () => {
    server = await start();
  });
  beforeEach(async () => {
    if (!server) throw new Error('The server did not start.');
    database = new TestDatabase(server, `test_${(count += 1)}`);
    await server.createDatabase(database.name);
  });
  afterEach(() => database?.close());
  afterAll(() => server?.stop());
  return () => {
    if (!database) throw new Error('There is no database outside of a test.');
    return database;
  };
}
