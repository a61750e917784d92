import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CODES } from '../../../shared/api';
import { sentence } from '../../core/errors';

/** What is told to whoever asks, or why not. Never rejects: a scrape must not disturb anything. */
export async function answerScrape(
  req: IncomingMessage,
  res: ServerResponse,
  token: string | undefined,
  tell: () => Promise<{ readonly type: string; readonly text: string }>,
): Promise<void> {
  if (token !== undefined && !carries(req, token)) {
    res.setHeader('WWW-Authenticate', 'Bearer');
    const message = 'The metrics of this node need the token that the operator has set.';
    return send(res, 401, 'application/json', JSON.stringify({ errors: [{ code: ERROR_CODES.invalid, message }] }));
  }
  try {
    const { type, text } = await tell();
    send(res, 200, type, text);
  } catch (error) {
    send(res, 500, 'text/plain; charset=utf-8', `# The metrics could not be read: ${sentence(error)}\n`);
  }
}

/** `Authorization: Bearer TOKEN`; compared so that the time it takes tells nothing. */
function carries({ headers }: IncomingMessage, token: string): boolean {
  const [, given = ''] = /^Bearer\s+(\S.*)$/i.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(given.trim()), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function send(res: ServerResponse, status: number, type: string, text: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', type);
  res.setHeader('Cache-Control', 'no-store');
  res.end(text);
}
