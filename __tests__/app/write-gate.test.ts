import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestGate } from '../../src/server/app/request-gate';
import { systemClock } from '../../src/server/core/clock';

describe('the gate while nothing may be written', () => {
  let gate: RequestGate;
  let server: Server;
  let served: string[];
  let hold: Promise<void> | undefined;

  beforeEach(async () => {
    served = [];
    hold = undefined;
    gate = new RequestGate({
      apiBasePath: '/api/',
      filesPath: '/files/',
      limits: { holdLimit: 5_000, holdSeats: 2 },
      remaining: () => 7_000,
      clock: systemClock,
      busy: () => ({ errors: [] }),
      admits: (req) => req.headers.cookie === 'let me in',
      probe: () => Promise.resolve({ ready: true, body: { status: 'serving', node: 'n' } }),
    });
    server = createServer((req, res) => {
      const work = async () => {
        served.push(`${req.method} ${req.url}`);
        // As parts of the host do it.
        req.url = '/api/roles:check';
        await hold;
        res.end('answer');
      };
      void gate.handle(req, res).then((handled) => (handled ? undefined : gate.underWay.within(req, res, work)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', path, method, headers }, (answer) => {
        answer.resume();
        resolve(answer);
      });
      asked.once('error', reject);
      asked.end();
    });
  }

  const waiting = (count: number) => expect.poll(() => gate.waiting).toBe(count);

  it('lets reads through, by GET and by POST, and the probe says ready', async () => {
    gate.closeWrites('Counting.');
    expect((await ask('GET', '/api/users:list')).statusCode).toBe(200);
    expect((await ask('POST', '/api/users:list')).statusCode).toBe(200);
    expect((await ask('GET', '/api/clusterMaintenance:ready')).statusCode).toBe(200);
    expect(gate.isOpen).toBe(true);
  });

  it('holds what writes, and answers each once when that may go on, in their order', async () => {
    gate.closeWrites('Counting.');
    const first = ask('POST', '/api/posts:create?n=1');
    await waiting(1);
    const second = ask('GET', '/api/posts:destroy?n=2');
    await waiting(2);
    expect(served).toEqual([]);
    gate.openWrites();
    expect([(await first).statusCode, (await second).statusCode]).toEqual([200, 200]);
    expect(served).toEqual(['POST /api/posts:create?n=1', 'GET /api/posts:destroy?n=2']);
  });

  it('keeps to one number of seats for everything that waits', async () => {
    gate.closeWrites('Counting.');
    const held = [ask('POST', '/api/posts:create'), ask('POST', '/api/posts:create')];
    await waiting(2);
    const refused = await ask('POST', '/api/posts:create');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '7']);
    gate.openWrites();
    await Promise.all(held);
  });

  it('lets reads go on that waited for all traffic, and not the writes beside them', async () => {
    gate.close('Drained.', 'hold');
    gate.closeWrites('Counting.');
    const reading = ask('GET', '/api/users:list');
    const writing = ask('POST', '/api/posts:create');
    await waiting(2);
    gate.open();
    expect((await reading).statusCode).toBe(200);
    await waiting(1);
    gate.openWrites();
    expect((await writing).statusCode).toBe(200);
  });

  it('waits for writes under way, and not for reads', async () => {
    let finish: () => void = () => {};
    hold = new Promise((resolve) => (finish = resolve));
    const reading = ask('GET', '/api/users:list');
    const writing = ask('POST', '/api/posts:create');
    await expect.poll(() => served.length).toBe(2);
    let ended = false;
    const over = gate.underWay.writesEnded(new AbortController().signal).then(() => (ended = true));
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    finish();
    await Promise.all([reading, writing, over]);
    hold = new Promise((resolve) => (finish = resolve));
    const another = ask('GET', '/api/users:list');
    await expect.poll(() => gate.underWay.count()).toBe(1);
    await gate.underWay.writesEnded(AbortSignal.timeout(5_000));
    expect(gate.underWay.count()).toBe(1);
    finish();
    await another;
  });

  it('tells who comes with a plugin command that somebody else is at work', async () => {
    gate.closeWrites('Counting.');
    expect((await ask('POST', '/api/pm:enable')).statusCode).toBe(409);
  });

  it('lets in whoever is admitted, but not into an app that loads', async () => {
    gate.close('Maintenance.', 'refuse');
    expect((await ask('POST', '/api/posts:create')).statusCode).toBe(503);
    expect((await ask('POST', '/api/posts:create', { cookie: 'let me in' })).statusCode).toBe(200);
    gate.appLoads = true;
    expect((await ask('POST', '/api/posts:create', { cookie: 'let me in' })).statusCode).toBe(503);
  });
});
