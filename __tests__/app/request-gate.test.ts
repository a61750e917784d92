import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestGate } from '../../src/server/app/request-gate';

describe('a request that the app works on', () => {
  let gate: RequestGate;
  let server: Server;
  let finish: () => void;
  let working: Promise<void>;

  beforeEach(async () => {
    gate = new RequestGate({
      apiBasePath: '/api/',
      filesPath: '/files/',
      probe: () => Promise.resolve({ ready: true, body: { status: 'serving', node: 'n' } }),
    });
    const done = new Promise<void>((resolve) => (finish = resolve));
    let begun: () => void;
    working = new Promise((resolve) => (begun = resolve));
    server = createServer((req, res) => {
      const work = async () => {
        begun();
        await done;
        res.end('answer');
      };
      void gate.handle(req, res).then((handled) => (handled ? undefined : gate.within(req, res, work)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());

  function ask() {
    const { port } = server.address() as AddressInfo;
    const asked = request({ port, host: '127.0.0.1', path: '/api/users:create', method: 'POST' });
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
    expect(gate.inFlight()).toBe(1);
    finish();
    (await answered)?.resume();
    await gate.quiet(AbortSignal.timeout(5_000));
    expect(gate.inFlight()).toBe(0);
  });

  it('is under way until its work has ended when its client hangs up', async () => {
    const { asked, answered } = ask();
    await working;
    asked.destroy();
    await answered;
    // The server hears of it a moment later.
    const connections = () => new Promise<number>((resolve) => server.getConnections((_error, n) => resolve(n)));
    await expect.poll(connections).toBe(0);
    expect(gate.inFlight()).toBe(1);
    finish();
    await gate.quiet(AbortSignal.timeout(5_000));
    expect(gate.inFlight()).toBe(0);
  });
});
