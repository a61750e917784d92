/**
 * Nodes that only tell of themselves: the plugin's own coordination on the real Redis, with the heartbeat, the roster and
 * the operations of others that they follow, and no app behind it. Several of them fit into one small process.
 */
import { systemClock } from '../../src/server/core/clock';
import { readSettings } from '../../src/server/core/settings';
import { createNode } from '../../src/server/maintenance/node';
import { MemoryDatabase } from '../../src/server/memory/database';
import type { Log } from '../../src/server/ports';
import { createRedisCoordination } from '../../src/server/redis';
import { appWithoutWork } from './app';
import type { CrowdMember } from './index';

const log: Log = { info: () => {}, warn: console.warn, error: console.error };

async function begin({ name, version, fingerprint }: CrowdMember, namespace: string): Promise<() => Promise<void>> {
  const env = { ...process.env, CLUSTER_MAINTENANCE_NODE_NAME: name };
  const { ok, settings } = readSettings({ env, bootId: systemClock.newId(), hostname: name, namespace });
  if (!ok) throw new Error(`The settings of ${name} are refused.`);
  const coordination = createRedisCoordination(settings, systemClock, log);
  await coordination.open();
  // Nothing is ever changed by these, so their database may be as small as they are.
  const database = new MemoryDatabase(systemClock);
  const app = appWithoutWork({ digest: fingerprint, core: version, plugins: [] });
  const parts = { settings, coordination, guard: database.guard(), ledger: database.ledger(), app, log };
  const node = createNode({ ...parts, clock: systemClock, role: 'app', version, mask: (text) => text });
  node.agent.start();
  await node.agent.passDoor();
  await node.agent.verifyAndServe('');
  return () => node.agent.leave().then(() => coordination.close());
}

async function main(): Promise<void> {
  const { CROWD_NAMESPACE = '', CROWD_MEMBERS = '[]' } = process.env;
  const members = JSON.parse(CROWD_MEMBERS) as CrowdMember[];
  const ends = await Promise.all(members.map((member) => begin(member, CROWD_NAMESPACE)));
  process.once('SIGTERM', () => void Promise.all(ends.map((end) => end())).finally(() => process.exit(0)));
  console.info('all of them serve');
}

void main();
