import type { ActionContext } from '@nocobase/server';
import { ERROR_CODES } from '../../../shared/api';

/** What comes of a wish of a person: the answer, or one sentence why not. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: 400 | 403 | 404 | 409; readonly message: string };

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(status: 400 | 403 | 404 | 409, message: string): Outcome<never> {
  return { ok: false, status, message };
}

const CODES = {
  400: ERROR_CODES.invalid,
  403: ERROR_CODES.refused,
  404: ERROR_CODES.invalid,
  409: ERROR_CODES.refused,
};

/** The answer, or an error in NocoBase's own form. */
export function answered<T>(ctx: ActionContext, outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { status, message } = outcome;
  return ctx.throw(status, { code: CODES[status], message });
}

/** Of what the host's actions throw. */
export function statusOf(error: unknown): unknown {
  const { status, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return statusCode ?? status ?? 500;
}
