/** Where one host listens. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** What a Redis URL says. */
export interface RedisTarget {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  /** The server itself, the Sentinels, or some nodes of the Redis Cluster. Never empty. */
  readonly hosts: readonly HostPort[];
  /** Absent: the user `default`. */
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** Name of the master that the Sentinels watch; only with `sentinel`. */
  readonly master?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

export type RedisUrlOutcome =
  { readonly ok: true; readonly target: RedisTarget } | { readonly ok: false; readonly problem: string };

const KINDS = { '': 'single', '+sentinel': 'sentinel', '+cluster': 'cluster' } as const;
const DEFAULT_PORT = { single: 6379, sentinel: 26379, cluster: 6379 } as const;
const OPTIONS = ['db', 'sentinelUsername', 'sentinelPassword'] as const;
const FORMS =
  'write redis://[user:password@]host[:port][/db], redis+sentinel://host:26379,host:26379/master or redis+cluster://host:port,host:port (rediss… for TLS)';

/** Thrown inside this file only: a problem is a value to everybody else. */
class BadUrl extends Error {}

/**
 * Reads a Redis URL. Several hosts, separated by commas, are more than the URL standard allows, so it is taken apart
 * here. A problem never repeats the user's text: in a broken URL any part of it may be the password.
 */
export function parseRedisUrl(url: string): RedisUrlOutcome {
  try {
    return { ok: true, target: read(url.trim()) };
  } catch (error) {
    if (!(error instanceof BadUrl)) throw error;
    return { ok: false, problem: `The Redis URL is not usable: ${error.message}.` };
  }
}

/** Host and port of every host, for messages. */
export function addressOf({ hosts }: RedisTarget): string {
  return hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ');
}

function read(url: string): RedisTarget {
  const match = /^redis(s?)(\+sentinel|\+cluster|):\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(
    url,
  );
  if (!match) throw new BadUrl(`it has another form; ${FORMS}`);
  const [, s = '', suffix = '', user, names = '', path = '', query = ''] = match;
  const kind = KINDS[suffix.toLowerCase() as keyof typeof KINDS];
  // First, because a password that is not encoded ends up here, and that is what should be said.
  const hosts = readHosts(names, kind);
  const options = readOptions(query, kind);
  const db = kind === 'single' && path !== '' ? path : (options.db ?? '0');
  return {
    kind,
    tls: s !== '',
    hosts,
    ...readUser(user),
    db: readDatabase(db, kind),
    ...(kind === 'sentinel' ? { master: readMaster(path) } : {}),
    ...(options.sentinelUsername ? { sentinelUsername: options.sentinelUsername } : {}),
    ...(options.sentinelPassword ? { sentinelPassword: options.sentinelPassword } : {}),
  };
}

function readHosts(text: string, kind: RedisTarget['kind']): HostPort[] {
  const parts = text.split(',');
  if (kind === 'single' && parts.length > 1) {
    throw new BadUrl('it names several hosts; use redis+sentinel:// or redis+cluster:// for them');
  }
  return parts.map((part, index) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([^[\]:\s]+))(?::(\d{1,5}))?$/i.exec(part);
    const port = Number(match?.[3] ?? DEFAULT_PORT[kind]);
    if (!match || port < 1 || port > 65535) {
      const which = parts.length > 1 ? ` number ${index + 1}` : '';
      throw new BadUrl(
        `host${which} is not of the form name:port (special characters of a user name or password must be percent-encoded)`,
      );
    }
    return { host: match[1] ?? match[2] ?? '', port };
  });
}

function readUser(text: string | undefined): Pick<RedisTarget, 'username' | 'password'> {
  if (text === undefined || text === '') return {};
  const colon = text.indexOf(':');
  if (colon < 0) throw new BadUrl('it names a user without a password; write user:password@ or :password@');
  const username = decode(text.slice(0, colon));
  const password = decode(text.slice(colon + 1));
  // `:@` is what a template leaves when there is no password.
  return username === '' ? (password === '' ? {} : { password }) : { username, password };
}

function readDatabase(text: string, kind: RedisTarget['kind']): number {
  if (!/^\d{1,6}$/.test(text)) throw new BadUrl('the database is not a number, such as /0');
  const db = Number(text);
  if (kind === 'cluster' && db !== 0) throw new BadUrl('a Redis Cluster has no database but 0; leave it out');
  return db;
}

function readMaster(path: string): string {
  const master = decode(path);
  if (master === '' || master.includes('/')) {
    throw new BadUrl('it does not name the master that the Sentinels watch; write redis+sentinel://host:26379/master');
  }
  return master;
}

function readOptions(query: string, kind: RedisTarget['kind']): Partial<Record<(typeof OPTIONS)[number], string>> {
  const options: Partial<Record<(typeof OPTIONS)[number], string>> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const known = OPTIONS.find((option) => option === name);
    if (!known) throw new BadUrl(`behind the question mark it takes only ${OPTIONS.join(', ')}`);
    if (known !== 'db' && kind !== 'sentinel') throw new BadUrl(`${known} belongs to redis+sentinel:// only`);
    options[known] = value;
  }
  return options;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadUrl('it contains a percent sign that encodes nothing; write it as %25');
  }
}
