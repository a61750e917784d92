import { createHash } from 'node:crypto';
import type { SqlDatabase, SqlSession } from './sql';

/** What differs between databases: how a lock is taken and broken, and a few words of SQL. */
export interface Dialect {
  /** The name of the lock that belongs to a text. Equal in all versions of this plugin, which may run side by side. */
  lockName(text: string): string;
  /** Takes a lock that dies with the session's connection; the id of that connection, or undefined if it is taken. */
  tryLock(session: SqlSession, lock: string): Promise<string | undefined>;
  /** Takes it as soon as it is free; rejects when that lasts longer than a few seconds. */
  waitForLock(session: SqlSession, lock: string): Promise<void>;
  /** Needed only where ending the transaction does not free the lock. */
  unlock(session: SqlSession, lock: string): Promise<void>;
  /** The connection that holds the lock. */
  holder(database: SqlDatabase, lock: string): Promise<string | undefined>;
  /** Ends that connection, or says in one sentence which right is missing. One that is gone already is no error. */
  endConnection(database: SqlDatabase, id: string): Promise<void>;
  /** The same for every connection of its process, where the database can tell which those are. */
  endProcess(database: SqlDatabase, id: string): Promise<void>;
  /** The same for a process that is known by its boot id; resolves when none of its connections is left. */
  evict(database: SqlDatabase, bootId: string): Promise<void>;
  /** SQL: whether somebody holds the lock that is named in this column. */
  isTaken(column: string): string;

  quote(database: SqlDatabase, table: string): string;
  /** Statements that make the tables where they are missing, columns that an older version did not have, and keys. */
  creation(database: SqlDatabase, tables: readonly TableDefinition[]): Promise<readonly string[]>;
  /**
   * What a statement failed for, if it is that something of ours does not exist. A dump that was loaded in part leaves
   * tables without their key.
   */
  missing(error: unknown): 'table' | 'column' | 'key' | undefined;
  /** Somebody else made it in the same moment. */
  isThereAlready(error: unknown): boolean;
  /** The database gave this statement up so that another one could go on: it had no effect, and may be sent again. */
  isVictim(error: unknown): boolean;
  upsert(upsert: Upsert): string;
  /** What follows an INSERT so that rows which are there already stay as they are; any of their columns is named. */
  keepExisting(column: string): string;

  /** SQL: this moment by the clock of the database. */
  readonly now: string;
  /** SQL: the same in milliseconds since 1970, as a whole number. */
  readonly nowMs: string;
  /** SQL: how long ago the moment in this column was, in milliseconds. */
  age(column: string): string;
  /** SQL: what a row has to carry in its column `mark`, to be believed later. */
  mark(table: string): string;
  /** SQL: the row was written here, and not loaded from a dump (docs/adr/0005). */
  isGenuine(table: string): string;

  /** Names of all tables of the app's schema that no extension owns. */
  tables(database: SqlDatabase): Promise<readonly string[]>;
  /** Drops them with everything that depends on them. */
  dropTables(database: SqlDatabase, tables: readonly string[]): Promise<void>;
}

export interface TableDefinition {
  readonly name: string;
  /** `{time}` is a moment, `{text}` a text of any length. */
  readonly columns: readonly string[];
  /** Columns that the table did not have from the beginning. */
  readonly added?: readonly string[];
  /** Its primary key. */
  readonly key: string;
  /** A column by which rows are looked for. */
  readonly index?: string;
}

export interface Upsert {
  readonly table: string;
  readonly key: string;
  /** SQL for each column. */
  readonly values: Readonly<Record<string, string>>;
  /** Columns that a row which is there already gets anew. */
  readonly update: readonly string[];
  /** A row stays as it is where this column is true. To be the last one of `update`. */
  readonly unless?: string;
  /** A row stays as it is where this column is greater than it would become. To be the last but `unless` of `update`. */
  readonly newest?: string;
}

export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Drivers put the code on the error, Sequelize wraps that error into its own as `parent`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'parent' in error ? errorCode(error.parent) : undefined;
}

/** The part of an upsert that all databases share. */
export function insertOf({ table, values }: Upsert, alias = ''): string {
  const columns = Object.keys(values).join(', ');
  return `INSERT INTO ${table}${alias} (${columns}) VALUES (${Object.values(values).join(', ')})`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
