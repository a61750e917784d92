import type { Application } from '@nocobase/server';
import type { BackupRecords, TaskStatus } from './backup-records';

/** The host's cache of what its backups do, in the memory of one process. */
interface TaskCache {
  get(file: string): Promise<unknown>;
  mget(...files: string[]): Promise<unknown[]>;
}

const CACHE = 'backup-task-results';

const watched = new WeakSet<TaskCache>();

/**
 * Lets the host's own actions answer about the backups of all nodes: what this process does not know is asked from the
 * records of the operations. The list takes the lock of a backup that it does not know for a stale one, and deletes it.
 */
export function watchStatus(app: Application, records: BackupRecords): void {
  const cache = taskCache(app);
  if (!cache || watched.has(cache)) return;
  watched.add(cache);
  const get = cache.get.bind(cache);
  const mget = cache.mget.bind(cache);
  cache.get = async (file) => (await get(file)) ?? (await inProgress(records, file));
  cache.mget = async (...files) => {
    const known = await mget(...files);
    return Promise.all(files.map(async (file, index) => known[index] ?? (await records.status(file))));
  };
}

/** Undefined for what has ended, so that a lock which is left of it goes away. */
async function inProgress(records: BackupRecords, file: string): Promise<TaskStatus | undefined> {
  const status = await records.status(file);
  return status?.inProgress ? status : undefined;
}

/** Undefined while the backup plugin is not loaded. */
function taskCache(app: Application): TaskCache | undefined {
  const { cacheManager } = app as { cacheManager?: { getCache: (name: string) => TaskCache } };
  try {
    return cacheManager?.getCache(CACHE);
  } catch {
    return undefined;
  }
}
