import type { Sequelize } from 'sequelize';
import { SLOW_TABLE, USER_TABLE, WORK_TABLE } from '../words';

/**
 * The tables of the small app. They have the host's names, so that whoever looks at a real cluster can look at this one:
 * which plugins are enabled, what version is installed, what operations wrote, and what users wrote.
 */
const TABLES: Readonly<Record<string, string>> = {
  applicationPlugins: 'name VARCHAR(100) PRIMARY KEY, enabled BOOLEAN NOT NULL',
  applicationVersion: 'value VARCHAR(32) NOT NULL',
  /** One row for each write of an operation's work. */
  [WORK_TABLE]: '{id}, epoch BIGINT NOT NULL, process VARCHAR(64) NOT NULL, step INTEGER NOT NULL{when}',
  [USER_TABLE]: '{id}, title VARCHAR(255) NOT NULL, process VARCHAR(64) NOT NULL{when}',
  [SLOW_TABLE]: '{id}',
};

/** MariaDB keeps the time of a commit only for tables that keep their history by transaction. */
const WORDS = {
  postgres: { id: 'id BIGSERIAL PRIMARY KEY', when: '', after: '' },
  mysql: {
    id: 'id BIGINT AUTO_INCREMENT PRIMARY KEY',
    when: `, born BIGINT UNSIGNED GENERATED ALWAYS AS ROW START INVISIBLE,
      died BIGINT UNSIGNED GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME(born, died)`,
    after: 'WITH SYSTEM VERSIONING',
  },
} as const;

export function quote(sequelize: Sequelize, table: string): string {
  return sequelize.getQueryInterface().quoteIdentifier(table);
}

/** Repeatable, as the host's install is. */
export async function makeTables(sequelize: Sequelize): Promise<void> {
  const { id, when, after } = WORDS[sequelize.getDialect() === 'postgres' ? 'postgres' : 'mysql'];
  for (const [table, columns] of Object.entries(TABLES)) {
    const text = columns.replace('{id}', id).replace('{when}', when);
    const end = columns.includes('{when}') ? after : '';
    await sequelize.query(`CREATE TABLE IF NOT EXISTS ${quote(sequelize, table)} (${text}) ${end}`);
  }
}

/** Of PostgreSQL, and of MySQL. */
export function isMissing(error: unknown): boolean {
  const { parent } = error as { parent?: { code?: string } };
  return parent?.code === '42P01' || parent?.code === 'ER_NO_SUCH_TABLE';
}
