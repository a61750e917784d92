import type { HttpInstance } from '@nocobase/client-v2';
import { ERROR_CODES } from '../../shared/api';
import { endOf } from './expectation';

/**
 * Gives equal refusals of a drained node the same error object. The host's v1 lane keeps that object as its state: a new
 * one with every refusal draws the whole app anew, which makes some blocks ask again at once, and so on. Measured: one
 * open tab sent a dozen requests a second to a node that had work to do.
 */
export function keepErrorsSteady(http: HttpInstance): void {
  let last: Refusal | undefined;
  const steady = (data: unknown): unknown => {
    const error = refusalOf(data);
    if (!error) return data;
    if (!last || last.message !== error.message || saysOtherwise(last, error)) last = error;
    return { ...(data as object), error: last };
  };
  http.defaults.transformResponse = [http.defaults.transformResponse ?? []].flat().concat(steady);
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly expectedInSeconds?: number;
}

/** How far two expectations may be apart: they are counted in seconds, and answers take their time. */
const SAME_END_MS = 5_000;

/** The end is expected at quite another time than before. One that is overdue has nothing new to say. */
function saysOtherwise(last: Refusal, error: Refusal): boolean {
  if (!error.expectedInSeconds) return false;
  return Math.abs((endOf(last) ?? Infinity) - (endOf(error) ?? Infinity)) > SAME_END_MS;
}

function refusalOf(data: unknown): Refusal | undefined {
  const error = typeof data === 'object' && data !== null ? (data as { error?: Partial<Refusal> }).error : undefined;
  return error?.code === ERROR_CODES.drained && typeof error.message === 'string' ? (error as Refusal) : undefined;
}
