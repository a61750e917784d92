import type { RequestConfig } from '@nocobase/client-v2';
import { createContext, useContext } from 'react';
import type { ApprovalRequest } from '../../shared/policy-api';
import { isObject } from './refusal';

/** A request that waits for the approval of another person, to be sent again by whoever sent it first. */
export interface KeptRequest {
  readonly url: string;
  readonly method: 'get' | 'post';
  readonly params?: Record<string, unknown>;
  readonly data?: unknown;
}

/** Keeps requests in this browser, each under the id of its approval. */
export interface KeptRequests {
  /** Whether it is kept now: one that may contain a secret, or brings a file, is not. */
  keep(approval: Pick<ApprovalRequest, 'id' | 'parameters'>, request: RequestConfig): boolean;
  find(approval: string): KeptRequest | undefined;
  forget(approval: string): void;
}

const KEY = 'cluster-maintenance:requests';
/** The oldest go: approvals expire. */
const MOST = 50;
/** Stands where the server hid a secret from the person who approves. */
const MASK = '***';
const SECRET = /pass|secret|token|key|credential|auth|cookie|private/i;
/** Longer texts may be scripts or files, and those may hold anything. */
const LONGEST_TEXT = 2_000;

export function createKeptRequests(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): KeptRequests {
  const write = (all: readonly (readonly [string, KeptRequest])[]) =>
    storage?.setItem(KEY, JSON.stringify(Object.fromEntries(all.slice(-MOST))));
  return {
    keep({ id, parameters }, request) {
      const kept = parameters.includes(MASK) ? undefined : keepable(request);
      if (!kept || !storage) return false;
      try {
        write([...Object.entries(readAll(storage)), [id, kept]]);
        return true;
      } catch {
        // The browser's storage is full, or forbidden.
        return false;
      }
    },
    find: (approval) => (storage ? readAll(storage)[approval] : undefined),
    forget(approval) {
      if (storage) write(Object.entries(readAll(storage)).filter(([id]) => id !== approval));
    },
  };
}

function readAll(storage: Pick<Storage, 'getItem'>): Record<string, KeptRequest> {
  try {
    const all: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    return isObject(all) ? (all as Record<string, KeptRequest>) : {};
  } catch {
    return {};
  }
}

function keepable({ url, method = 'get', params, data }: RequestConfig): KeptRequest | undefined {
  const verb = method.toLowerCase();
  const body = bodyOf(data);
  if ((verb !== 'get' && verb !== 'post') || body === 'unknown' || url.length > LONGEST_TEXT) return undefined;
  if (mayHoldSecret(params) || mayHoldSecret(body.value) || mayHoldSecret(queryOf(url))) return undefined;
  return {
    url,
    method: verb,
    ...(params === undefined ? {} : { params }),
    ...(body.value === undefined ? {} : { data: body.value }),
  };
}

/** axios has written a plain body as JSON by then. */
function bodyOf(data: unknown): { readonly value: unknown } | 'unknown' {
  if (data === undefined || data === null || data === '') return { value: undefined };
  if (typeof data !== 'string') return isPlain(data) ? { value: data } : 'unknown';
  try {
    return { value: JSON.parse(data) };
  } catch {
    return 'unknown';
  }
}

function isPlain(value: unknown): boolean {
  return isObject(value) && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);
}

function queryOf(url: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(url.split('?')[1] ?? ''));
}

/** Rather too many than too few: what is called like a secret, and texts that may be files or scripts. */
function mayHoldSecret(value: unknown): boolean {
  if (typeof value === 'string') return value.length > LONGEST_TEXT || /[a-z]:\/\/[^/\s]*@/i.test(value);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, each]) => {
    const named = !Array.isArray(value) && SECRET.test(name) && !HARMLESS.test(name) && each !== null && each !== '';
    return named || mayHoldSecret(each);
  });
}

/** Of the host: names of rows, not of secrets. */
const HARMLESS = /^(filterByTk|filterKeys|foreignKey|targetKey|sourceKey|otherKey|primaryKey|rowKey|filterTargetKey)$/;

const NOT_KEPT = createKeptRequests(undefined);
const KeptRequestsContext = createContext(NOT_KEPT);
export const KeptRequestsProvider = KeptRequestsContext.Provider;

export function useKeptRequests(): KeptRequests {
  return useContext(KeptRequestsContext);
}
