import { Redis } from 'ioredis';
import { startRedisSentinel, type RedisSentinelGroup } from '../../cluster';
import type { LightServers } from './world';

/** Redis with a master, a replica and a Sentinel, which can fail over once and loses what was not replicated. */
export interface SentinelServers extends LightServers {
  readonly group: RedisSentinelGroup;
  /** From now on nothing that the master is told reaches the replica. */
  stopReplication(): Promise<void>;
  /** Kill -9 of the master; resolves when the replica has taken its place. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

export async function openSentinelServers(servers: LightServers): Promise<SentinelServers> {
  const group = await startRedisSentinel();
  const { master, replica, sentinels } = group;
  const hosts = sentinels.map(({ host, port }) => `${host}:${port}`).join(',');
  const control = new Redis({
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    name: group.name,
    ...{ retryStrategy: () => 50, maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 500 },
  });
  control.on('error', () => undefined);
  return {
    ...servers,
    ...{ redis: master, control, group },
    redisUrl: `redis+sentinel://${hosts}/${group.name}`,
    async stopReplication() {
      // The master has no password, so it refuses a replica that brings one.
      await replica.cli('config', 'set', 'masterauth', 'wrong');
      await master.cli('client', 'kill', 'type', 'replica');
    },
    async failOver() {
      await master.kill();
      await group.waitForFailover(master.port);
    },
    async stop() {
      control.disconnect();
      await group.stop();
    },
  };
}
