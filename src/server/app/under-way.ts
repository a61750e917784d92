import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestSort, RequestUnderWay } from '../../shared/domain';

/** All that is kept of a request while it is being answered. */
export interface Running {
  readonly res: ServerResponse;
  /** As it came: the host may change it. */
  readonly url: string | undefined;
  /** When its work began, by the monotonic clock. */
  readonly since: number;
}

/** So many are told of: who waits for a drain wants to know what is slow, not all there is. */
const TOLD = 5;

/** The first of those that are counted; `running` is in the order of their beginning. Nothing is kept for this. */
export function oldestOf(
  running: ReadonlyMap<IncomingMessage, Running>,
  counts: (req: IncomingMessage) => boolean,
  now: number,
  apiBasePath: string,
): readonly RequestUnderWay[] {
  const oldest: RequestUnderWay[] = [];
  for (const [req, { res, since }] of running) {
    if (oldest.length === TOLD) break;
    if (!counts(req)) continue;
    const { what, action } = nameOf(req, apiBasePath);
    oldest.push({ what, sort: sortOf(req, res, action), ageMs: Math.max(0, Math.round(now - since)) });
  }
  return oldest;
}

/** What the host calls collections and actions; whatever else stands there may be a token. */
const NAME = /^[A-Za-z_][\w.-]{0,39}$/;
const HIDDEN = '…';

/**
 * Method and `resource:action`. Addresses are names and keys in turn (`users/7/roles:add/3`): the keys are left out, and
 * so is what does not look like a name.
 */
function nameOf({ method = '', url = '' }: IncomingMessage, apiBasePath: string): { what: string; action: string } {
  const [path = ''] = url.split('?', 1);
  if (!path.startsWith(apiBasePath)) return { what: `${method} /${shown(path.split('/')[1])}`, action: '' };
  const [first = '', key, third] = path.slice(apiBasePath.length).split('/');
  const names = third === undefined ? [first] : [first, third];
  const words = names.map((name) => name.split(':', 2).map(shown).join(':'));
  const keys = key === undefined ? '' : `/${HIDDEN}`;
  const what = third === undefined ? `${words[0]}${keys}` : words.join(`/${HIDDEN}/`);
  return { what: `${method} ${what}`, action: names.at(-1)?.split(':')[1] ?? '' };
}

function shown(word = ''): string {
  return NAME.test(word) ? word : HIDDEN;
}

function sortOf({ headers }: IncomingMessage, res: ServerResponse, action: string): RequestSort {
  const answered = res.getHeader('content-type');
  if (typeof answered === 'string' && answered.startsWith('text/event-stream')) return 'stream';
  // The host's plugins call their actions importXlsx, export, exportAttachments.
  if (/^import/i.test(action)) return 'import';
  if (/^export/i.test(action)) return 'export';
  if (headers['content-type']?.startsWith('multipart/form-data')) return 'upload';
  return headers.accept?.startsWith('text/event-stream') ? 'stream' : 'request';
}
