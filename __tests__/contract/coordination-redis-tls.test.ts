import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { projectRoot } from '../../tools/cluster/paths';
import { startRedis } from '../../tools/cluster/redis';
import { redisStore } from '../redis/support';
import { coordinationContract } from './coordination';

const run = promisify(execFile);
const { CONTRACT_TLS_PORT: port, NODE_EXTRA_CA_CERTS: authority } = process.env;

// Node reads NODE_EXTRA_CA_CERTS only when it starts: the suite runs in a second process that trusts the certificate.
if (port && authority) {
  const flush = ['--tls', '--cacert', authority, '-p', port, 'flushall'];
  coordinationContract('Redis over TLS', () =>
    redisStore(
      `rediss://localhost:${port}`,
      () => run('redis-cli', flush),
      () => Promise.resolve(),
    ),
  );
} else {
  it('passes the whole contract over TLS, with the authority named in NODE_EXTRA_CA_CERTS', async () => {
    const server = await startRedis({ tls: true });
    try {
      const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
      const file = relative(projectRoot, __filename);
      const { stdout } = await run(process.execPath, [vitest, 'run', '--project', 'unit', file], {
        cwd: projectRoot,
        env: {
          PATH: process.env.PATH,
          NO_COLOR: '1',
          CONTRACT_TLS_PORT: `${server.port}`,
          NODE_EXTRA_CA_CERTS: server.caFile,
        },
      }).catch((error: { stdout?: string }) => {
        throw new Error(`The contract is not kept over TLS:\n${error.stdout ?? String(error)}`);
      });
      expect(Number(/Tests +(\d+) passed/.exec(stdout)?.[1])).toBeGreaterThan(50);
    } finally {
      await server.stop();
    }
  }, 60_000);
}
