import { request, type ClusterNode } from '../../tools/cluster';

/** What one node answered at one moment; 0 when it did not answer at all. */
export interface Sight {
  /** Milliseconds since the watch began, before the questions were asked and when all were answered. */
  readonly asked: number;
  readonly answered: number;
  readonly live: number;
  readonly ready: number;
  readonly api: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
}

export interface Watch {
  /** Everything seen so far. */
  of(node: ClusterNode): readonly Sight[];
  stop(): Promise<void>;
}

const PAUSE = 100;
/** A request may wait until its node serves again. */
const PATIENCE = 40_000;
/** Public, so it needs no sign-in, and answered by the app itself, so a drained node refuses it. */
const API_PATH = 'app:getLang';

/** Looks at all nodes again and again, as a balancer and users would, until it is stopped. */
export function watch(nodes: readonly ClusterNode[], path = API_PATH): Watch {
  const began = performance.now();
  const sights = new Map<string, Sight[]>(nodes.map(({ name }) => [name, []]));
  let over = false;
  const look = async (node: ClusterNode): Promise<void> => {
    for (;;) {
      // One more look after the end was asked for: what the test has just waited for must be among the sights.
      const last = over;
      const asked = performance.now() - began;
      const [live, ready, api] = await Promise.all([node.live(), node.ready(), ask(node, path)]);
      sights.get(node.name)?.push({ asked, answered: performance.now() - began, live, ready, ...api });
      if (last) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };
  const running = Promise.all(nodes.map(look));
  return {
    of: ({ name }) => sights.get(name) ?? [],
    async stop() {
      over = true;
      await running;
    },
  };
}

async function ask({ url }: ClusterNode, path: string): Promise<Pick<Sight, 'api' | 'body' | 'retryAfter'>> {
  try {
    const { status, body, headers } = await request(url, path, { signal: AbortSignal.timeout(PATIENCE) });
    return { api: status, body, retryAfter: headers.get('retry-after') };
  } catch {
    return { api: 0, body: undefined, retryAfter: null };
  }
}
