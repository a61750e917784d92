import { randomUUID } from 'node:crypto';
import { request, type ClientRequest } from 'node:http';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, temporaryDirectory, type Api } from '../../tools/cluster';
import { EVENTS, ROWS, STEP } from './long-plugin';

/** Something long that was begun on a node. */
export interface Work {
  /** How it ended, for people: `200 whole`. */
  readonly answered: Promise<string>;
  /** Lets it end. */
  letGo(): void | Promise<void>;
}

/** A file that work waits for. */
function signal(): { readonly file: string; give(): void } {
  const { path } = temporaryDirectory('signal');
  const file = join(path, 'go');
  return { file, give: () => writeFileSync(file, '') };
}

async function told(answer: Promise<{ status: number; body: unknown }>): Promise<string> {
  const { status, body } = await answer;
  const { data } = (body ?? {}) as { data?: unknown };
  return `${status} ${typeof data === 'string' ? data : ''}`.trim();
}

export function lasting(api: Api, ms: number): Work {
  return { answered: told(api.post(`long:last?ms=${ms}`)), letGo: () => undefined };
}

export function untilTold(api: Api): Work {
  const { file, give } = signal();
  return { answered: told(api.post(`long:last?until=${encodeURIComponent(file)}`)), letGo: give };
}

/** Events until told; the answer says what the last one was. */
export function stream(api: Api): Work {
  const { file, give } = signal();
  const headers = { authorization: `Bearer ${api.token}`, 'x-authenticator': 'basic', accept: 'text/event-stream' };
  const read = async () => {
    const answer = await fetch(`${api.baseUrl}/api/long:stream?until=${encodeURIComponent(file)}`, { headers });
    const events = (await answer.text()).trim().split('\n\n');
    return `${answer.status} ${events.at(-1)}`;
  };
  return { answered: read(), letGo: give };
}

const SIZE = 2_000_000;

/** The first half of a file is sent, the other half when it is told to go on. */
export function halfAnUpload(api: Api, name: string): Work {
  const boundary = randomUUID();
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const post = request(`${api.baseUrl}/api/attachments:create`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + SIZE + tail.length,
    },
  });
  const answered = answerOf(post);
  post.write(head + 'x'.repeat(SIZE / 2));
  return { answered, letGo: () => void post.end('x'.repeat(SIZE / 2) + tail) };
}

function answerOf(post: ClientRequest): Promise<string> {
  return new Promise((resolve) => {
    post.once('response', (answer) => {
      answer.resume().once('end', () => resolve(`${answer.statusCode}`));
    });
    post.once('error', (error) => resolve(String(error)));
  });
}

/** A spreadsheet with so many rows, as NocoBase's own import plugin takes it. */
export function importRows(api: Api, count: number, release: () => Promise<void>): Work {
  const { path, remove } = temporaryDirectory('import');
  const file = join(path, 'rows.xlsx');
  const xlsx = createRequire(join(projectRoot, '.host', 'base', 'package.json'))('xlsx') as Spreadsheets;
  const book = xlsx.utils.book_new();
  const rows = [['Title'], ...Array.from({ length: count }, (_, index) => [`row ${index + 1}`])];
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), 'Rows');
  writeFileSync(file, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }));
  const columns = JSON.stringify([{ dataIndex: ['title'], defaultTitle: 'Title', title: 'Title' }]);
  const answered = api
    .upload<{ data?: { successCount?: number } }>(`${ROWS}:importXlsx`, file, { columns })
    .then(({ status, body }) => `${status} ${body.data?.successCount ?? JSON.stringify(body)} rows`)
    .finally(remove);
  return { answered, letGo: release };
}

interface Spreadsheets {
  readonly utils: {
    book_new(): object;
    book_append_sheet(book: object, sheet: object, name: string): void;
    aoa_to_sheet(rows: readonly (readonly string[])[]): object;
  };
  write(book: object, options: object): Buffer;
}

/** A workflow whose only step lasts as long as the record says that starts it. */
export async function createLongWorkflow(api: Api): Promise<void> {
  const made = async (path: string, values: object): Promise<number> => {
    const { status, body } = await api.post<{ data?: { id?: number } }>(path, values);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body.data?.id ?? 0;
  };
  const config = { collection: EVENTS, mode: 1 };
  const id = await made('workflows:create', { title: 'Long', type: 'collection', sync: false, config });
  await made(`workflows/${id}/nodes:create`, { type: STEP, title: 'Lasts', config: {} });
  await made(`workflows:update?filterByTk=${id}`, { enabled: true });
}

/**
 * Starts the workflow: `ms` says how long its step lasts, otherwise it lasts until it is told to end. `ended` says how
 * the execution went.
 */
export async function longWorkflow(api: Api, ended: () => Promise<string>, ms?: number): Promise<Work> {
  const { file, give } = signal();
  const { status } = await api.post(`${EVENTS}:create`, { title: ms === undefined ? file : `${ms}` });
  if (status !== 200) throw new Error(`The workflow could not be started: ${status}.`);
  let tell: (words: string) => void = () => {};
  const answered = new Promise<string>((resolve) => (tell = resolve));
  const letGo = async () => {
    give();
    tell(await ended());
  };
  return { answered, letGo };
}

/** Nobody waits for the answer any more. */
export function abandoned(api: Api): Work {
  const { file, give } = signal();
  const leaves = new AbortController();
  const headers = { authorization: `Bearer ${api.token}`, 'x-authenticator': 'basic' };
  const url = `${api.baseUrl}/api/long:last?until=${encodeURIComponent(file)}`;
  const answered = fetch(url, { method: 'POST', headers, signal: leaves.signal }).then(
    ({ status }) => `${status}`,
    () => 'nobody who reads it',
  );
  setTimeout(() => leaves.abort(), 500);
  return { answered, letGo: give };
}
