import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Application } from '@nocobase/server';

/** An option that the host gives `mysqldump`, which the one of MariaDB does not have. */
const OPTION = '--set-gtid-purged=OFF';

const REFUSED =
  'mysqldump on this machine is that of MariaDB and ends at options that NocoBase gives it, so the dump would be empty. Put a mysqldump into the PATH that leaves out --set-gtid-purged and --column-statistics (docs/backups.md).';

/**
 * Why the host's dumps would be empty here, in one sentence; undefined when they would not. It looks at the end of the
 * tool too late: most of the time an empty dump counts as made, also that of the old data before a restore.
 */
export async function dumpProblem({ db }: Pick<Application, 'db'>): Promise<string | undefined> {
  if (!['mysql', 'mariadb'].includes(db.sequelize.getDialect())) return undefined;
  // Without the tool at all the host has words of its own.
  const answer = await promisify(execFile)('mysqldump', [OPTION, '--version']).catch((error: unknown) => error);
  const said = typeof answer === 'object' && answer !== null && 'stderr' in answer ? String(answer.stderr) : '';
  return /unknown (variable|option)/.test(said) ? REFUSED : undefined;
}
