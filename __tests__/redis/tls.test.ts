import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/cluster/ports';
import { launch } from '../../tools/cluster/processes';
import { startRedis, type RedisServer } from '../../tools/cluster/redis';
import { eventually } from '../contract/coordination-samples';
import { buildProgram, type Program } from './program';

// Node reads NODE_EXTRA_CA_CERTS only when it starts, so every case is a process of its own. The whole contract over
// TLS is in contract/coordination-redis-tls.test.ts.
let program: Program;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  program = await buildProgram();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => program?.remove());

async function redis(args: string[] = []): Promise<RedisServer & { readonly caFile: string }> {
  const server = await startRedis({ tls: true, args });
  ends.push(() => server.stop());
  if (server.caFile === undefined) throw new Error('This Redis has no certificate.');
  return Object.assign(server, { caFile: server.caFile });
}

async function outputOf(url: string, caFile?: string): Promise<string> {
  return (await program.run(url, { env: caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile } })).output;
}

describe('TLS', () => {
  it('works by name and by address when the authority is known', async () => {
    const { port, caFile } = await redis();
    expect(await outputOf(`rediss://localhost:${port}`, caFile)).toBe('usable\nclosed\n');
    expect(await outputOf(`rediss://127.0.0.1:${port}`, caFile)).toBe('usable\nclosed\n');
  });

  it('is refused for a certificate of another name', async () => {
    const { port, caFile } = await redis(['--bind', '127.0.0.1', '127.0.0.2']);
    expect(await outputOf(`rediss://127.0.0.2:${port}`, caFile)).toMatch(/is made out to another name: use that name/);
  });

  it('works in a Redis Cluster', async () => {
    const { port, caFile, cli } = await redis([
      '--cluster-enabled',
      'yes',
      '--cluster-announce-ip',
      '127.0.0.1',
      '--tls-cluster',
      'yes',
    ]);
    await cli('cluster', 'addslotsrange', '0', '16383');
    await eventually('the cluster is up', async () => (await cli('cluster', 'info')).includes('cluster_state:ok'));
    expect(await outputOf(`rediss+cluster://127.0.0.1:${port}`, caFile)).toBe('usable\nclosed\n');
    expect(await outputOf(`rediss+cluster://127.0.0.1:${port}`)).toMatch(/is not trusted/);
  });

  it('works behind Sentinel, for the Sentinel and for Redis', async () => {
    const { port, caFile } = await redis();
    const folder = dirname(caFile);
    const own = await freePort();
    const config = join(folder, 'sentinel.conf');
    const lines = [
      'port 0',
      `tls-port ${own}`,
      'bind 127.0.0.1',
      'tls-replication yes',
      'tls-auth-clients no',
      `tls-cert-file ${caFile}`,
      `tls-key-file ${join(folder, 'server.key')}`,
      `tls-ca-cert-file ${caFile}`,
      `sentinel monitor the-master 127.0.0.1 ${port} 1`,
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    const sentinel = launch({
      label: 'Sentinel with TLS',
      command: 'redis-server',
      args: [config, '--sentinel'],
      cwd: folder,
      env: { PATH: process.env.PATH },
      logFile: join(folder, 'sentinel.log'),
    });
    ends.push(() => sentinel.stop('SIGKILL'));
    await sentinel.waitForLog(/\+monitor master the-master/, 10_000);
    expect(await outputOf(`rediss+sentinel://127.0.0.1:${own}/the-master`, caFile)).toBe('usable\nclosed\n');
  });
});
