import { existsSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { startPostgres, startRedis, startRedisCluster, startRedisSentinel, waitForNoConnections } from '..';
import { isRunning } from '../cleanup';

const toStop: { stop(): Promise<void> }[] = [];
const keep = <T extends { stop(): Promise<void> }>(server: T): T => {
  toStop.push(server);
  return server;
};

afterEach(async () => {
  await Promise.all(toStop.splice(0).map((server) => server.stop()));
});

describe('PostgreSQL', () => {
  it('makes a database from another one, survives a restart, and drops it under its clients', async () => {
    const postgres = keep(await startPostgres());
    await postgres.createDatabase('one');
    await postgres.query('one', 'CREATE TABLE t (n int)');
    await postgres.query('one', 'INSERT INTO t VALUES ($1)', [7]);
    await waitForNoConnections(postgres, 'one');
    await postgres.createDatabase('two', 'one');
    await postgres.restart();
    expect(await postgres.query('two', 'SELECT n FROM t')).toEqual([{ n: 7 }]);

    const client = await postgres.connect('two');
    const ended = new Promise((resolve) => client.on('error', resolve));
    await postgres.dropDatabase('two');
    await ended;
    await expect(postgres.query('two', 'SELECT 1')).rejects.toThrow('does not exist');
    expect(postgres.dumpable).toBe(true);
  });
});

describe('Redis', () => {
  it('asks for its password, and comes back empty after a kill', async () => {
    const redis = keep(await startRedis({ password: 'p@ss:word' }));
    expect(new URL(redis.url).password).toBe(encodeURIComponent('p@ss:word'));
    await redis.cli('set', 'key', 'value');
    await redis.kill();
    await expect(redis.cli('ping')).rejects.toThrow();
    await redis.restartEmpty();
    expect(await redis.cli('exists', 'key')).toBe('0');
  });

  it('freezes without closing its port', async () => {
    const redis = keep(await startRedis());
    redis.pause();
    await expect(redis.cli('-t', '0.3', 'ping')).rejects.toThrow();
    expect(isRunning(redis.pid)).toBe(true);
    redis.resume();
    expect(await redis.cli('ping')).toBe('PONG');
  });

  it('speaks TLS with a certificate that its own authority vouches for', async () => {
    const redis = keep(await startRedis({ tls: true }));
    const caFile = redis.caFile ?? '';
    const socket = connectTls({ host: '127.0.0.1', port: redis.port, ca: readFileSync(caFile) });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.authorized).toBe(true);
    socket.destroy();
    await redis.stop();
    expect(existsSync(caFile)).toBe(false);
  });

  it('fails over when sentinels miss the master', async () => {
    const group = keep(await startRedisSentinel({ sentinels: 3 }));
    expect(await group.masterPort()).toBe(group.master.port);
    await group.master.kill();
    expect(await group.waitForFailover(group.master.port)).toBe(group.replica.port);
  });

  it('spreads its slots over three masters', async () => {
    const group = keep(await startRedisCluster());
    for (const master of group.masters) {
      expect(await master.cli('cluster', 'info')).toContain('cluster_slots_ok:16384');
    }
  });
});
