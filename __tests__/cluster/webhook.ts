import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { News } from '../../src/shared/news';

export interface Receiver {
  readonly url: string;
  /** What has arrived, in that order, also what was refused. */
  readonly calls: readonly { readonly news: News; readonly signature: string; readonly status: number }[];
  stop(): Promise<void>;
}

/** Somebody's server for webhooks, which is not well at first. */
export async function webhookReceiver(refusals: number): Promise<Receiver> {
  const calls: { news: News; signature: string; status: number }[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const status = calls.length < refusals ? 503 : 200;
      const news = JSON.parse(Buffer.concat(chunks).toString()) as News;
      calls.push({ news, status, signature: String(req.headers['x-maintenance-signature']) });
      res.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/hook`, calls, stop };
}
