import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, projectRoot, request, type Cluster } from '../../tools/cluster';
import { placeEnv } from '../../tools/cluster/node-env';
import { launch as launchProcess, type RunningProcess } from '../../tools/cluster/processes';
import { emptyDatabase, eventually, launch, MINUTE, START } from './support';

/** What the entrypoint of the official image ends with: a shell that waits for a wrapper that starts the server. */
const ENTRYPOINT = '#!/bin/sh\nset -e\nnode node_modules/@nocobase/cli-v1/bin/index.js start --quickstart\n';

let cluster: Cluster;
let first: RunningProcess;
let url: string;

beforeAll(async () => {
  cluster = await launch({ database: await emptyDatabase(), nodes: 0 });
  const { slot, env } = cluster;
  const [port, home] = [await freePort(), join(slot.storage, 'first-process')];
  mkdirSync(home, { recursive: true });
  const entrypoint = join(home, 'entrypoint.sh');
  writeFileSync(entrypoint, ENTRYPOINT);
  chmodSync(entrypoint, 0o755);
  url = `http://127.0.0.1:${port}`;
  first = launchProcess({
    label: 'the container',
    command: 'sh',
    args: [join(projectRoot, 'deploy', 'container', 'run-node.sh'), entrypoint],
    cwd: slot.directory,
    env: { ...env, ...placeEnv({ port, socketPath: join(home, 'gateway.sock'), pm2Home: join(home, 'pm2') }) },
    logFile: join(home, 'container.log'),
  });
});
afterAll(async () => {
  await first?.stop('SIGKILL');
  await cluster?.stopAll();
});

describe(
  'a container with the real NocoBase',
  () => {
    it('serves', async () => {
      await eventually(cluster, 'It does not serve', START, async () => {
        if (!first.running) throw new Error(`It ended.\n${first.log().slice(-4_000)}`);
        return (await ready()) === 200;
      });
    });

    it('finishes what it answers when it is asked to end, and ends with the server', async () => {
      // To the first process alone, as a supervisor does it.
      process.kill(first.pid, 'SIGTERM');
      const { code, signal } = await first.exited;
      expect({ code, signal }).toEqual({ code: 0, signal: null });
      expect(first.log()).toContain('serving → stopping');
      expect(first.log()).toContain('app has stopped');
      expect(await ready()).toBe(0);
    });
  },
  4 * MINUTE,
);

function ready(): Promise<number> {
  const asked = request(url, 'clusterMaintenance:ready', { signal: AbortSignal.timeout(2_000) });
  return asked.then(
    ({ status }) => status,
    () => 0,
  );
}
