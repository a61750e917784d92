import { afterEach, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../tools/cluster/redis';
import { startRedisCluster, startRedisSentinel } from '../../tools/cluster/redis-topologies';
import type { RedisCoordination } from '../../src/server/redis';
import { redisKeys } from '../../src/server/redis/keys';
import { eventually, LONG, reportOf, take } from '../contract/coordination-samples';
import { coordinationOf, NAMESPACE, rejection } from './support';

const started: { stop(): Promise<void> }[] = [];
const opened: RedisCoordination[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((coordination) => coordination.close()));
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function redis(): Promise<RedisServer> {
  const server = await startRedis();
  started.push(server);
  return server;
}

async function node(url: string, commandTimeout = 500): Promise<RedisCoordination> {
  const coordination = coordinationOf(url, { commandTimeout });
  opened.push(coordination);
  await coordination.open();
  return coordination;
}

const usable = (coordination: RedisCoordination) => () => coordination.problem() === undefined;

describe('a coordination whose Redis has trouble', () => {
  it('recovers by itself when Redis is started again, hints included', async () => {
    const server = await redis();
    const [a, b] = [await node(server.url), await node(server.url)];
    await a.state.report(reportOf('a'), LONG);
    await server.kill();
    await eventually('the loss is noticed', () => a.problem() !== undefined);
    expect((await rejection(a.state.read())).message).toMatch(/refuses connections|closed the connection/);
    await b.bus.hint();
    await server.restartEmpty();
    await eventually('both are back', () => usable(a)() && usable(b)());
    expect(await a.state.roster()).toEqual([]);
    let heard = false;
    b.bus.onHint(() => (heard = true));
    await eventually('hints arrive again', async () => {
      await a.bus.hint();
      return heard;
    });
  });

  it('opens later what was not there in time', async () => {
    const server = await redis();
    await server.kill();
    const late = coordinationOf(server.url, { commandTimeout: 500 });
    opened.push(late);
    expect((await rejection(late.open(300))).message).toMatch(/refuses connections/);
    await server.restartEmpty();
    await late.open();
    expect(await late.state.read()).toBeUndefined();
  });

  it('waits in `open` for a Redis that starts a moment later', async () => {
    const server = await redis();
    await server.kill();
    const early = coordinationOf(server.url);
    opened.push(early);
    const opening = early.open();
    await server.restartEmpty();
    await opening;
    expect(early.problem()).toBeUndefined();
  });

  it('gives up a command in time when Redis stops answering, and works again when it answers', async () => {
    const server = await redis();
    const a = await node(server.url);
    await server.cli('client', 'pause', '1500', 'all');
    const { message, after } = await rejection(a.state.report(reportOf('a'), LONG));
    expect(message).toMatch(/accepts connections but did not answer within 500 ms/);
    expect(after).toBeGreaterThan(450);
    expect(after).toBeLessThan(1_000);
    expect(a.problem()).toMatch(/did not answer within 500 ms/);
    await eventually('it answers again', usable(a));
    expect(await a.state.roster()).toEqual([]);
  });

  it('notices a frozen Redis, and recovers when it goes on', async () => {
    const server = await redis();
    const a = await node(server.url);
    server.pause();
    const { after } = await rejection(a.state.read());
    expect(after).toBeLessThan(1_000);
    server.resume();
    await eventually('it answers again', usable(a));
    await a.state.read();
  });

  it('fails over to the new master that Sentinel names, and lets the holder of the lease go on', async () => {
    const group = await startRedisSentinel();
    started.push(group);
    const url = `redis+sentinel://127.0.0.1:${group.sentinels[0]?.port}/${group.name}`;
    const a = await node(url);
    const { token, record } = await take(a, 'a');
    const { lease } = redisKeys(NAMESPACE);
    await eventually('the replica has the lease', async () => (await group.replica.cli('exists', lease)) === '1');
    const before = group.master.port;
    await group.master.kill();
    await group.waitForFailover(before);
    await eventually('the new master is found', usable(a), 15_000);
    expect(await a.lease.renew(token, LONG)).toBe('renewed');
    expect(await a.state.read()).toEqual(record);
  }, 60_000);

  it('leaves a primary that has become a replica', async () => {
    const [server, other] = [await redis(), await redis()];
    const a = await node(server.url);
    await server.cli('replicaof', '127.0.0.1', `${other.port}`);
    expect((await rejection(a.state.report(reportOf('a'), LONG))).message).toMatch(/read-only replica/);
    expect(a.problem()).toMatch(/read-only replica/);
    await server.cli('replicaof', 'no', 'one');
    await eventually('it is a primary again', usable(a));
    await a.state.report(reportOf('a'), LONG);
  });

  it('says what is wrong while a node of the Redis Cluster is away, and recovers with it', async () => {
    const cluster = await startRedisCluster();
    started.push(cluster);
    const a = await node(`redis+cluster://${cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`);
    await a.state.report(reportOf('a'), LONG);
    for (const master of cluster.masters) master.pause();
    expect((await rejection(a.state.read())).message).toMatch(/did not answer within 500 ms/);
    for (const master of cluster.masters) master.resume();
    await eventually('the cluster answers again', usable(a), 15_000);
    expect(await a.state.roster()).toHaveLength(1);
  }, 60_000);

  it('says that Redis has no memory left, and forgets it with the next success', async () => {
    const server = await redis();
    const a = await node(server.url);
    await server.cli('config', 'set', 'maxmemory', '1');
    expect((await rejection(a.state.report(reportOf('a'), LONG))).message).toMatch(/has no memory left/);
    expect(a.problem()).toMatch(/has no memory left/);
    await server.cli('config', 'set', 'maxmemory', '0');
    await a.state.report(reportOf('a'), LONG);
    expect(a.problem()).toBeUndefined();
  });
});
