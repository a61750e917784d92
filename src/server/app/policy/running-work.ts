import type { Application, PluginRow } from '@nocobase/server';

/** So many are named: whoever waits for them wants to know what, not all of it. */
const NAMED = 20;
/** Nodes at which a workflow waits for a person or for a time, perhaps for weeks. */
const WAITS: readonly unknown[] = ['manual', 'approval', 'delay'];
/** In the host's words: an execution or a task that has begun, a job that has no result yet. */
const UNDER_WAY = 0;

/** Workflows and async tasks that run anywhere in the cluster, by what the database says. */
export async function runningWork(app: Application): Promise<readonly string[]> {
  const [workflows, tasks] = await Promise.all([runningWorkflows(app), runningTasks(app)]);
  return [...workflows, ...tasks];
}

async function runningWorkflows(app: Application): Promise<string[]> {
  if (!app.db.hasCollection('executions') || !app.db.hasCollection('jobs')) return [];
  const options = { filter: { status: UNDER_WAY }, appends: ['workflow'], sort: ['id'], limit: NAMED };
  const executions = await app.db.getRepository('executions').find(options);
  if (executions.length === 0) return [];
  const waiting = await waitingExecutions(app, executions.map(idOf));
  return executions
    .filter((execution) => !waiting.has(idOf(execution)))
    .map((execution) => `workflow "${nameOf(execution.get('workflow'))}"`);
}

async function waitingExecutions(app: Application, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const filter = { executionId: { $in: ids }, status: UNDER_WAY };
  const jobs = await app.db.getRepository('jobs').find({ filter, appends: ['node'] });
  const waits = jobs.filter((job) => WAITS.includes((job.get('node') as PluginRow | null)?.get('type')));
  return new Set(waits.map((job) => String(job.get('executionId'))));
}

async function runningTasks(app: Application): Promise<string[]> {
  if (!app.db.hasCollection('asyncTasks')) return [];
  const tasks = await app.db.getRepository('asyncTasks').find({ filter: { status: UNDER_WAY }, limit: NAMED });
  return tasks.map((task) => `async task "${textOf(task.get('title')) ?? textOf(task.get('type')) ?? '?'}"`);
}

function idOf(row: PluginRow): string {
  return String(row.get('id'));
}

function nameOf(row: unknown): string {
  return textOf((row as PluginRow | null)?.get('title')) ?? '?';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
