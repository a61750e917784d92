import { pause } from '../bench/timing';
import type { Side } from '../bench/stage';
import { until, type Api } from '../cluster';
import { QUIET, type Act } from './acts';

export interface Maintenances {
  readonly times: number;
  /** How long every node takes no traffic, from the answer to `enter` on, in milliseconds. */
  readonly lasts: number;
  /** How long all is normal after each, in milliseconds. */
  readonly rests: number;
}

/** Nobody may be left outside when this tool breaks off, in seconds. */
const EXPIRES = 60;
const COMES_BACK = 30_000;
const LOOK_EVERY = 10;

/** An admin takes all nodes out of traffic by hand and lets them in again; each node is asked in its turn. */
export async function maintain({ cluster, api }: Side, { times, lasts, rests }: Maintenances): Promise<Act[]> {
  const acts: Act[] = [];
  for (let index = 0; index < times; index += 1) {
    const node = cluster.node(index % cluster.nodes.length);
    const own = api.at(node.url);
    const began = performance.now();
    const operationId = await enter(own);
    await pause(lasts);
    const released = performance.now();
    await ask(own, 'exit', { operationId });
    await Promise.all(
      cluster.nodes.map((each) =>
        until(
          () => isReady(each),
          COMES_BACK,
          () => late(each),
          LOOK_EVERY,
        ),
      ),
    );
    acts.push({ action: 'maintenance', began, released, ended: performance.now() });
    await pause(index === times - 1 ? QUIET : rests);
  }
  return acts;
}

type Node = Side['cluster']['nodes'][number];

async function isReady(node: Node): Promise<boolean> {
  return (await node.ready()) === 200;
}

function late({ name }: Node): string {
  return `${name} did not serve within ${COMES_BACK / 1_000} s after the maintenance.`;
}

/** Answered when every node has drained. */
async function enter(api: Api): Promise<string> {
  const body = await ask(api, 'enter', { scope: 'all', reason: 'traffic', expiresInSeconds: EXPIRES });
  const { operation } = body.data ?? body;
  if (!operation) throw new Error(`enter was answered without an operation: ${JSON.stringify(body).slice(0, 300)}`);
  return operation.id;
}

interface EnterBody {
  readonly operation?: { readonly id: string };
  /** The host wraps what an action answers. */
  readonly data?: { readonly operation?: { readonly id: string } };
}

async function ask(api: Api, action: 'enter' | 'exit', values: object): Promise<EnterBody> {
  const { status, body } = await api.post<EnterBody>(`clusterMaintenance:${action}`, values);
  if (status === 200) return body;
  throw new Error(`${action} was answered with ${status}: ${JSON.stringify(body).slice(0, 300)}`);
}
