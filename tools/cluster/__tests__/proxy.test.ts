import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { startProxy, startRedis, until, type Proxy } from '..';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('a proxy that forwards', () => {
  it('passes every byte on, in both directions, and ends with its sides', async () => {
    const proxy = await proxyTo(await echo());
    const payload = randomBytes(20 * 1024 * 1024);
    const client = open(proxy);
    const back = digestOf(client);
    client.end(payload);
    expect(await back).toBe(createHash('sha256').update(payload).digest('hex'));
    await inUse(proxy, 0);
    expect(proxy.counts).toEqual({ accepted: 1, open: 0 });
  });

  it('lets a sender wait while the receiver does not read', async () => {
    const receiver = await serve((socket) => socket.pause());
    const proxy = await proxyTo(receiver);
    const client = open(proxy);
    let sent = 0;
    const pour = () => {
      while (sent < 256 << 20 && client.write(Buffer.alloc(1 << 20))) sent += 1 << 20;
      sent += 1 << 20;
    };
    client.on('drain', pour);
    pour();
    const before = process.memoryUsage.rss();
    await still(() => client.bytesWritten - client.writableLength);
    expect(client.bytesWritten - client.writableLength).toBeLessThan(64 << 20);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 << 20);
  });

  it('passes a reset on, and resets a client whose target refuses', async () => {
    const target = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const proxy = await proxyTo(target);
    const client = open(proxy);
    client.write('x');
    expect(await failure(client)).toBe('ECONNRESET');
    target.close();
    expect(await failure(open(proxy))).toBe('ECONNRESET');
    await inUse(proxy, 0);
  });

  it('keeps a direction open when the other one has ended', async () => {
    const proxy = await proxyTo(await serve((socket) => socket.on('end', () => socket.end('last words')), true));
    const client = open(proxy);
    const words = text(client);
    client.end();
    expect(await words).toBe('last words');
  });
});

describe('a proxy that is cut', () => {
  it('resets both sides, also under a full buffer, refuses new connections, and heals', async () => {
    const seen: Promise<unknown>[] = [];
    const proxy = await proxyTo(await serve((socket) => seen.push(failure(socket.pause()))));
    const client = open(proxy);
    client.write(Buffer.alloc(32 << 20));
    await until(
      () => seen.length === 1 && client.writableLength > 0,
      2000,
      () => 'No connection.',
    );
    const failed = failure(client);
    proxy.cut();
    expect(await failed).toBe('ECONNRESET');
    expect(await failure(open(proxy))).toBe('ECONNREFUSED');
    await inUse(proxy, 0);
    await proxy.heal();
    open(proxy);
    await until(
      () => seen.length === 2,
      2000,
      () => 'Not healed.',
    );
  });

  it('is open after heal and closed after cut, whichever comes last', async () => {
    const proxy = await proxyTo(await echo());
    proxy.cut();
    const healing = proxy.heal();
    proxy.cut();
    await healing;
    expect(await failure(open(proxy))).toBe('ECONNREFUSED');
    await Promise.all([proxy.heal(), proxy.heal()]);
    expect(await answer(open(proxy), 'a')).toBe('a');
  });
});

describe('a proxy that is silent', () => {
  it('forwards nothing, and delivers afterwards what both sides have sent, in order', async () => {
    const accepted: Socket[] = [];
    const proxy = await proxyTo(await serve((socket) => accepted.push(socket)));
    const client = open(proxy);
    await until(
      () => accepted.length === 1,
      2000,
      () => 'No connection.',
    );
    const [server] = accepted as [Socket];
    const heard = [collect(client), collect(server)];
    await proxy.blackhole();
    for (const word of ['one ', 'two ', 'three']) {
      client.write(word);
      server.write(word);
    }
    await settled();
    expect(heard.map((read) => read())).toEqual(['', '']);
    await proxy.heal();
    await until(
      () => heard.every((read) => read() === 'one two three'),
      2000,
      () => heard.map((read) => read()).join(),
    );
  });

  it('tells a side only afterwards that the other one closed or was reset, with its last words', async () => {
    const gone: string[] = [];
    const listener = await serve((socket) => {
      const words = collect(socket);
      socket.on('error', () => gone.push('reset'));
      socket.on('end', () => gone.push(`end after ${words()}`));
    });
    const proxy = await proxyTo(listener);
    const [closing, resetting] = [open(proxy), open(proxy)];
    await connections(listener, 2);
    await proxy.blackhole();
    closing.end('bye');
    resetting.resetAndDestroy();
    await settled();
    expect(gone).toEqual([]);
    expect(proxy.counts.open).toBe(2);
    await proxy.heal();
    await until(
      () => gone.length === 2,
      2000,
      () => gone.join(),
    );
    expect(gone.sort()).toEqual(['end after bye', 'reset']);
    await inUse(proxy, 0);
  });

  it('brings a connection that was opened meanwhile to the server afterwards, unless its client gave up', async () => {
    const seen: string[] = [];
    const proxy = await proxyTo(await serve((socket) => socket.on('data', (chunk) => seen.push(chunk.toString()))));
    await proxy.blackhole();
    const [patient, impatient] = [open(proxy), open(proxy)];
    patient.write('patient');
    impatient.write('impatient');
    await inUse(proxy, 2);
    impatient.destroy();
    await inUse(proxy, 1);
    await proxy.heal();
    await until(
      () => seen.length > 0,
      2000,
      () => 'Nothing came.',
    );
    await settled();
    expect(seen).toEqual(['patient']);
  });

  it('can follow a cut, and be cut', async () => {
    const proxy = await proxyTo(await echo());
    proxy.cut();
    await proxy.blackhole();
    const waiting = open(proxy);
    await once(waiting, 'connect');
    const failed = failure(waiting);
    proxy.cut();
    expect(await failed).toBe('ECONNRESET');
    await inUse(proxy, 0);
  });
});

