/** The little of a database driver that this layer needs. The app layer makes it from the host's own driver. */
export interface SqlDatabase {
  readonly dialect: string;
  /** Of the database itself: on some servers all databases share the names of locks. */
  readonly name: string | undefined;
  /** Where the plugin's own tables live: the app's schema (PostgreSQL) and table prefix. */
  readonly schema: string | undefined;
  readonly tablePrefix: string;
  /**
   * One statement, committed at once, on a connection that is not the app's. Parameters are `$1`, `$2`…; rows come
   * only from statements that begin with SELECT. Rejects when the database says nothing for a while.
   */
  query(sql: string, params?: readonly unknown[]): Promise<readonly SqlRow[]>;
  /** A transaction (read committed) on a connection of its own, open until `end`. */
  begin(): Promise<SqlSession>;
  /** Ends every session and connection. Idempotent. */
  close(): Promise<void>;
}

export type SqlRow = Readonly<Record<string, unknown>>;

export interface SqlSession {
  query(sql: string, params?: readonly unknown[]): Promise<readonly SqlRow[]>;
  /** Aborts when the connection is gone without `end`: closed, or silent while an answer was due. */
  readonly lost: AbortSignal;
  /** Ends the transaction and gives the connection back. Idempotent; never rejects. */
  end(): Promise<void>;
}
