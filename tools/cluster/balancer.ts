import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { request } from './api';
import { freePort } from './ports';

export interface BalancerOptions {
  /** Base URLs of the nodes; the function is asked again for each request, so that nodes may come and go. */
  targets: () => string[];
  /** A target whose answer is 200 gets traffic; default the plugin's own. */
  readyPath?: string;
  /** Asked to show NocoBase's own maintenance page when no target is ready; default the plugin's own. */
  livePath?: string;
  /** How often the probes run, in ms. */
  interval?: number;
  port?: number;
  /** Sends a request again to the next target when one answers 503 or refuses the connection. Default true. */
  retry?: boolean;
}

export interface Balancer {
  readonly url: string;
  readonly port: number;
  /** Targets that answered their last probe with 200. */
  ready(): string[];
  /** How often a request was sent again. */
  readonly retries: number;
  stop(): Promise<void>;
}

interface State {
  options: BalancerOptions;
  ready: Set<string>;
  live: Set<string>;
  turn: number;
  retries: number;
  /** Upgraded connections: the server itself forgets them. */
  sockets: Set<Socket>;
}

/** Requests with a larger body are passed on as they come and are not sent twice. */
const BUFFER_LIMIT = 1024 * 1024;
// A kept connection may be closed by the node at the moment it is used again, and then nobody knows whether the request
// was processed. So each request gets a connection of its own, as with nginx by default.
const agent = new Agent({ keepAlive: false });
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'];

/** A small round-robin balancer, HTTP and websockets, as an operator's nginx or ingress would be set up. */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const port = options.port ?? (await freePort());
  const state: State = { options, ready: new Set(), live: new Set(), turn: 0, retries: 0, sockets: new Set() };
  const stopProbing = await startProbing(state);
  const server = createServer((incoming, outgoing) => void serve(state, incoming, outgoing));
  server.on('upgrade', (incoming, socket: Socket, head: Buffer) => upgrade(state, incoming, socket, head));
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    ready: () => [...state.ready],
    get retries() {
      return state.retries;
    },
    async stop() {
      stopProbing();
      state.sockets.forEach((socket) => socket.destroy());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function startProbing(state: State): Promise<() => void> {
  const { readyPath = '/api/clusterMaintenance:ready', livePath = '/api/clusterMaintenance:live' } = state.options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const round = async () => {
    await Promise.all([probe(state, readyPath, state.ready), probe(state, livePath, state.live)]);
    if (!stopped) {
      timer = setTimeout(() => void round(), state.options.interval ?? 200);
    }
  };
  await round();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function probe({ options }: State, path: string, good: Set<string>): Promise<void> {
  const targets = options.targets();
  await Promise.all(
    targets.map(async (target) => {
      const signal = AbortSignal.timeout(1000);
      const status = await request(target, path, { signal }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) good.add(target);
      else good.delete(target);
    }),
  );
  [...good].filter((target) => !targets.includes(target)).forEach((target) => good.delete(target));
}

/** Whom to ask, best first: each ready target once, beginning with the next in turn; without any, the live ones. */
function candidates(state: State): string[] {
  const targets = state.options.targets();
  const able = [state.ready, state.live].map((set) => targets.filter((target) => set.has(target)));
  const chosen = able.find((list) => list.length > 0) ?? targets;
  const first = state.turn++ % Math.max(chosen.length, 1);
  return [...chosen.slice(first), ...chosen.slice(0, first)];
}

async function serve(state: State, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const targets = candidates(state);
  const body = await smallBody(incoming);
  const attempts = state.options.retry === false || body === undefined ? targets.slice(0, 1) : targets;
  for (const [index, target] of attempts.entries()) {
    const answer = await pass(target, incoming, body);
    const last = index === attempts.length - 1;
    if (answer === 'broken' || (answer === 'refused' && last)) {
      break;
    }
    if (answer !== 'refused' && (answer.statusCode !== 503 || last)) {
      outgoing.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
      answer.on('error', () => outgoing.destroy()).pipe(outgoing);
      return;
    }
    if (answer !== 'refused') {
      answer.resume();
    }
    state.retries += 1;
  }
  outgoing.writeHead(502, { 'content-type': 'text/plain' }).end('No node of the cluster has answered.\n');
}

/** The whole body when its length is known and small, else undefined. */
async function smallBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const length = Number(incoming.headers['content-length'] ?? 0);
  if (incoming.headers['transfer-encoding'] !== undefined || length > BUFFER_LIMIT) {
    return undefined;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The answer; `refused` when there was no connection, so nothing was processed; `broken` when that is not known. */
function pass(
  target: string,
  incoming: IncomingMessage,
  body: Buffer | undefined,
): Promise<IncomingMessage | 'refused' | 'broken'> {
  const { hostname, port } = new URL(target);
  return new Promise((resolve) => {
    const headers = { ...withoutHopByHop(incoming.headers), 'x-forwarded-for': incoming.socket.remoteAddress };
    const { method, url: path } = incoming;
    const outgoing = forward({ hostname, port, method, path, headers, agent }, resolve);
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'broken');
    });
    if (body === undefined) incoming.pipe(outgoing);
    else outgoing.end(body);
  });
}

function upgrade(state: State, incoming: IncomingMessage, socket: Socket, head: Buffer): void {
  const { hostname, port } = new URL(candidates(state)[0] ?? 'http://127.0.0.1:1');
  const upstream = connect(Number(port), hostname, () => {
    const lines = incoming.rawHeaders.flatMap((name, index, all) => (index % 2 ? [] : [`${name}: ${all[index + 1]}`]));
    upstream.write([`${incoming.method} ${incoming.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
  });
  for (const [one, other] of [
    [upstream, socket],
    [socket, upstream],
  ] as const) {
    state.sockets.add(one);
    one.on('error', () => other.destroy());
    one.on('close', () => state.sockets.delete(one));
  }
}

function withoutHopByHop(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
