import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/server/core/clock';
import { RequestGate } from '../../src/server/app/request-gate';

describe('a request that the app works on', () => {
  let gate: RequestGate;
  let server: Server;
  let finish: () => void;
  let working: Promise<void>;
  let expected: number | undefined;
  let started: IncomingMessage[];

  beforeEach(async () => {
    expected = undefined;
    started = [];
    gate = new RequestGate({
      apiBasePath: '/api/',
      filesPath: '/files/',
      limits: { holdLimit: 0, holdSeats: 0 },
      remaining: () => 0,
      expected: () => expected,
      clock: systemClock,
      probe: () => Promise.resolve({ ready: true, body: { status: 'serving', node: 'n' } }),
    });
    const done = new Promise<void>((resolve) => (finish = resolve));
    let begun: () => void;
    working = new Promise((resolve) => (begun = resolve));
    server = createServer((req, res) => {
      const work = async () => {
        started.push(req);
        begun();
        await done;
        res.end('answer');
      };
      void gate.handle(req, res).then((handled) => (handled ? undefined : gate.underWay.within(req, res, work)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());

  function ask(path = '/api/users:create') {
    const { port } = server.address() as AddressInfo;
    const asked = request({ port, host: '127.0.0.1', path, method: 'POST' });
    const answered = new Promise<IncomingMessage | undefined>((resolve) => {
      asked.once('response', resolve);
      asked.once('error', () => resolve(undefined));
    });
    asked.end();
    return { asked, answered };
  }

  it('is under way until its answer was sent', async () => {
    const { answered } = ask();
    await working;
    expect(gate.underWay.count()).toBe(1);
    finish();
    (await answered)?.resume();
    await gate.underWay.quiet(AbortSignal.timeout(5_000));
    expect(gate.underWay.count()).toBe(0);
  });

  it('is under way until its work has ended when its client hangs up', async () => {
    const { asked, answered } = ask();
    await working;
    asked.destroy();
    await answered;
    // The server hears of it a moment later.
    const connections = () => new Promise<number>((resolve) => server.getConnections((_error, n) => resolve(n)));
    await expect.poll(connections).toBe(0);
    expect(gate.underWay.count()).toBe(1);
    finish();
    await gate.underWay.quiet(AbortSignal.timeout(5_000));
    expect(gate.underWay.count()).toBe(0);
  });

  it('is refused at once by a drained node when a page asks it by itself, and the page of the plugin is not', async () => {
    const statusOf = async (action: string) => {
      const answer = await ask(`/api/clusterMaintenance:${action}`).answered;
      answer?.resume();
      return answer?.statusCode;
    };
    finish();
    expect(await statusOf('announced')).toBe(200);
    gate.close('Somebody works.', 'hold');
    expect(await statusOf('announced')).toBe(503);
    expect(await statusOf('status')).toBe(200);
    expect(gate.waiting).toBe(0);
  });

  it('does not reach an app that loads, nor does the page of the plugin; the probes are answered', async () => {
    gate.appLoads = true;
    const statuses = async (path: string) => {
      const { answered } = ask(path);
      const answer = await answered;
      answer?.resume();
      return answer?.statusCode;
    };
    expect(await statuses('/api/users:create')).toBe(503);
    expect(await statuses('/api/clusterMaintenance:status')).toBe(503);
    expect(await statuses('/api/clusterMaintenance:live')).toBe(200);
    expect(gate.isOpen).toBe(false);
    gate.appLoads = false;
    finish();
    expect(await statuses('/api/clusterMaintenance:status')).toBe(200);
  });

  it('is refused with what users are told, and when the node is expected back, where that is known', async () => {
    gate.close('node-1 runs pm.enable.', 'refuse');
    const bodyOf = async (): Promise<unknown> => {
      const answer = await ask().answered;
      let text = '';
      for await (const part of answer ?? []) text += String(part);
      return JSON.parse(text);
    };
    const fixed = { status: 503, maintaining: true, code: 'CLUSTER_MAINTENANCE', message: 'node-1 runs pm.enable.' };
    expect(await bodyOf()).toEqual({ error: fixed });
    expected = 11_200;
    expect(await bodyOf()).toEqual({ error: { ...fixed, expectedInSeconds: 12 } });
  });

  it('is never waited for when it has started the operation itself, nor told of', async () => {
    const { answered } = ask();
    await working;
    gate.close('Drained.', 'hold');
    expect(gate.underWay.oldest().map(({ what }) => what)).toEqual(['POST users:create']);
    const quiet = gate.underWay.quiet(AbortSignal.timeout(5_000)).then(() => gate.underWay.count());
    expect(started).toHaveLength(1);
    for (const req of started) gate.underWay.exclude(req);
    expect(await quiet).toBe(0);
    expect(gate.underWay.oldest()).toEqual([]);
    finish();
    (await answered)?.resume();
  });

  it.each(['http://host/api/users:create', '//a@b/api/users:create#', '/api\\users:create#', '/%61pi/users:create'])(
    'is known in disguise, too: %s',
    async (path) => {
      gate.close('Drained.', 'refuse');
      const { port } = server.address() as AddressInfo;
      const socket = connect(port, '127.0.0.1');
      socket.write(`POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      expect(String(answer)).toMatch(/^HTTP\/1\.1 503/);
    },
  );
});
