import { randomUUID } from 'node:crypto';
import { request } from '../cluster';
import type { Member } from './member';
import { USER_TABLE, type ServingWorld } from './world';

/** Users who write on every node, all the time, through everything that happens. */
export interface Traffic {
  /** Ends it and says, one sentence each, which answers were not true. */
  stop(): Promise<{ readonly accepted: number; readonly lies: readonly string[] }>;
}

const PAUSE = 200;

export function startTraffic(world: ServingWorld): Traffic {
  const run = randomUUID();
  const answers = new Map<string, 'accepted' | 'refused' | 'unknown'>();
  const over = new AbortController();
  const write = async ({ node, name }: Member) => {
    for (let count = 1; !over.signal.aborted; count += 1) {
      const title = `${run} ${name} ${count}`;
      answers.set(title, await writeOnce(world, node.url, title));
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };
  const running = Promise.all(world.members.map(write));
  return {
    async stop() {
      over.abort();
      await running;
      const sql = `SELECT title, count(*)::int AS n FROM "${USER_TABLE}" WHERE title LIKE $1 GROUP BY title`;
      const { rows } = await world.sql.query<{ title: string; n: number }>(sql, [`${run} %`]);
      const stored = new Map(rows.map(({ title, n }) => [title, n]));
      const accepted = [...answers.values()].filter((answer) => answer === 'accepted').length;
      return { accepted, lies: [...answers].flatMap(([title, answer]) => lie(title, answer, stored.get(title) ?? 0)) };
    },
  };
}

async function writeOnce(
  { api }: ServingWorld,
  url: string,
  title: string,
): Promise<'accepted' | 'refused' | 'unknown'> {
  const headers = {
    authorization: `Bearer ${api.token}`,
    'x-authenticator': 'basic',
    'content-type': 'application/json',
  };
  const init = { method: 'POST', headers, body: JSON.stringify({ title }), signal: AbortSignal.timeout(2_000) };
  try {
    const { status, body } = await request<{ error?: { code?: string } }>(url, `${USER_TABLE}:create`, init);
    if (status === 200) return 'accepted';
    return status === 503 && body.error?.code === 'CLUSTER_MAINTENANCE' ? 'refused' : 'unknown';
  } catch {
    // Who gets no answer does not know.
    return 'unknown';
  }
}

function lie(title: string, answer: 'accepted' | 'refused' | 'unknown', stored: number): string[] {
  const words = title.split(' ').slice(1).join(', write ');
  if (answer === 'accepted' && stored !== 1) return [`${words} was accepted and is stored ${stored} times.`];
  return answer === 'refused' && stored > 0 ? [`${words} was refused and is stored.`] : [];
}
