import { sentence } from '../core/errors';
import { addressOf, type RedisTarget } from './url';

/** Why Redis could not be used, for people, and what the connection makes of it. */
export interface RedisProblem {
  /** One sentence that says what to do; never contains the password. */
  readonly sentence: string;
  /** The connection cannot be relied on any more: a new one is needed. */
  readonly reconnect: boolean;
  /** Trying again helps only after somebody has changed something. */
  readonly permanent: boolean;
  /** Only the end of the connection is known, not its reason. */
  readonly vague: boolean;
}

/** What the table below may put into its sentences. */
interface Circumstances {
  /** Such as "Redis at redis.internal:6379". */
  readonly redis: string;
  readonly hosts: string;
  readonly target: RedisTarget;
  readonly timeout: number;
  /** First line of the error. */
  readonly text: string;
}

interface Row {
  readonly when: RegExp;
  readonly say: (c: Circumstances) => string;
  readonly reconnect?: boolean;
  readonly permanent?: boolean;
  readonly vague?: boolean;
}

/** Thrown by the connection itself; never shown. */
export const CLOSED = 'Connection is closed.';
export const SILENT = 'Command timed out';

const RECONNECT = { reconnect: true } as const;
const PERMANENT = { reconnect: true, permanent: true } as const;

/** The first row that fits counts. Looked for in code and message of the error. */
const ROWS: readonly Row[] = [
  {
    when: /No such master|invalid reply: null/,
    say: ({ target, hosts }) =>
      `The Sentinel at ${hosts} knows no master named "${target.master}": correct the name in the Redis URL ("sentinel monitor NAME …" in sentinel.conf).`,
    ...PERMANENT,
  },
  {
    when: /sentinel.*(NOAUTH|WRONGPASS)/,
    say: ({ hosts }) =>
      `The Sentinel at ${hosts} asks for a password of its own: add ?sentinelPassword=… (and &sentinelUsername=…) to the Redis URL, or correct it.`,
    ...PERMANENT,
  },
  {
    when: /sentinel.*unknown command/,
    say: ({ hosts }) =>
      `What listens at ${hosts} is no Sentinel: use redis:// instead of redis+sentinel://, or its port.`,
    ...PERMANENT,
  },
  {
    when: /sentinel.*Connection is closed/,
    say: ({ hosts }) =>
      `No Sentinel at ${hosts} answers: check that they run, hosts and ports in the Redis URL, and that it begins with rediss+sentinel:// exactly if they speak TLS with a trusted certificate.`,
    ...RECONNECT,
  },
  {
    when: /ENOTFOUND|EAI_AGAIN/,
    say: ({ redis }) => `The name of ${redis} cannot be resolved: check the host in the Redis URL, and DNS.`,
    ...RECONNECT,
  },
  {
    when: /ECONNREFUSED/,
    say: ({ redis }) => `${redis} refuses connections: check that it runs, and host and port in the Redis URL.`,
    ...RECONNECT,
  },
  {
    when: /EHOSTUNREACH|ENETUNREACH/,
    say: ({ redis }) => `There is no way through the network to ${redis}: check routes and firewall.`,
    ...RECONNECT,
  },
  {
    when: /ETIMEDOUT/,
    say: ({ redis, target, timeout }) =>
      target.tls
        ? `${redis} did not complete a TLS connection within ${timeout} ms: check host, port and firewall, and use redis:// instead of rediss:// if this port does not speak TLS.`
        : `${redis} cannot be reached within ${timeout} ms: check host, port and firewall.`,
    ...RECONNECT,
  },
  {
    when: /WRONGPASS|invalid password|invalid username-password/i,
    say: ({ redis }) => `${redis} rejects the user name or password: correct them in the Redis URL.`,
    ...PERMANENT,
  },
  {
    when: /NOAUTH/,
    say: ({ redis }) => `${redis} asks for a password: write it into the Redis URL (redis://user:password@host).`,
    ...PERMANENT,
  },
  {
    // Redis 7 names the missing right differently inside a script.
    when: /NOPERM|user executing the script can't/,
    say: ({ redis, text }) =>
      `${redis} does not allow the user of the Redis URL what the coordination needs (${text}): give it +@all, or +@read +@write +@scripting +@pubsub +time +select (and +cluster in a Redis Cluster), with ~cluster-maintenance:* &cluster-maintenance:*.`,
    permanent: true,
  },
  {
    when: /ERR_TLS_CERT_ALTNAME_INVALID/,
    say: ({ redis }) => `The certificate of ${redis} is made out to another name: use that name in the Redis URL.`,
    ...PERMANENT,
  },
  {
    when: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    say: ({ redis }) => `The certificate of ${redis} is not valid today: renew it, or correct the clock.`,
    ...PERMANENT,
  },
  {
    when: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_/,
    say: ({ redis }) =>
      `The certificate of ${redis} is not trusted: name the file of its authority in NODE_EXTRA_CA_CERTS and start NocoBase again.`,
    ...PERMANENT,
  },
  {
    when: /ERR_SSL_|EPROTO|wrong version number/,
    say: ({ redis }) => `${redis} does not speak TLS: use redis:// instead of rediss:// in the Redis URL.`,
    ...PERMANENT,
  },
  {
    when: /Protocol error/,
    say: ({ hosts }) =>
      `What listens at ${hosts} does not speak the Redis protocol: use rediss:// instead of redis:// if it speaks TLS; otherwise correct host and port.`,
    ...PERMANENT,
  },
  {
    when: /READONLY/,
    say: ({ redis }) =>
      `${redis} is a read-only replica: let the Redis URL point to the primary, or use redis+sentinel:// to find it.`,
    ...RECONNECT,
  },
  {
    when: /cluster support disabled/i,
    say: ({ redis }) => `${redis} is no Redis Cluster: use redis:// instead of redis+cluster:// in the Redis URL.`,
    ...PERMANENT,
  },
  {
    when: /DB index|SELECT is not allowed/,
    say: ({ redis, target }) =>
      `${redis} has no database ${target.db}: use another one in the Redis URL, or raise "databases" in redis.conf.`,
    ...PERMANENT,
  },
  {
    when: /CLUSTERDOWN/,
    say: ({ redis }) => `The Redis Cluster of ${redis} is down: look at "redis-cli cluster info" and start its nodes.`,
    ...RECONNECT,
  },
  {
    when: /\b(MOVED|CROSSSLOT|ASK)\b/,
    say: ({ redis }) =>
      `${redis} belongs to a Redis Cluster: use redis+cluster:// instead of redis:// in the Redis URL.`,
    ...PERMANENT,
  },
  {
    when: /LOADING/,
    say: ({ redis }) => `${redis} is still loading its data: wait until it has started.`,
    ...RECONNECT,
  },
  {
    when: /OOM command not allowed/,
    say: ({ redis }) => `${redis} has no memory left: raise "maxmemory" or remove data.`,
  },
  {
    when: /MISCONF|NOREPLICAS|MASTERDOWN/,
    say: ({ redis, text }) => `${redis} refuses to write (${text}): repair it as its own log says.`,
  },
  {
    when: /WRONGTYPE/,
    say: ({ redis }) =>
      `A key that begins with "cluster-maintenance:" in ${redis} holds something else: another program uses the same database; use another one in the Redis URL.`,
  },
  {
    when: /Command timed out|^timeout$/m,
    say: ({ redis, timeout }) =>
      `${redis} accepts connections but did not answer within ${timeout} ms: check whether it hangs, is overloaded, or is something else.`,
    ...RECONNECT,
  },
  {
    when: /Connection is closed|ECONNRESET|EPIPE|Stream isn't writeable|Cluster isn't ready|startup nodes|socket disconnected/,
    say: ({ redis, target }) =>
      `${redis} closed the connection: check that it runs${target.tls ? '' : ', and use rediss:// instead of redis:// if this port speaks TLS'}.`,
    ...RECONNECT,
    vague: true,
  },
];

