import { TablesReplaced } from '../core/errors';
import type { Dialect, TableDefinition } from './dialect';
import type { SqlDatabase, SqlRow } from './sql';

/** What people decide: a record as JSON, and a seal that only the plugin can make (`app/policy/sealed.ts`). */
const SEALED = {
  columns: [
    'id VARCHAR(64) NOT NULL',
    'state VARCHAR(32) NOT NULL',
    'at BIGINT NOT NULL',
    'record {text} NOT NULL',
    'seal VARCHAR(80) NOT NULL',
    'mark VARCHAR(160) NOT NULL',
  ],
  key: 'id',
  index: 'at',
} as const;

const DEFINITIONS = {
  /** One row: the epoch that was inside the guard last, what the database fits, and whether an installation runs. */
  state: {
    columns: ['id VARCHAR(32) NOT NULL', 'epoch BIGINT NOT NULL', 'fingerprint TEXT'],
    added: ['installing {text}', 'mark VARCHAR(160)'],
    key: 'id',
  },
  /** Epochs that were given out, and a name that only the one who got it knows. */
  epochs: { columns: ['epoch BIGINT NOT NULL'], added: ['claim VARCHAR(64)'], key: 'epoch' },
  nodes: {
    columns: [
      'boot_id VARCHAR(64) NOT NULL',
      'name {text} NOT NULL',
      'lock_name VARCHAR(64) NOT NULL',
      'epoch BIGINT NOT NULL',
      'phase VARCHAR(32) NOT NULL',
      'seen_at {time} NOT NULL',
      'free_since {time} NULL',
    ],
    added: ['sent_at DOUBLE PRECISION NOT NULL DEFAULT 0', 'quiet_for BIGINT NOT NULL DEFAULT 0'],
    key: 'boot_id',
  },
  /** `is_over` and not `over`, which is a word of SQL. */
  operations: {
    columns: [
      'id VARCHAR(64) NOT NULL',
      'epoch BIGINT NOT NULL',
      'is_over BOOLEAN NOT NULL',
      'record {text} NOT NULL',
      'mark VARCHAR(160) NOT NULL',
    ],
    added: ['revision BIGINT NOT NULL DEFAULT 0', 'written_at {time} NULL'],
    key: 'id',
    // The newest one is asked for by every node, and the history page by page.
    index: 'epoch',
  },
  journal: {
    columns: [
      'epoch BIGINT NOT NULL',
      'boot_id VARCHAR(64) NOT NULL',
      'seq INTEGER NOT NULL',
      'operation VARCHAR(64) NOT NULL',
      'at BIGINT NOT NULL',
      'node {text} NOT NULL',
      'event VARCHAR(32) NOT NULL',
      'text {text} NOT NULL',
    ],
    key: 'epoch, boot_id, seq',
    index: 'operation',
  },
  outbox: {
    columns: [
      'id VARCHAR(190) NOT NULL',
      'epoch BIGINT NOT NULL',
      'target VARCHAR(16) NOT NULL',
      'news {text} NOT NULL',
      'state VARCHAR(16) NOT NULL',
      'attempts INTEGER NOT NULL',
      'problem {text} NOT NULL',
      'claim VARCHAR(64) NOT NULL',
      'mark VARCHAR(160) NOT NULL',
      'touched_at {time} NOT NULL',
    ],
    key: 'id',
    index: 'state',
  },
  approvals: SEALED,
  glass: SEALED,
  queue: SEALED,
  announcements: SEALED,
  /** Who tried what. `result` and `operation` come later, so they are not in the entry. */
  audit: {
    columns: [
      'id VARCHAR(64) NOT NULL',
      'at BIGINT NOT NULL',
      'action VARCHAR(160) NOT NULL',
      'person {text} NOT NULL',
      'entry {text} NOT NULL',
      'result {text} NULL',
      'operation VARCHAR(64) NULL',
    ],
    key: 'id',
    index: 'at',
  },
  /** A row for the document, and one for the secret that nodes share who were given none. */
  policy: {
    columns: [
      'id VARCHAR(32) NOT NULL',
      'document {text} NOT NULL',
      'revision BIGINT NOT NULL',
      'written_by {text} NOT NULL',
      'written_at BIGINT NOT NULL',
      'claim VARCHAR(64) NOT NULL',
      'mark VARCHAR(160) NOT NULL',
    ],
    key: 'id',
  },
  /** What may be done once: who was first knows the claim. */
  tokens: {
    columns: ['id VARCHAR(64) NOT NULL', 'claim VARCHAR(64) NOT NULL', 'written_at {time} NOT NULL'],
    key: 'id',
  },
  /** Requests that were refused and may be done later, sealed: they hold what people have sent. */
  refused: {
    columns: ['id VARCHAR(64) NOT NULL', 'request {text} NOT NULL', 'written_at {time} NOT NULL'],
    key: 'id',
  },
} as const satisfies Record<string, Omit<TableDefinition, 'name'>>;

export type OwnTable = keyof typeof DEFINITIONS;

