import type { Side } from '../bench/stage';
import { pause } from '../bench/timing';
import { until, type Api } from '../cluster';
import { QUIET, type Act } from './acts';

const LASTS_AT_MOST = 60_000;
const LOOK_EVERY = 50;

/** NocoBase's own backup, begun on each node in its turn and waited for to its end. */
export async function backUp({ cluster, api }: Side, rounds: number): Promise<Act[]> {
  const acts: Act[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const own = api.at(cluster.node(index % cluster.nodes.length).url);
    const began = performance.now();
    await ended(own, await begin(own));
    acts.push({ action: 'backup', began, ended: performance.now() });
    await pause(QUIET);
  }
  return acts;
}

/** Answered before the work is done; the name is what to ask for. */
async function begin(api: Api): Promise<string> {
  const { status, body } = await api.post<{ data?: { name?: string } }>('backups:create', {});
  const name = body.data?.name;
  if (status === 200 && name) return name;
  throw new Error(`backups:create was answered with ${status}: ${JSON.stringify(body).slice(0, 300)}`);
}

interface TaskStatus {
  readonly inProgress: boolean;
  readonly message?: string;
}

/** Only the node that makes it knows how far it is. */
async function ended(api: Api, name: string): Promise<void> {
  const last = await until(
    async () => {
      const address = `backups:taskStatus?names[]=${encodeURIComponent(name)}`;
      const { body } = await api.get<{ data?: Record<string, TaskStatus | undefined> }>(address);
      const task = body.data?.[name];
      return task?.inProgress === false && task;
    },
    LASTS_AT_MOST,
    () => `The backup ${name} did not end within ${LASTS_AT_MOST / 1_000} s.`,
    LOOK_EVERY,
  );
  if (last.message) throw new Error(`The backup ${name} failed: ${last.message}`);
}