describe('a proxy that is slow', () => {
  it('delivers later, in order, and the end last', async () => {
    const proxy = await proxyTo(await echo());
    proxy.delay(100);
    const began = performance.now();
    const client = open(proxy);
    const words = text(client);
    for (const word of ['one ', 'two ', 'three']) client.write(word);
    client.end();
    expect(await words).toBe('one two three');
    expect(performance.now() - began).toBeGreaterThanOrEqual(199);
  });

  it('keeps the order when it becomes faster, and lets all of it go when it heals', async () => {
    const proxy = await proxyTo(await echo());
    const client = open(proxy);
    await answer(client, '0');
    const words = collect(client);
    proxy.delay(60_000);
    client.write('1');
    await settled();
    proxy.delay(1);
    client.write('2');
    await settled();
    expect(words()).toBe('');
    await proxy.heal();
    await until(
      () => words() === '12',
      2000,
      () => words(),
    );
  });
});

describe('a client of Redis behind a proxy', () => {
  it('waits through a silence and gets its answers, and comes back after a cut', async () => {
    const redis = await startRedis({ password: 'secret' });
    ends.push(() => redis.stop());
    const proxy = await proxyTo(redis);
    const client = new Redis({
      port: proxy.port,
      password: 'secret',
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    client.on('error', () => undefined);
    ends.push(() => client.disconnect());
    expect(await client.incr('n')).toBe(1);

    await proxy.blackhole();
    const late = Promise.all([client.incr('n'), client.incr('n')]);
    await settled();
    expect(await redis.cli('get', 'n')).toBe('1');
    await proxy.heal();
    expect(await late).toEqual([2, 3]);

    const closed = new Promise((resolve) => client.once('close', resolve));
    proxy.cut();
    await closed;
    await proxy.heal();
    expect(await client.get('n')).toBe('3');
    expect(proxy.counts.accepted).toBeGreaterThanOrEqual(2);
  });
});

async function proxyTo(target: { port: number } | Server): Promise<Proxy> {
  const port = 'port' in target ? target.port : (target.address() as AddressInfo).port;
  const proxy = await startProxy({ target: { host: '127.0.0.1', port } });
  ends.push(async () => {
    await proxy.stop();
    expect(proxy.counts.open).toBe(0);
  });
  return proxy;
}

async function serve(handler: (socket: Socket) => void, allowHalfOpen = false): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen }, (socket) => {
    sockets.add(socket.on('error', () => undefined));
    handler(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return server;
}

function echo(): Promise<Server> {
  return serve((socket) => socket.pipe(socket), true);
}

function open({ port }: Proxy): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
  socket.on('error', () => undefined);
  ends.push(() => socket.destroy());
  return socket;
}

function collect(socket: Socket): () => string {
  let words = '';
  socket.on('data', (chunk) => (words += chunk.toString()));
  return () => words;
}

async function text(socket: Socket): Promise<string> {
  const words = collect(socket);
  await once(socket, 'end');
  return words();
}

async function answer(socket: Socket, word: string): Promise<string> {
  socket.write(word);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

async function digestOf(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of socket) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Code of the error with which the socket ends. */
async function failure(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    socket.once('close', () => resolve(undefined));
  });
}

function inUse(proxy: Proxy, count: number): Promise<unknown> {
  return until(
    () => proxy.counts.open === count,
    2000,
    () => `There are ${proxy.counts.open} connections instead of ${count}.`,
  );
}

function connections(server: Server, count: number): Promise<unknown> {
  const ask = () => new Promise<number>((resolve) => server.getConnections((_error, number) => resolve(number)));
  return until(
    async () => (await ask()) === count,
    2000,
    () => `There are no ${count} connections.`,
  );
}

/** Time enough for a wrongly forwarded byte to arrive: a round through an echo of its own. */
async function settled(): Promise<void> {
  const server = await echo();
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (let round = 0; round < 20; round += 1) await answer(socket, 'x');
  socket.destroy();
}

/** Resolves when the value has not changed for a while. */
async function still(value: () => number): Promise<void> {
  let [last, since] = [value(), performance.now()];
  await until(
    () => {
      if (value() !== last) [last, since] = [value(), performance.now()];
      return performance.now() - since > 300;
    },
    10_000,
    () => 'It never stands still.',
  );
}
