import type { HttpInstance } from '@nocobase/client-v2';
import { ERROR_CODES } from '../../shared/api';

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
    if (last?.message !== error.message) last = error;
    return { ...(data as object), error: last };
  };
  http.defaults.transformResponse = [http.defaults.transformResponse ?? []].flat().concat(steady);
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

function refusalOf(data: unknown): Refusal | undefined {
  const error = typeof data === 'object' && data !== null ? (data as { error?: Partial<Refusal> }).error : undefined;
  return error?.code === ERROR_CODES.drained && typeof error.message === 'string' ? (error as Refusal) : undefined;
}
