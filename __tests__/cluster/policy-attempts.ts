import { request as httpRequest } from 'node:http';
import type { Cluster } from '../../tools/cluster';
import { POLICY_HEADERS, type Prospect } from '../../src/shared/policy-api';

/** Exactly these bytes: `fetch` would tidy up an address, and refuse a body with GET. */
export interface RawRequest {
  readonly method?: string;
  /** Below the API, unless it begins with a slash. */
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the node. */
  readonly at?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly code: string;
  readonly body: unknown;
  readonly prospect: Prospect | undefined;
}

export interface Attempt {
  /** What kind of way around it is. */
  readonly way: string;
  readonly what: string;
  /** Answers status and code in one text. */
  readonly send: () => Promise<string>;
  readonly expected: string;
}

export const ASKED = '428 MAINTENANCE_CONFIRMATION_REQUIRED';
export const DENIED = '403 MAINTENANCE_DENIED';
/** The host finds nothing there. */
export const NOTHING = '404';

export function send(url: string, { method = 'POST', path, token, headers, body, at = url }: RawRequest) {
  const identity = token === undefined ? {} : { authorization: `Bearer ${token}`, 'x-authenticator': 'basic' };
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const isJson = body !== undefined && typeof body !== 'string';
  const content = text === '' ? {} : { 'content-length': `${Buffer.byteLength(text)}` };
  const options = {
    method,
    path: path.startsWith('/') ? path : `/api/${path}`,
    headers: { ...identity, ...(isJson ? { 'content-type': 'application/json' } : {}), ...content, ...headers },
  };
  return new Promise<RawAnswer>((resolve, reject) => {
    const sent = httpRequest(at, options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('end', () => resolve(answerOf(response.statusCode ?? 0, Buffer.concat(parts).toString())));
    });
    sent.once('error', reject);
    sent.end(text);
  });
}

/** Status and code as one text. */
export function short({ status, code }: RawAnswer): string {
  return `${status} ${code}`.trim();
}

function answerOf(status: number, text: string): RawAnswer {
  const body = parsed(text);
  const error = (body as { errors?: readonly { code?: unknown; prospect?: Prospect }[] } | undefined)?.errors?.[0];
  return { status, code: typeof error?.code === 'string' ? error.code : '', body, prospect: error?.prospect };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Headers of a request that is sent again with what it was asked for. */
export function confirming(confirm: string, reason = 'It has to be.', name?: string): Record<string, string> {
  return {
    [POLICY_HEADERS.confirm]: confirm,
    [POLICY_HEADERS.reason]: encodeURIComponent(reason),
    ...(name === undefined ? {} : { [POLICY_HEADERS.name]: encodeURIComponent(name) }),
  };
}

const TABLES = 'applicationPlugins applicationVersion migrations collections fields dataSources collectionCategories';
const WATCHED = [
  ...TABLES.split(' ').map((table) => `SELECT * FROM "${table}" ORDER BY 1`),
  "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name",
  'SELECT id, document FROM cluster_maintenance_policy ORDER BY id',
];

/** What nobody may have changed: plugins, versions, tables, data sources, and the policy. */
export async function standing({ postgres, database }: Cluster): Promise<Readonly<Record<string, unknown>>> {
  const found = await Promise.all(WATCHED.map((sql) => postgres.query(database, sql)));
  return Object.fromEntries(WATCHED.map((sql, at) => [sql, found[at]]));
}

export function tableFor(rows: readonly (Attempt & { readonly got: string })[]): string {
  const lines = rows.map(({ way, what, got }, at) => [`${at + 1}`, way, what, got]);
  return [['', 'way', 'attempt', 'answer'], ['---:', '---', '---', '---'], ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
