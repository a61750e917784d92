import type { RequestConfig } from '@nocobase/client-v2';
import { POLICY_ERROR_CODES, type Prospect } from '../../shared/policy-api';

/** The policy said no, or not like this. */
export interface Refusal {
  /** Nothing that a person adds to the request lets it pass. */
  readonly denied: boolean;
  readonly prospect: Prospect;
}

/** What axios rejects with when there was an answer. */
export interface RefusedRequest extends Error {
  readonly config: RequestConfig;
  readonly response: { readonly status: number; readonly data: unknown };
}

const STATUSES: readonly number[] = [403, 428];

/** Undefined when it was refused for another reason, or not at all. */
export async function refusalOf(error: unknown): Promise<Refusal | undefined> {
  if (!isRefused(error) || !STATUSES.includes(error.response.status)) return undefined;
  const body = await contentOf(error.response.data);
  const first: unknown = isObject(body) && Array.isArray(body.errors) ? body.errors[0] : undefined;
  if (!isObject(first) || !isProspect(first.prospect)) return undefined;
  const { code, prospect } = first;
  if (code === POLICY_ERROR_CODES.denied) return { denied: true, prospect };
  return code === POLICY_ERROR_CODES.confirmationRequired ? { denied: false, prospect } : undefined;
}

export function isRefused(error: unknown): error is RefusedRequest {
  return isObject(error) && isObject(error.config) && isObject(error.response);
}

/** Who asked for a file gets the refusal as one. */
async function contentOf(data: unknown): Promise<unknown> {
  try {
    if (data instanceof Blob) return JSON.parse(await data.text());
    if (data instanceof ArrayBuffer) return JSON.parse(new TextDecoder().decode(data));
    return typeof data === 'string' ? JSON.parse(data) : data;
  } catch {
    return undefined;
  }
}

/** As much of it as the dialog relies on. */
export function isProspect(value: unknown): value is Prospect {
  if (!isObject(value) || typeof value.action !== 'string' || !isObject(value.verdict)) return false;
  return Array.isArray(value.verdict.reasons) && Array.isArray(value.nodes) && Array.isArray(value.work);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
