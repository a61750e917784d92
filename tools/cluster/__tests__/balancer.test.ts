import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { request, startBalancer, until, type Balancer, type BalancerOptions } from '..';

const servers: Server[] = [];
const balancers: Balancer[] = [];

afterEach(async () => {
  await Promise.all(balancers.splice(0).map((balancer) => balancer.stop()));
  servers.splice(0).forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
});

it('takes ready targets in turn and leaves the others alone', async () => {
  const targets = [await target({ name: 'a' }), await target({ name: 'b' }), await target({ name: 'c', ready: 503 })];
  const balancer = await balance({ targets: () => targets });
  const names = await Promise.all([1, 2, 3, 4].map(() => name(balancer)));
  expect(names.sort()).toEqual(['a', 'a', 'b', 'b']);
});

it('follows a target that becomes ready', async () => {
  const probe = { ready: 503 };
  const targets = [await target({ name: 'a', probe })];
  const balancer = await balance({ targets: () => targets });
  expect(balancer.ready()).toEqual([]);
  probe.ready = 200;
  await until(
    () => balancer.ready().length === 1,
    2000,
    () => 'The balancer did not notice.',
  );
});

it('sends a refused request again, with its body, and the client sees no error', async () => {
  const targets = [await target({ name: 'a', status: 503 }), await target({ name: 'b' }), await target({ name: 'c' })];
  const balancer = await balance({ targets: () => targets, interval: 60_000 });
  // Gone, and the balancer has not noticed yet.
  await new Promise((resolve) => servers.at(-1)?.close(resolve));
  // In turn: a (refuses) then b; b; c (gone), a (refuses), b.
  for (const body of ['1', '2', '3']) {
    const answer = await request<string>(balancer.url, '/work', { method: 'POST', body });
    expect(answer).toMatchObject({ status: 200, body: `b:${body}` });
  }
  expect(balancer.retries).toBe(3);
});

it('does not send a request again when the connection broke after it was sent', async () => {
  let received = 0;
  const breaking = await listen((incoming, outgoing) => {
    received += incoming.url === '/work' ? 1 : 0;
    outgoing.destroy();
  });
  const balancer = await balance({ targets: () => [breaking, breaking] });
  expect((await request(balancer.url, '/work', { method: 'POST', body: 'x' })).status).toBe(502);
  expect(received).toBe(1);
});

it('passes the last 503 on when nobody takes the request', async () => {
  const targets = [await target({ name: 'a', status: 503 }), await target({ name: 'b', status: 503 })];
  const balancer = await balance({ targets: () => targets });
  expect((await request(balancer.url, '/work')).status).toBe(503);
});

it('passes websockets through', async () => {
  const upstream = await target({ name: 'a' });
  servers.at(-1)?.on('upgrade', (_request, socket, head) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.write(head);
    socket.pipe(socket);
  });
  const balancer = await balance({ targets: () => [upstream] });
  const socket = connect(balancer.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello');
  await until(
    () => received.endsWith('hello'),
    2000,
    () => `Got only: ${received}`,
  );
  socket.destroy();
});

interface Fake {
  name: string;
  /** Status of its answers to requests. */
  status?: number;
  /** Status of its readiness probe. */
  ready?: number;
  probe?: { ready: number };
}

function target({ name, status = 200, ready = 200, probe = { ready } }: Fake): Promise<string> {
  return listen((incoming, outgoing) => {
    if (incoming.url?.startsWith('/api/clusterMaintenance:')) {
      outgoing.writeHead(probe.ready).end();
      return;
    }
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => outgoing.writeHead(status).end(`${name}:${Buffer.concat(chunks).toString()}`));
  });
}

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function balance(options: BalancerOptions): Promise<Balancer> {
  const balancer = await startBalancer({ interval: 20, ...options });
  balancers.push(balancer);
  return balancer;
}

async function name(balancer: Balancer): Promise<string> {
  return (await request<string>(balancer.url, '/work')).body.split(':')[0] ?? '';
}
