import type { IncomingMessage, ServerResponse } from 'node:http';
import { drainedNotice } from './user-notice';

/**
 * 503, in the host's own form: nothing of the request was processed, and it may be sent again after `remaining`
 * milliseconds. `expected`: what people are told, in milliseconds; undefined when nobody can know. Always `true`.
 */
export function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  message: string,
  remaining: number,
  expected?: number,
): true {
  res.setHeader('Retry-After', String(Math.max(1, Math.ceil(remaining / 1000))));
  // A kept connection would bring the client's next request to this node again.
  res.setHeader('Connection', 'close');
  return refuseWith(req, res, 503, { error: { status: 503, maintaining: true, ...drainedNotice(message, expected) } });
}

/** Always `true`: the request was answered. */
export function refuseWith(req: IncomingMessage, res: ServerResponse, status: number, body: object): true {
  answer(res, status, body);
  // What the client still sends is thrown away, so that it gets to read the answer.
  req.resume();
  return true;
}

export function answer(res: ServerResponse, status: number, body: object): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Cache-Control', 'no-store');
  res.end(JSON.stringify(body));
}
