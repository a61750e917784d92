import { createHmac } from 'node:crypto';
import type { News } from '../../../shared/news';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';

/** How an attempt ended. `never`: trying again would not help. */
export type Attempt = { readonly end: 'sent' } | { readonly end: 'later' | 'never'; readonly problem: string };

/** How long the other side may take, in milliseconds. */
const PATIENCE = 10_000;

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string | undefined;
}

/**
 * `X-Maintenance-Signature` is `sha256=` and the HMAC-SHA-256 of `TIMESTAMP.BODY`, in hexadecimal letters. Whoever receives
 * it knows by `X-Maintenance-Delivery` that it has come before.
 */
export async function post(news: News, { url, secret }: WebhookTarget, clock: Clock): Promise<Attempt> {
  const body = JSON.stringify(news);
  const timestamp = String(Math.floor(clock.wall() / 1000));
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'nocobase-plugin-cluster-maintenance',
    'X-Maintenance-Event': news.event,
    'X-Maintenance-Delivery': news.id,
    'X-Maintenance-Timestamp': timestamp,
    ...(secret === undefined ? {} : { 'X-Maintenance-Signature': signature(secret, timestamp, body) }),
  };
  const signal = clock.timeout(PATIENCE);
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    await answer.body?.cancel();
    if (answer.ok) return { end: 'sent' };
    return { end: isFinal(answer.status) ? 'never' : 'later', problem: `It answered ${answer.status}.` };
  } catch (error) {
    const problem = signal.aborted ? `No answer within ${PATIENCE / 1000} s.` : reasonOf(error);
    return { end: 'later', problem };
  }
}

export function signature(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** It has understood, and does not want it. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

/** What `fetch` says is "fetch failed"; why stands in its cause. */
function reasonOf(error: unknown): string {
  return sentence(error instanceof Error && error.cause ? error.cause : error);
}
