import type { Application } from '@nocobase/server';

interface Input {
  readonly status: unknown;
  readonly startedAt?: Date | null;
  reload(options: object): Promise<unknown>;
}

interface Job {
  readonly id: number | string;
  getNode(): Promise<{ readonly type?: string; readonly config?: { readonly endStatus?: unknown } } | null>;
}

type Next = readonly [execution: unknown, job?: Job, rerun?: unknown] | null;

interface Dispatcher {
  acquireExecution?(input: Input, options: { readonly immediate?: boolean }, transaction: object): Promise<unknown>;
  enter?(input: Input, transaction: object): Promise<unknown>;
  resolveTask?(task: unknown): Promise<Next>;
  process?(execution: unknown, job?: Job | null, options?: object): Promise<unknown>;
}

/** The host's status of an execution that has been taken by somebody and is not over; before, it has none. */
const STARTED = 0;
/** The host's status of a job that waits. */
const PENDING = 0;

const watched = new WeakSet<Dispatcher>();

/**
 * Several nodes know of one piece of work after an operation, because each that starts looks for what was left. Of those
 * that try, one does it.
 */
export function oneTakerOf(app: Application): void {
  const { dispatcher } = (app.pm.get('workflow') ?? {}) as { dispatcher?: Dispatcher };
  if (!dispatcher || watched.has(dispatcher)) return;
  watched.add(dispatcher);
  beginOnce(dispatcher);
  goOnOnce(app, dispatcher);
}

/**
 * A workflow that was triggered and has not begun is a row in the database. The host lets one node take it, but another
 * one that read the row right before takes what is started by then for its own, to be taken up again, and runs it, too.
 * What had not begun when it was read can only be begun.
 */
function beginOnce(dispatcher: Dispatcher): void {
  if (!dispatcher.acquireExecution || !dispatcher.enter) return;
  const enter = dispatcher.enter.bind(dispatcher);
  dispatcher.acquireExecution = async (input, { immediate = false }, transaction) => {
    const waited = isWaiting(input);
    if (!immediate || !waited) await input.reload({ transaction });
    if (waited && input.status === STARTED && input.startedAt) return null;
    return enter(input, transaction);
  };
}

/**
 * A delay ends on every node that has started since it began, in the same moment. The first ends it in the database; for
 * the others it is over. Only who has ended it may go on, also at the second attempt when the first one failed.
 */
function goOnOnce(app: Application, dispatcher: Dispatcher): void {
  const resolve = dispatcher.resolveTask?.bind(dispatcher);
  const process = dispatcher.process?.bind(dispatcher);
  if (!resolve || !process) return;
  const own = new Set<Job['id']>();
  dispatcher.resolveTask = async (task) => {
    const next = await resolve(task);
    const job = next?.[1];
    const node = job && (await job.getNode());
    const status = node?.config?.endStatus;
    if (!job || node?.type !== 'delay' || typeof status !== 'number' || own.has(job.id)) return next;
    const where = { id: job.id, status: PENDING };
    const [ended] = await app.db.getModel('jobs').update({ status }, { where });
    if (ended === 0) return null;
    own.add(job.id);
    return next;
  };
  dispatcher.process = async (execution, job, options) => {
    const processor = await process(execution, job, options);
    if (job) own.delete(job.id);
    return processor;
  };
}

function isWaiting({ status, startedAt }: Input): boolean {
  return (status === null || status === undefined) && !startedAt;
}
