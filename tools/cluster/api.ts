import { basename } from 'node:path';
import { readFile } from 'node:fs/promises';
import { ROOT_USER } from './node-env';

export interface Answer<T = unknown> {
  status: number;
  /** Parsed when it is JSON, else text. */
  body: T;
  headers: Headers;
}

export interface Api {
  readonly baseUrl: string;
  readonly token: string;
  get<T = unknown>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  post<T = unknown>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** Sends a file as the field `file` of a form, as NocoBase's own client does. */
  upload<T = unknown>(path: string, file: string, fields?: Record<string, string>): Promise<Answer<T>>;
  /** The same user on another node: a token is good on all of them. */
  at(baseUrl: string): Api;
}

/** Sends one request; rejects only when there is no answer at all. `path` is relative to /api/ unless it begins with /. */
export async function request<T = unknown>(baseUrl: string, path: string, init: RequestInit = {}): Promise<Answer<T>> {
  const response = await fetch(`${baseUrl}${path.startsWith('/') ? path : `/api/${path}`}`, init);
  const text = await response.text();
  return { status: response.status, body: parse(text) as T, headers: response.headers };
}

/** Signs in as the root user (or another) and gives a client that is this user. */
export async function signIn(baseUrl: string, user = ROOT_USER): Promise<Api> {
  const answer = await request<{ data?: { token?: string } }>(baseUrl, 'auth:signIn', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-authenticator': 'basic' },
    body: JSON.stringify(user),
  });
  const token = answer.body?.data?.token;
  if (!token) {
    throw new Error(`Sign-in at ${baseUrl} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return client(baseUrl, token);
}

export function client(baseUrl: string, token: string): Api {
  const identity = { authorization: `Bearer ${token}`, 'x-authenticator': 'basic' };
  return {
    baseUrl,
    token,
    get: (path, headers) => request(baseUrl, path, { headers: { ...identity, ...headers } }),
    post: (path, body, headers) =>
      request(baseUrl, path, {
        method: 'POST',
        headers: { ...identity, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body ?? {}),
      }),
    async upload(path, file, fields = {}) {
      const form = new FormData();
      Object.entries(fields).forEach(([name, value]) => form.append(name, value));
      form.append('file', new Blob([await readFile(file)]), basename(file));
      return request(baseUrl, path, { method: 'POST', headers: identity, body: form });
    },
    at: (other) => client(other, token),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