/** All of them, in the order in which rows may be put back: what tells of operations last. */
export const OWN_TABLES: readonly OwnTable[] = [
  ...(['state', 'epochs', 'nodes', 'journal'] as const),
  ...(['policy', 'tokens', 'refused', 'approvals', 'glass', 'queue', 'announcements', 'audit', 'outbox'] as const),
  'operations',
];

const OWN_PREFIX = 'cluster_maintenance_';

/** How often making the tables may meet somebody who makes the same one. */
const ATTEMPTS = 3;

/**
 * The plugin's own tables, beside those of the app. They are made when something is to be written, and made again when
 * they are gone: `db:clean` and `install --force` drop them. While a restore replaces them nobody makes any, "nothing" is
 * no answer, and what is written counts only if it was there before that began (docs/adr/0013).
 */
export class OwnTables {
  /** Name of the lock that is held meanwhile by whoever replaces them. */
  readonly replacing: string;

  /** `replaces`: for that one itself. */
  constructor(
    readonly database: SqlDatabase,
    readonly dialect: Dialect,
    private readonly replaces = false,
  ) {
    const place = [database.name, database.schema, this.plainName('state')];
    this.replacing = dialect.lockName(`tables that are replaced: ${place.join(' ')}`);
  }

  /** As it stands in a statement. */
  name(table: OwnTable): string {
    return this.dialect.quote(this.database, this.plainName(table));
  }

  /** SQL for the column `mark` of a row that is written now. */
  mark(table: OwnTable): string {
    return this.dialect.mark(this.plainName(table));
  }

  isGenuine(table: OwnTable): string {
    return this.dialect.isGenuine(this.plainName(table));
  }

  columns(table: OwnTable): readonly string[] {
    const { columns, added = [] }: { columns: readonly string[]; added?: readonly string[] } = DEFINITIONS[table];
    return [...columns, ...added].map((column) => column.slice(0, column.indexOf(' ')));
  }

  /** Whether this name is that of one of the plugin's own tables, also of a later version. */
  isOwn(name: string): boolean {
    return name.startsWith(`${this.database.tablePrefix}${OWN_PREFIX}`);
  }

  /** A table that does not exist has no rows: looking changes nothing. Rejects with `TablesReplaced`, like the others. */
  async read(sql: string, params?: readonly unknown[]): Promise<readonly SqlRow[]> {
    const rows = await this.look(sql, params);
    if (rows.length === 0) await this.refuseWhileReplaced();
    return rows;
  }

  /** What was committed before the tables began to be replaced is kept; of anything else that cannot be said. */
  async write(sql: string, params?: readonly unknown[]): Promise<void> {
    try {
      await this.send(sql, params);
    } catch (error) {
      if (!this.dialect.missing(error)) throw error;
      await this.create();
      await this.send(sql, params);
    }
    await this.refuseWhileReplaced();
  }

  private async send(sql: string, params?: readonly unknown[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return void (await this.database.query(sql, params));
      } catch (error) {
        if (attempt >= ATTEMPTS || !this.dialect.isVictim(error)) throw error;
      }
    }
  }

  private async look(sql: string, params?: readonly unknown[]): Promise<readonly SqlRow[]> {
    try {
      return await this.database.query(sql, params);
    } catch (error) {
      const missing = this.dialect.missing(error);
      if (missing === 'table') return [];
      if (missing !== 'column') throw error;
      await this.create();
      return this.database.query(sql, params);
    }
  }

  /** Makes what is missing of them; what is there stays as it is. */
  async create(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.createAlone();
      } catch (error) {
        // An earlier version of this plugin makes them without taking the lock.
        if (attempt >= ATTEMPTS || !this.dialect.isThereAlready(error)) throw error;
      }
    }
  }

  /**
   * One node after the other: "if not exists" is no protection in the same moment, and leaves errors in the log of the
   * database. On one connection, because there may be few of them, and others wait on theirs.
   */
  private async createAlone(): Promise<void> {
    const { database, dialect } = this;
    const lock = dialect.lockName(`tables of ${this.plainName('state')}`);
    const session = await database.begin();
    const inside: SqlDatabase = { ...database, query: (sql, params) => session.query(sql, params) };
    try {
      await dialect.waitForLock(session, lock);
      // Whoever replaces them comes through here as well when it begins: nobody is still making any then.
      await this.refuseWhileReplaced(inside);
      for (const statement of await dialect.creation(inside, this.definitions())) await session.query(statement);
      await session.query('COMMIT');
    } finally {
      await dialect.unlock(session, lock).catch(() => undefined);
      await session.end();
    }
  }

  private async refuseWhileReplaced(database = this.database): Promise<void> {
    if (this.replaces) return;
    if ((await this.dialect.holder(database, this.replacing)) !== undefined) throw new TablesReplaced();
  }

  private definitions(): TableDefinition[] {
    return Object.entries(DEFINITIONS).map(([table, definition]) => ({
      ...definition,
      name: this.plainName(table as OwnTable),
    }));
  }

  private plainName(table: OwnTable): string {
    return `${this.database.tablePrefix}${OWN_PREFIX}${table}`;
  }
}
