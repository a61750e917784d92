import { request, until, type ClusterNode } from '../cluster';
import { START_TIMEOUT, type Stage } from './stage';

/**
 * How the manual's "start the other nodes" is done: at the same moment is faster, but without coordination nodes may
 * then break each other, and those stay at 503 for ever.
 */
export type How = 'together' | 'one by one';

/** A node without this plugin whose start has failed for good. */
export class LostNode extends Error {}

/** Codes of the host's 503 while it still works on its start; anything else says why it gave up. */
const STILL_STARTING = [
  'APP_PREPARING',
  'APP_INITIALIZING',
  'APP_INITIALIZED',
  'APP_STARTING',
  'APP_COMMANDING',
  'APP_STOPPED',
  'COMMAND_END',
];
const ATTEMPTS = 2;
const LOOK_EVERY = 50;

/**
 * A measurement of the manual's procedure as fast as it can go right: attempts that lose a node are not counted, and
 * when none was whole, the others are started one by one, which always works.
 */
export async function wholeAttempt<T>(
  say: Stage['say'],
  notes: string[],
  attempt: (how: How) => Promise<T>,
  cleanUp: () => Promise<void>,
): Promise<T> {
  const note = (text: string) => {
    notes.push(text);
    say(`  ${text}`);
  };
  for (let count = 1; count <= ATTEMPTS; count += 1) {
    try {
      return await attempt('together');
    } catch (error) {
      if (!(error instanceof LostNode)) throw error;
      note(`Not counted: without the plugin, ${error.message}`);
      await cleanUp();
    }
  }
  note('So this round without the plugin starts the other nodes one by one.');
  return attempt('one by one');
}

/** Starts nodes that have no plugin, in the given way, until all of them serve; throws LostNode when one never will. */
export async function startOthers<N>(
  nodes: readonly N[],
  how: How,
  start: (node: N) => Promise<ClusterNode>,
): Promise<void> {
  const started: ClusterNode[] = [];
  for (const node of nodes) {
    started.push(await start(node));
    if (how === 'one by one') await Promise.all(started.map(comesUp));
  }
  await Promise.all(started.map(comesUp));
}

/** Resolves when the node takes traffic. */
export async function comesUp(node: ClusterNode): Promise<void> {
  let seen = 'nothing';
  await until(
    async () => {
      const answer = await probe(node);
      const { code = '', message = '' } = answer?.body?.error ?? {};
      seen = `${answer?.status ?? 'no answer'} ${code}`.trim();
      if (answer?.status === 503 && code !== '' && !STILL_STARTING.includes(`${code}`)) {
        throw new LostNode(`the start of ${node.name} failed for good with 503 "${message}".`);
      }
      return answer?.status === 200;
    },
    START_TIMEOUT,
    () => `${node.name} did not serve within ${START_TIMEOUT / 1000} s (${seen}).`,
    LOOK_EVERY,
  );
}

function probe({ url }: ClusterNode) {
  type Body = { error?: { code?: string; message?: string } };
  return request<Body | undefined>(url, '__health_check', { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
}
