import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/server/core/clock';
import { RequestGate } from '../../src/server/app/request-gate';

const LIMIT = 400;
const SEATS = 50;

describe('requests that come while a node is drained', () => {
  let gate: RequestGate;
  let server: Server;
  let bodies: string[];
  let remaining = 7_000;
  const agent = new Agent({ keepAlive: true });

  beforeEach(async () => {
    bodies = [];
    gate = new RequestGate({
      apiBasePath: '/api/',
      filesPath: '/files/',
      limits: { holdLimit: LIMIT, holdSeats: SEATS },
      remaining: () => remaining,
      clock: systemClock,
      busy: () => ({ error: { status: 409 } }),
      probe: () => Promise.resolve({ ready: gate.isOpen, body: { status: 'drained', node: 'n' } }),
    });
    server = createServer((req, res) => {
      const work = async () => {
        let body = '';
        for await (const chunk of req) body += String(chunk);
        bodies.push(body);
        res.end('served');
      };
      void gate.handle(req, res).then((handled) => (handled ? undefined : gate.underWay.within(req, res, work)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    gate.open();
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  interface Answer {
    readonly status: number;
    readonly headers: IncomingMessage['headers'];
    readonly after: number;
  }

  function ask(path = '/api/posts:create', body = 'a post') {
    const began = performance.now();
    const { port } = server.address() as AddressInfo;
    const asked = request({ port, host: '127.0.0.1', path, method: 'POST', agent });
    const answered = new Promise<Answer | undefined>((resolve) => {
      asked.once('error', () => resolve(undefined));
      asked.once('response', (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, after: performance.now() - began });
      });
    });
    asked.end(body);
    return { asked, answered };
  }

  const held = (count: number) => expect.poll(() => gate.waiting).toBe(count);

  it('wait, count as nothing under way, and are served once when it serves again', async () => {
    gate.close('Drained.', 'hold');
    const asks = Array.from({ length: SEATS }, (_, index) => ask('/api/posts:create', `post ${index}`));
    await held(SEATS);
    expect(gate.underWay.count()).toBe(0);
    expect(bodies).toEqual([]);
    gate.open();
    const answers = await Promise.all(asks.map(({ answered }) => answered));
    expect(answers.map((answer) => answer?.status)).toEqual(Array(SEATS).fill(200));
    expect(bodies.sort()).toEqual(Array.from({ length: SEATS }, (_, index) => `post ${index}`).sort());
    expect(gate.waiting).toBe(0);
  });

  it('are refused at the limit, told when to come again, and not to this node', async () => {
    gate.close('Maintenance: node 1 runs pm.enable.', 'hold');
    const answer = await ask().answered;
    expect(answer?.status).toBe(503);
    expect(answer?.headers).toMatchObject({ 'retry-after': '7', connection: 'close' });
    expect(answer?.after).toBeGreaterThanOrEqual(LIMIT - 5);
    expect(answer?.after).toBeLessThan(LIMIT + 300);
    expect(bodies).toEqual([]);
  });

  it('are refused at once when every seat is taken, and a client that goes away frees its own', async () => {
    gate.close('Drained.', 'hold');
    const asks = Array.from({ length: SEATS }, () => ask());
    await held(SEATS);
    const turnedAway = await ask().answered;
    expect(turnedAway?.status).toBe(503);
    expect(turnedAway?.after).toBeLessThan(LIMIT / 2);
    asks[0]?.asked.destroy();
    await held(SEATS - 1);
    const last = ask('/api/posts:create', 'the last');
    await held(SEATS);
    gate.open();
    expect((await last.answered)?.status).toBe(200);
    expect(bodies).toHaveLength(SEATS);
  });

  it('wait no longer than the limit over several operations', async () => {
    gate.close('The first.', 'hold');
    const first = ask();
    await held(1);
    await new Promise((resolve) => setTimeout(resolve, LIMIT / 2));
    gate.open();
    gate.close('The second.', 'hold');
    const answer = await first.answered;
    expect(answer?.status).toBe(503);
    expect(answer?.after).toBeLessThan(LIMIT + 300);
  });

  it('are refused as soon as there is nothing to wait for', async () => {
    gate.close('Drained.', 'hold');
    const waiting = ask();
    await held(1);
    remaining = 30_000;
    gate.close('A person has to look.', 'refuse');
    expect(await waiting.answered).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
    const next = await ask().answered;
    expect(next?.status).toBe(503);
    expect(next?.after).toBeLessThan(LIMIT / 2);
  });

  it('learn at once that another command is under way, and the probes are answered all along', async () => {
    gate.close('Drained.', 'hold');
    expect(await ask('/api/pm:enable').answered).toMatchObject({ status: 409 });
    expect(await ask('/api/clusterMaintenance:live').answered).toMatchObject({ status: 200 });
    expect(await ask('/api/clusterMaintenance:ready').answered).toMatchObject({ status: 503 });
  });

  it('tells the clients of what is under way not to come back on the same connection', async () => {
    let finish = () => {};
    const done = new Promise<void>((resolve) => (finish = resolve));
    server.removeAllListeners('request');
    server.on('request', (req, res) => {
      const work = async () => void (await done.then(() => res.end()));
      void gate.handle(req, res).then((handled) => (handled ? undefined : gate.underWay.within(req, res, work)));
    });
    const { answered } = ask();
    await expect.poll(() => gate.underWay.count()).toBe(1);
    gate.close('Drained.', 'hold');
    finish();
    expect((await answered)?.headers.connection).toBe('close');
  });

  it('are handed over as soon as another node serves, unprocessed and told to come again at once', async () => {
    gate.close('Drained.', 'hold');
    const early = ask();
    await held(1);
    gate.handover = true;
    const refused = await early.answered;
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
    expect(refused?.after).toBeLessThan(LIMIT);
    expect((await ask().answered)?.status).toBe(503);
    expect(bodies).toEqual([]);

    gate.handover = false;
    const late = ask();
    await held(1);
    gate.open();
    expect((await late.answered)?.status).toBe(200);
    expect(bodies).toEqual(['a post']);
  });
});
