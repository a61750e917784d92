import type { ActionContext } from '@nocobase/server';
import inject from 'light-my-request';
import type { Clock } from '../../core/clock';

/** How often the plugin is asked, and how often in a row it may not know its own task, in milliseconds and times. */
const EVERY = 500;
const PATIENCE = 10;

/** Headers that make the question one of the same user. */
const IDENTITY = ['authorization', 'cookie', 'x-authenticator', 'x-role', 'x-app'] as const;

interface Task {
  readonly inProgress?: unknown;
  readonly message?: unknown;
}

/**
 * NocoBase's plugins that work in the background answer `{name, inProgress: true}`, and tell the rest by their action
 * `status`, as backups do. Undefined: this answer promises nothing of the kind.
 */
export function taskOf({ body }: ActionContext): string | undefined {
  const { name, inProgress } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return inProgress === true && typeof name === 'string' ? name : undefined;
}

/** Resolves when that task has ended, or when the plugin does not know it (any more); rejects when it has failed. */
export async function followTask(ctx: ActionContext, name: string, clock: Clock): Promise<void> {
  let unknown = 0;
  while (unknown < PATIENCE) {
    await clock.sleep(EVERY);
    const task = await ask(ctx, name).catch(() => undefined);
    unknown = task ? 0 : unknown + 1;
    if (!task || task.inProgress === true) continue;
    if (typeof task.message === 'string' && task.message !== '') throw new Error(task.message);
    return;
  }
}

/** Past the gateway: this node is drained. */
async function ask({ app, action, req }: ActionContext, name: string): Promise<Task | undefined> {
  const api = (process.env.API_BASE_PATH ?? '/api').replace(/\/$/, '');
  const url = `${api}/${action.resourceName}:status?filterByTk=${encodeURIComponent(name)}`;
  const headers = Object.fromEntries(
    IDENTITY.map((header) => [header, req.headers[header]]).filter(([, value]) => value),
  );
  const handle = app.callback();
  const { statusCode, payload } = await inject((request, response) => void handle(request, response), {
    method: 'GET',
    url,
    headers: headers as Record<string, string>,
  });
  if (statusCode !== 200) return undefined;
  const { data } = JSON.parse(payload) as { data?: Record<string, Task | null | undefined> };
  return data?.[name] ?? undefined;
}
