import { hostImage, type Cluster, type HostImage } from '../../tools/cluster';

export const OLD = '2.2.15';
export const NEW = '2.2.16';
/** So many records there are before the upgrade, so many rows its migration has to leave. */
export const RECORDS = 40;

/**
 * A migration as careless ones are: it copies each record, knows nothing of what is there already, and takes its time.
 * Run twice, by two nodes or one after the other, it leaves more rows. `MARKER_FAILS_AFTER` makes it fail half-way.
 */
const MIGRATION = `'use strict';
const { Migration } = require('../migration');
module.exports = class extends Migration {
  on = 'afterLoad';
  appVersion = '<${NEW}';
  async up() {
    const { sequelize } = this.db;
    const rows = await sequelize.query('SELECT id FROM upgrade_records ORDER BY id', { type: 'SELECT' });
    const last = Number(process.env.MARKER_FAILS_AFTER || rows.length);
    for (const [index, { id }] of rows.entries()) {
      if (index >= last) throw new Error('The marker migration fails after ' + last + ' records.');
      await sequelize.query('INSERT INTO upgrade_marks (record, node) VALUES (' + Number(id) + ", '" + process.env.APP_PORT + "')");
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
};
`;

/** The next version of the host for this cluster. */
export function nextVersion({ slot }: Cluster): HostImage {
  return hostImage({ slot, version: NEW, migrations: { '29991231000000-marker.js': MIGRATION } });
}

/** What the migration works on. */
export async function makeRecords({ postgres, database }: Cluster): Promise<void> {
  const rows = Array.from({ length: RECORDS }, (_, index) => `(${index + 1})`).join(', ');
  for (const sql of [
    'CREATE TABLE upgrade_records (id INT PRIMARY KEY)',
    'CREATE TABLE upgrade_marks (record INT, node VARCHAR(20))',
    `INSERT INTO upgrade_records VALUES ${rows}`,
  ])
    await postgres.query(database, sql);
}

/** Rows that the migration has left, and of how many records and nodes. */
export async function marks({
  postgres,
  database,
}: Cluster): Promise<{ rows: number; records: number; nodes: number }> {
  const sql = `SELECT count(*)::int AS rows, count(DISTINCT record)::int AS records, count(DISTINCT node)::int AS nodes
    FROM upgrade_marks`;
  const [row] = await postgres.query<{ rows: number; records: number; nodes: number }>(database, sql);
  if (!row) throw new Error('No answer about the marks.');
  return row;
}

export async function databaseVersion({ postgres, database }: Cluster): Promise<string | undefined> {
  const rows = await postgres.query<{ value: string }>(database, 'SELECT value FROM "applicationVersion"');
  return rows[0]?.value;
}
