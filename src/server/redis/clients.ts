import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { HostPort, RedisTarget } from './url';

export type RedisClient = Redis | Cluster;

/** How long a peer may take to say goodbye before its socket is destroyed, in ms. */
const DISCONNECT_TIMEOUT = 100;
/** After this time without traffic the kernel checks whether the peer is there: subscribers only listen. */
const KEEP_ALIVE = 10_000;

/** For commands. `attempt` moves the first host to ask, because the first one of the URL may know old things. */
export function commandClient(target: RedisTarget, timeout: number, attempt: number): RedisClient {
  if (target.kind === 'cluster') return clusterClient(target, timeout, attempt);
  return new Redis({ ...once(target, timeout), ...whereTo(target, timeout, attempt) });
}

/** For subscriptions: in a Redis Cluster every node passes on every message, so a plain client to any will do. */
export function subscribeClient(target: RedisTarget, timeout: number, attempt: number): Redis {
  return new Redis({ ...once(target, timeout), ...whereTo(target, timeout, attempt) });
}

/**
 * A client lives for one connection; `Link` makes the next. ioredis' own reconnection would send commands again
 * whose answer was lost, and ends for ever in some states.
 */
function once(target: RedisTarget, timeout: number): RedisOptions {
  return {
    lazyConnect: true,
    retryStrategy: null,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    // INFO may be forbidden or hang; `Link` lets every client prove itself instead.
    enableReadyCheck: false,
    disableClientInfo: true,
    commandTimeout: timeout,
    connectTimeout: timeout,
    disconnectTimeout: DISCONNECT_TIMEOUT,
    keepAlive: KEEP_ALIVE,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
  };
}

function whereTo(target: RedisTarget, timeout: number, attempt: number): RedisOptions {
  const hosts = rotate(target.hosts, attempt);
  if (target.kind !== 'sentinel') return { ...hosts[0], ...(target.tls ? { tls: tlsOptions(hosts[0]) } : {}) };
  return {
    sentinels: hosts,
    name: target.master ?? '',
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: timeout,
    ...(target.sentinelUsername === undefined ? {} : { sentinelUsername: target.sentinelUsername }),
    ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
    ...(target.tls ? { tls: tlsOptions(), sentinelTLS: tlsOptions(), enableTLSForSentinelMode: true } : {}),
  };
}

function clusterClient(target: RedisTarget, timeout: number, attempt: number): Cluster {
  return new Cluster([...rotate(target.hosts, attempt)], {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    clusterRetryStrategy: () => null,
    // Never send a command again whose answer was lost. A redirection (MOVED, ASK) has not executed it.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: timeout,
    // Certificates are made out to names, so names must not be turned into addresses.
    ...(target.tls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
    redisOptions: { ...nodeOptions(target, timeout), ...(target.tls ? { tls: tlsOptions() } : {}) },
  });
}

/** ioredis decides these for the nodes of a Redis Cluster itself. */
function nodeOptions(target: RedisTarget, timeout: number) {
  const { retryStrategy: _retry, enableOfflineQueue: _queue, ...options } = once(target, timeout);
  return options;
}

/**
 * A TLS socket can fail twice: an alert of the peer may come after the client has turned its certificate down. ioredis
 * listens for the first failure only (redis/ioredis#961), and the second would end the process. With a signal, even
 * one that nobody aborts, Node watches the socket with `stream.finished`, which listens to the end.
 */
function tlsOptions(host?: HostPort): ConnectionOptions {
  const { signal } = new AbortController();
  const options: ConnectionOptions & { signal: AbortSignal } = { signal };
  return host && isIP(host.host) === 0 ? { ...options, servername: host.host } : options;
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
