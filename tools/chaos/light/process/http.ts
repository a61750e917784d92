import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RequestGate } from '../../../../src/server/app/request-gate';
import { sentence } from '../../../../src/server/core/errors';

export interface Asked {
  readonly req: IncomingMessage;
  /** Of the request's path behind `/api/`: `pm:enable`. */
  readonly action: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Answers what the gate lets through. What is thrown is a 500, as with the host. */
export function serve(port: number, gate: RequestGate, answer: (asked: Asked) => Promise<Reply>): void {
  createServer((req, res) => void handle(req, res, gate, answer).catch(() => res.destroy())).listen(port, '127.0.0.1');
}

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  gate: RequestGate,
  answer: (asked: Asked) => Promise<Reply>,
): Promise<void> {
  if (await gate.handle(req, res)) return;
  await gate.underWay.within(req, res, () => work(req, res, answer));
}

async function work(
  req: IncomingMessage,
  res: ServerResponse,
  answer: (asked: Asked) => Promise<Reply>,
): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://localhost');
  const action = decodeURIComponent(url.pathname.replace(/^\/api\//, ''));
  const body = await read(req);
  const reply = await answer({ req, action, query: url.searchParams, body }).catch((error: unknown) => ({
    status: 500,
    body: { errors: [{ message: sentence(error) }] },
  }));
  res.statusCode = reply.status;
  res.setHeader('Content-Type', 'application/json');
  res.end(JSON.stringify(reply.body));
}

async function read(req: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
