import { expect } from 'vitest';
import type { Api, Cluster } from '../../tools/cluster';

interface Step {
  readonly type: string;
  readonly config: object;
}

/** Starts when a record of this title is created in `jobRequests`; as an admin would set it up, one node after the other. */
export async function addWorkflow(
  api: Api,
  title: string,
  steps: readonly Step[],
  start: { readonly type: string; readonly config: object } = onRequest(title),
): Promise<void> {
  const id = await made(api, 'workflows:create', { title, sync: false, ...start });
  let upstreamId: number | null = null;
  for (const { type, config } of steps) {
    upstreamId = await made(api, `workflows/${id}/nodes:create`, { type, title: type, config, upstreamId });
  }
  await made(api, `workflows:update?filterByTk=${id}`, { enabled: true });
}

export async function trigger(api: Api, title: string): Promise<void> {
  await made(api, 'jobRequests:create', { title });
}

function onRequest(title: string) {
  const condition = { $and: [{ title: { $eq: title } }] };
  return { type: 'collection', config: { collection: 'jobRequests', mode: 1, condition } };
}

async function made(api: Api, path: string, values: object): Promise<number> {
  const { status, body } = await api.post<{ data?: { id?: number } }>(path, values);
  expect({ path, status, body }).toMatchObject({ path, status: 200 });
  return body.data?.id ?? 0;
}

export interface Mark {
  readonly what: string;
  readonly process: number;
  readonly at: number;
}

/** What the work of the sample plugin, and the host, left in the database. */
export class Marks {
  constructor(private readonly cluster: Cluster) {}

  async of(what: string): Promise<Mark[]> {
    return this.rows('SELECT what, process, at::float8 AS at FROM marks WHERE what = $1', [what]);
  }

  async count(what: string): Promise<number> {
    return (await this.of(what)).length;
  }

  /** An execution of this workflow has begun and not ended. */
  async isRunning(title: string): Promise<boolean> {
    return (await this.statuses(title))[0] !== undefined;
  }

  /** How many executions of this workflow there are in each of the host's statuses (0 runs, 1 done well). */
  async statuses(title: string): Promise<Record<string, number>> {
    const sql = `SELECT e.status, count(*)::int AS n FROM executions e JOIN workflows w ON w.id = e."workflowId"
      WHERE w.title = $1 GROUP BY 1`;
    const rows = await this.rows<{ status: number | null; n: number }>(sql, [title]);
    return Object.fromEntries(rows.map(({ status, n }) => [`${status}`, n]));
  }

  async pendingJobs(): Promise<number> {
    const [row] = await this.rows<{ n: number }>('SELECT count(*)::int AS n FROM jobs WHERE status = 0', []);
    return row?.n ?? 0;
  }

  /** How often the busiest process did this within one second. */
  async busiestSecond(what: string, since: number): Promise<{ processes: number; most: number }> {
    const perSecond = new Map<string, number>();
    const marks = (await this.of(what)).filter(({ at }) => at > since);
    for (const { process, at } of marks) {
      const key = `${process} ${Math.floor(at / 1000)}`;
      perSecond.set(key, (perSecond.get(key) ?? 0) + 1);
    }
    return { processes: new Set(marks.map(({ process }) => process)).size, most: Math.max(...perSecond.values()) };
  }

  async tasks(): Promise<{ done: number; marks: number; names: number }> {
    const [tasks] = await this.rows<{ done: number }>(
      `SELECT count(*) FILTER (WHERE status = 1)::int AS done FROM "asyncTasks"`,
      [],
    );
    const [marks] = await this.rows<{ marks: number; names: number }>(
      `SELECT count(*)::int AS marks, count(DISTINCT what)::int AS names FROM marks WHERE what LIKE 'task %'`,
      [],
    );
    return { done: tasks?.done ?? 0, marks: marks?.marks ?? 0, names: marks?.names ?? 0 };
  }

  private rows<T extends object>(sql: string, values: readonly unknown[]): Promise<T[]> {
    return this.cluster.postgres.query<T>(this.cluster.database, sql, [...values]);
  }
}
