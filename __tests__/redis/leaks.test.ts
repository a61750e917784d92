import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/cluster/ports';
import { projectRoot, temporaryDirectory } from '../../tools/cluster/paths';
import { startRedis, type RedisServer } from '../../tools/cluster/redis';
import { startRedisCluster, startRedisSentinel } from '../../tools/cluster/redis-topologies';
import { eventually } from '../contract/coordination-samples';
import { coordinationOf, silentServer } from './support';

let server: RedisServer;
let program: string;
const folder = temporaryDirectory('leaks');

beforeAll(async () => {
  server = await startRedis();
  program = join(folder.path, 'program.cjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: projectRoot, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    loader: { '.lua': 'text' },
    logLevel: 'silent',
  });
});
afterAll(async () => {
  await server?.stop();
  folder.remove();
});

/** Opens, works if it can, closes, and does nothing more: it ends when nothing keeps it alive. */
const PROGRAM = `
  import { createRedisCoordination } from './src/server/redis';
  import { systemClock } from './src/server/core/clock';
  import { readSettings } from './src/server/core/settings';
  const { settings } = readSettings({ env: {}, bootId: 'b', hostname: 'h', namespace: 'leaks' });
  const say = (...all) => console.log(...all);
  const log = { info: say, warn: say, error: say };
  const coordination = createRedisCoordination({ ...settings, redisUrl: process.argv[2] }, systemClock, log);
  async function main() {
    const opening = coordination.open().then(() => 'usable', () => 'refused');
    const waited = new AbortController();
    const early = systemClock.sleep(Number(process.argv[3]), waited.signal).then(() => 'early');
    console.log(await Promise.race([opening, early]));
    waited.abort();
    await coordination.bus.hint();
    await coordination.state.roster().catch(() => undefined);
    await coordination.close();
    console.log('closed');
  }
  void main();
`;

interface Run {
  readonly output: string;
  readonly code: number | null;
  /** Milliseconds between the return of close() and the end of the process. */
  readonly lingered: number;
}

function run(url: string, patience = 60_000): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, url, `${patience}`], { env: { PATH: process.env.PATH } });
    let output = '';
    let closed = 0;
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('closed')) closed ||= performance.now();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ output, code, lingered: performance.now() - closed });
    });
  });
}

describe('after close() nothing keeps the process alive', () => {
  it('when Redis works', async () => {
    const { output, code, lingered } = await run(server.url);
    expect({ output, code }).toEqual({ output: 'usable\nclosed\n', code: 0 });
    expect(lingered).toBeLessThan(1_500);
  });

  it('when nobody listens', async () => {
    const { output, code, lingered } = await run(`redis://127.0.0.1:${await freePort()}`, 700);
    expect({ output, code }).toEqual({ output: 'early\nclosed\n', code: 0 });
    expect(lingered).toBeLessThan(1_500);
  });

  it.each(['redis', 'rediss'])(
    'in the middle of connecting with %s:// to a server that says nothing',
    async (scheme) => {
      const silent = await silentServer();
      try {
        const { output, code, lingered } = await run(`${scheme}://127.0.0.1:${silent.port}`, 300);
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
      const { output, code, lingered } = await run(url);
      expect({ output, code }).toEqual({ output: 'usable\nclosed\n', code: 0 });
      expect(lingered).toBeLessThan(1_500);
    } finally {
      await group.stop();
    }
  });

  it('in a Redis Cluster', async () => {
    const cluster = await startRedisCluster();
    try {
      const { output, code, lingered } = await run(`redis+cluster://127.0.0.1:${cluster.nodes[1]?.port}`);
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
