import type { Side } from '../bench/stage';
import { startRealBalancer } from './balancers';
import type { Kind } from './stage';
import type { WayName } from './wishes';

/** How the users of one run reach the nodes. */
export interface Way {
  readonly name: WayName;
  /** Where a client sends its requests, all of them. */
  urlOf(client: number): string;
  /** The last lines of the balancer, for a run that failed. */
  log(): string;
  close(): Promise<void>;
}

/** Where nodes without the plugin answer what a balancer asks them. */
const HOST_PROBE = '/api/__health_check';
const LINES = 40;

export async function openWay(name: WayName, { cluster }: Side, kind: Kind): Promise<Way> {
  if (name === 'direct') {
    const urls = cluster.nodes.map(({ url }) => url);
    const urlOf = (client: number) => urls[client % urls.length] ?? '';
    return { name, urlOf, log: () => '', close: () => Promise.resolve() };
  }
  const nodes = cluster.nodes.map(({ port }) => port);
  const balancer = await startRealBalancer(name, { nodes, ...(kind === 'without' ? { probe: HOST_PROBE } : {}) });
  return {
    name,
    urlOf: () => balancer.url,
    log: () => balancer.log().trimEnd().split('\n').filter(tellsTrouble).slice(-LINES).join('\n'),
    close: () => balancer.stop(),
  };
}

/** Requests that were answered with anything but 200, and what is no request at all. */
function tellsTrouble(line: string): boolean {
  const nginx = /HTTP\/1\.1 (\d+) [\d.]+ s: /.exec(line);
  const haproxy = / (\d{3}) \d+ - - .*"[A-Z]+ /.exec(line);
  return (nginx ?? haproxy)?.[1] !== '200';
}
