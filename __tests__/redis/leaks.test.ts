import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/cluster/ports';
import { startRedis, type RedisServer } from '../../tools/cluster/redis';
import { startRedisCluster, startRedisSentinel } from '../../tools/cluster/redis-topologies';
import { eventually } from '../contract/coordination-samples';
import { buildProgram, type Program } from './program';
import { coordinationOf, silentServer } from './support';

let server: RedisServer;
let program: Program;

beforeAll(async () => {
  [server, program] = await Promise.all([startRedis(), buildProgram()]);
});
afterAll(async () => {
  await server?.stop();
  program?.remove();
});

describe('after close() nothing keeps the process alive', () => {
  it('when Redis works', async () => {
    const { output, code, lingered } = await program.run(server.url);
    expect({ output, code }).toEqual({ output: 'usable\nclosed\n', code: 0 });
    expect(lingered).toBeLessThan(1_500);
  });

  it('when nobody listens', async () => {
    const { output, code, lingered } = await program.run(`redis://127.0.0.1:${await freePort()}`, { patience: 700 });
    expect({ output, code }).toEqual({ output: 'early\nclosed\n', code: 0 });
    expect(lingered).toBeLessThan(1_500);
  });

  it.each(['redis', 'rediss'])(
    'in the middle of connecting with %s:// to a server that says nothing',
    async (scheme) => {
      const silent = await silentServer();
      try {
        const { output, code, lingered } = await program.run(`${scheme}://127.0.0.1:${silent.port}`, { patience: 300 });
        expect({ output, code }).toEqual({ output: 'early\nclosed\n', code: 0 });
        expect(lingered).toBeLessThan(1_500);
      } finally {
        await silent.stop();
      }
    },
  );

  it('behind Sentinel', async () => {
    const group = await startRedisSentinel();
    try {
      const url = `redis+sentinel://127.0.0.1:${group.sentinels[0]?.port}/${group.name}`;
      const { output, code, lingered } = await program.run(url);
      expect({ output, code }).toEqual({ output: 'usable\nclosed\n', code: 0 });
      expect(lingered).toBeLessThan(1_500);
    } finally {
      await group.stop();
    }
  });

  it('in a Redis Cluster', async () => {
    const cluster = await startRedisCluster();
    try {
      const { output, code, lingered } = await program.run(`redis+cluster://127.0.0.1:${cluster.nodes[1]?.port}`);
      expect({ output, code }).toEqual({ output: 'usable\nclosed\n', code: 0 });
      expect(lingered).toBeLessThan(1_500);
    } finally {
      await cluster.stop();
    }
  });
});

describe('the connections to Redis', () => {
  const all = async () => (await server.cli('client', 'list')).split('\n').length - 1;

  it('are two per node, and none after close', async () => {
    const before = await all();
    const nodes = [coordinationOf(server.url), coordinationOf(server.url)];
    expect(await all()).toBe(before);
    await Promise.all(nodes.map((node) => node.open()));
    await eventually('each node has two connections', async () => (await all()) === before + 4);
    await Promise.all(nodes.map((node) => node.close()));
    await eventually('all are gone', async () => (await all()) === before);
  });

  it('do not pile up while a command connection is lost again and again', async () => {
    const before = await all();
    const node = coordinationOf(server.url);
    await node.open();
    for (let round = 0; round < 5; round += 1) {
      await server.cli('client', 'kill', 'type', 'normal', 'skipme', 'yes');
      await server.cli('client', 'kill', 'type', 'pubsub');
      await eventually('the loss was noticed and repaired', () =>
        node.state.read().then(
          () => true,
          () => false,
        ),
      );
    }
    await eventually('there are two again', async () => (await all()) === before + 2);
    await node.close();
  });
});
