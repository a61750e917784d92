import type { Client } from 'pg';
import { namesIn } from './names';
import { watchOverlaps } from '../overlap';
import { openServers } from '../world';
import { withRows, type Rows, type UserRow, type WorkRow } from './overlap';
import type { LightServers } from './world';
import { USER_TABLE, WORK_TABLE } from './words';

const COMMITTED = 'extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS committed';
const WORKS = `SELECT epoch::float8, process, ${COMMITTED} FROM "${WORK_TABLE}"`;
const USERS = `SELECT title, process, ${COMMITTED} FROM "${USER_TABLE}"`;
const EPOCHS = "SELECT what::float8 AS epoch FROM chaos.notes WHERE kind = 'epoch' ORDER BY seq";

/** Both watches: the notes that the database takes of everything, and the rows themselves. */
export async function openPostgres(program: string): Promise<LightServers> {
  const servers = await openServers();
  return {
    ...servers,
    program,
    dialect: 'postgres',
    userOf: () => servers.postgres.user,
    async watch(sql, database) {
      const notes = await watchOverlaps(sql, namesIn(database), USER_TABLE);
      return withRows(notes, () => readRows(sql));
    },
  };
}

async function readRows(sql: Client): Promise<Rows> {
  const works = await sql.query<WorkRow>(WORKS);
  const users = await sql.query<UserRow>(USERS);
  const epochs = await sql.query<{ epoch: number }>(EPOCHS);
  return { works: works.rows, users: users.rows, epochs: epochs.rows.map(({ epoch }) => epoch) };
}
