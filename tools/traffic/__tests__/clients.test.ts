import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startCrowd } from '../clients';

const CLIENTS = 8;
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Answers every request after a moment; resolves `enough` when so many were answered. */
async function listen(wanted: number, answer: (req: IncomingMessage, res: ServerResponse, count: number) => void) {
  let count = 0;
  let tell = () => {};
  const enough = new Promise<void>((resolve) => (tell = resolve));
  const open = createServer((req, res) => {
    res.once('close', () => (count === wanted ? tell() : undefined));
    count += 1;
    answer(req, res, count);
  });
  server = open;
  await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(open.address() as AddressInfo).port}`, enough };
}

describe('a crowd', () => {
  it('keeps one connection for each client, sends one request at a time, and writes every fifth time', async () => {
    const busy = new Set<Socket>();
    const seen: { socket: Socket; method: string | undefined; overlapped: boolean }[] = [];
    const { url, enough } = await listen(CLIENTS * 5, (req, res) => {
      seen.push({ socket: req.socket, method: req.method, overlapped: busy.has(req.socket) });
      busy.add(req.socket);
      setImmediate(() => {
        busy.delete(req.socket);
        res.end('{}');
      });
    });
    const crowd = startCrowd({ clients: CLIENTS, token: 't', urlOf: () => url });
    await enough;
    const sent = await crowd.stop();
    expect(sent).toHaveLength(seen.length);
    expect(new Set(seen.map(({ socket }) => socket)).size).toBe(CLIENTS);
    expect(seen.some(({ overlapped }) => overlapped)).toBe(false);
    const writes = sent.filter(({ number }) => number !== undefined);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(writes.length);
    expect(Math.abs(writes.length - sent.length / 5)).toBeLessThanOrEqual(CLIENTS);
    const ofOne = sent.filter(({ client }) => client === 0).flatMap(({ number }) => number ?? []);
    expect(ofOne).toEqual(ofOne.map((_, index) => index + 1));
    // Their pauses are real time, and a busy machine adds to each.
  }, 60_000);

  it('notes an answer that is not 200, and one that breaks off, as what they are', async () => {
    const { url, enough } = await listen(3, (_req, res, count) => {
      if (count === 1) res.writeHead(503).end('later');
      else if (count === 2) res.write('half', () => res.destroy());
      else res.end('{}');
    });
    const crowd = startCrowd({ clients: 1, token: 't', urlOf: () => url });
    await enough;
    const [refused, broken, good] = await crowd.stop();
    expect([refused?.status, broken?.status, good?.status]).toEqual([503, 0, 200]);
    expect([refused?.words, good?.words]).toEqual(['later', '']);
    expect(broken?.words).toMatch(/aborted|ECONNRESET/);
  });
});
