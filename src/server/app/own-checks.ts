import type { IncomingMessage, ServerResponse } from 'node:http';
import inject from 'light-my-request';
import type { Clock } from '../core/clock';
import { sentence } from '../core/errors';
import type { OwnCheck } from '../core/settings';

type Handle = (req: IncomingMessage, res: ServerResponse) => unknown;

/** How long one of them may take, in milliseconds. */
const PATIENCE = 10_000;

/** Asks the app what the operator wants to be asked, past the gate, which is closed still; the first wrong answer. */
export async function firstWrong(
  checks: readonly OwnCheck[],
  handle: Handle,
  clock: Clock,
): Promise<string | undefined> {
  for (const { path, status } of checks) {
    const answer = await statusOf(path, handle, clock.timeout(PATIENCE));
    if (answer !== status) return `${path} answered ${answer} instead of ${status}.`;
  }
  return undefined;
}

async function statusOf(url: string, handle: Handle, signal: AbortSignal): Promise<number | string> {
  try {
    const { statusCode } = await inject((req, res) => void handle(req, res), { method: 'GET', url, signal });
    return statusCode;
  } catch (error) {
    return signal.aborted ? `nothing within ${PATIENCE / 1000} s` : `nothing (${sentence(error)})`;
  }
}