const OTHER: Row = {
  when: /./,
  say: ({ redis, text }) => `${redis} cannot be used (${text}): look at its own log.`,
};

export function explain(error: unknown, target: RedisTarget, timeout: number): RedisProblem {
  const text = describe(error, target);
  const hosts = addressOf(target);
  const redis = `Redis ${target.kind === 'sentinel' ? 'behind Sentinel ' : ''}at ${hosts}`;
  const row = ROWS.find(({ when }) => when.test(text)) ?? OTHER;
  return {
    sentence: row.say({ redis, hosts, target, timeout, text: firstLine(text) }),
    reconnect: row.reconnect ?? false,
    permanent: row.permanent ?? false,
    vague: row.vague ?? false,
  };
}

/** Code and message of an error and of what it stands for, without the secrets of the URL. */
function describe(error: unknown, target: RedisTarget): string {
  const parts = [sentence(error)];
  if (error instanceof Error && 'code' in error) parts.push(String(error.code));
  // A Redis Cluster of which no node answers says so only here.
  if (error instanceof Error && 'lastNodeError' in error) parts.unshift(describe(error.lastNodeError, target));
  const secrets = [target.password, target.sentinelPassword].filter((secret) => secret);
  // Some servers repeat the arguments of a command that they do not know: AUTH among them.
  return secrets.reduce<string>((text, secret) => text.replaceAll(secret ?? '', '***'), parts.join('\n'));
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/ script: [0-9a-f]{40}.*$/, '') ?? '';
}
