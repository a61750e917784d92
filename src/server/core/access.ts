import { EXCEPTIONS, OPAQUE, READ_ACTIONS, WORKFLOW_PARAMETER, type Access } from './access-list';

/** A request as it came: nothing decoded, nothing removed. */
export interface RequestLine {
  readonly method: string;
  readonly url: string;
  /** It brings a body (`bringsBody`): the host has a plugin that lets bodies decide about the method. */
  readonly hasBody: boolean;
}

/** What the host's router makes of a request. Associations are one resource: `posts.comments`. */
export interface RoutedAction {
  readonly resource: string;
  /** Empty: the host has no action for this method, and so runs none. */
  readonly action: string;
  /** The address names the action, so that the method does not matter: `HEAD posts:destroy` destroys. */
  readonly named: boolean;
}

const READS = exceptions('read');
/** In small letters: the host tells `Mcp` from `mcp`, but nobody has to rely on that. */
const WRITES = new Set([...exceptions('write')].map((name) => name.toLowerCase()));

/** The host serves files for these only; nothing else outside the API may be asked for. */
const FILE_METHODS: readonly string[] = ['GET', 'HEAD'];

/** What addresses without an action mean; for an odd number of segments, that is without a key, GET is a list. */
const REST_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['GET', 'get'],
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'update'],
  ['DELETE', 'destroy'],
  ['HEAD', ''],
  ['OPTIONS', ''],
]);

/** What may hide an action: a colon, or a percent sign that stays when all but reserved characters are decoded. */
const HIDING = /[:%]/;

/**
 * Whether a request may go on while nothing may be written. NocoBase reads with GET and with POST, and some of its GETs
 * write, so the resource and the action decide. In doubt, and for whatever is not known, it is a write.
 *
 * Not visible here: workflows that a body asks for, and the renewal of a session that is about to end.
 */
export function accessOf(request: RequestLine, apiBasePath: string): Access {
  const { method, url, hasBody } = request;
  const [path = '', query = ''] = splitOnce(url, '?');
  if (!isPlain(url) || decoded(query).includes(WORKFLOW_PARAMETER)) return 'write';
  if (!isInApi(path, apiBasePath)) return isFileRequest(method, path, apiBasePath) ? 'read' : 'write';
  const routed = routeOf(method, path, apiBasePath);
  if (!routed || (hasBody && !routed.named)) return 'write';
  return accessOfAction(routed);
}

/** The same for a resource and an action that are known already. */
export function accessOfAction({ resource, action }: Pick<RoutedAction, 'resource' | 'action'>): Access {
  const name = `${resource}:${action}`;
  if (WRITES.has(name.toLowerCase())) return 'write';
  return action === '' || READ_ACTIONS.has(action) || READS.has(name) ? 'read' : 'write';
}

/** What the host's router will run; undefined when it finds nothing there, or when nobody would write it that way. */
export function routeOf(method: string, path: string, apiBasePath: string): RoutedAction | undefined {
  const segments = segmentsOf(path.slice(withSlash(apiBasePath).length));
  if (!segments || segments.length > 4 || isOpaque(segments[0])) return undefined;
  const isAssociation = segments.length > 2;
  const [name = '', action, ...more] = (segments[isAssociation ? 2 : 0] ?? '').split(':');
  const resource = isAssociation ? `${segments[0]}.${name}` : name;
  if (name === '' || action === '' || more.length > 0 || HIDING.test(resource)) return undefined;
  if (action !== undefined) return { resource, action, named: true };
  if (name === '__health_check') return { resource, action: '', named: true };
  const rest = method === 'GET' && segments.length % 2 === 1 ? 'list' : REST_ACTIONS.get(method);
  if (rest === undefined || segments.some((segment) => HIDING.test(segment))) return undefined;
  return { resource, action: rest, named: false };
}

/** By its headers; in requests of HTTP/1.1 a body is announced by one of these two. */
export function bringsBody(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/**
 * All parts of the host read such an address the same way. They disagree about `http://host/…`, `//user@host/…`,
 * backslashes and `#`, which Node.js lets through.
 */
export function isPlain(url: string): boolean {
  const [path = ''] = splitOnce(url, '?');
  return /^\/[!-~]*$/.test(url) && !/[\\#]/.test(url) && !path.includes('//');
}

/**
 * Whether a request may reach the app: its API, and files that it hands out only to who may see them. What the host's parts
 * may read in different ways does.
 */
export function reachesApp(url: string, apiBasePath: string, filesPath: string): boolean {
  if (!isPlain(url)) return true;
  const path = decoded(decoded(splitOnce(url, '?')[0]));
  return isInApi(path, apiBasePath) || path.startsWith(filesPath);
}

/** The host's router, unlike its gateway, takes the base path in any case. */
function isInApi(path: string, apiBasePath: string): boolean {
  return path.toLowerCase().startsWith(withSlash(apiBasePath).toLowerCase());
}

function withSlash(apiBasePath: string): string {
  return apiBasePath.endsWith('/') ? apiBasePath : `${apiBasePath}/`;
}

/** Decoded as the host does it, which leaves reserved characters; without the name of a sub-app. */
function segmentsOf(path: string): string[] | undefined {
  const rest = path.replace(/^__app\/[\w-]+\//, '').replace(/\/$/, '');
  try {
    const segments = decodeURI(rest).split('/');
    return segments.includes('') ? undefined : segments;
  } catch {
    return undefined;
  }
}

/** Nothing in it may be taken for an action, however often somebody before or behind decodes it. */
function isFileRequest(method: string, path: string, apiBasePath: string): boolean {
  const bare = decoded(decoded(path));
  return FILE_METHODS.includes(method) && !/:|%25/.test(bare) && !isInApi(bare, apiBasePath);
}

function isOpaque(segment: string | undefined): boolean {
  return OPAQUE.includes(segment?.toLowerCase() ?? '');
}

function exceptions(wanted: Access): ReadonlySet<string> {
  const rows = EXCEPTIONS.filter(({ access }) => access === wanted);
  return new Set(rows.flatMap(({ resource, actions }) => actions.map((action) => `${resource}:${action}`)));
}

/** Only what is ASCII: it suffices to find such words and signs, and cannot fail. */
function decoded(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
