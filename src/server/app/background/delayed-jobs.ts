import type { Application } from '@nocobase/server';

/** The host's status of a job that waits for something. */
const PENDING = 0;

/**
 * True for a message that asks to go on after a delay which is over: at each start of the app the host asks for that
 * again by itself, and asked twice it would do everything after the delay twice.
 */
export async function isRescheduled(app: Application, message: unknown): Promise<boolean> {
  const jobId = (message as { jobId?: unknown } | undefined)?.jobId;
  if (jobId === undefined || jobId === null || !app.pm.get('workflow')) return false;
  const job = await app.db.getRepository('jobs').findOne({ filterByTk: jobId, appends: ['node'] });
  const node = job?.get('node') as { get(field: string): unknown } | null | undefined;
  return job?.get('status') === PENDING && node?.get('type') === 'delay';
}
