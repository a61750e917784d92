import { readSettings } from '../../../src/server/core/settings';
import { systemClock } from '../../../src/server/core/clock';
import { createNode, type MaintenanceNode } from '../../../src/server/maintenance/node';
import { MemoryDatabase } from '../../../src/server/memory/database';
import type { AppLifecycle, Log } from '../../../src/server/ports';
import { createRedisCoordination, type RedisCoordination } from '../../../src/server/redis';
import { until } from '../../cluster';
import { appWithoutWork } from '../../crowd/app';
import { atMost } from '../figures';
import type { Part, PartResult, Stage } from '../stage';

const SIZES = [16, 64, 256] as const;
const LARGEST = 256;
const PATIENCE = 60_000;

/** The coordination of many nodes in this process, each with its own connections to the real Redis; no app behind it. */
export const scale: Part = {
  name: 'scale',
  title: `${SIZES.join(', ')} simulated nodes on one Redis: drain and resume`,
  run,
};

interface SimulatedNode extends MaintenanceNode {
  readonly coordination: RedisCoordination;
  readonly isOpen: () => boolean;
}

async function run(stage: Stage): Promise<PartResult> {
  const figures: PartResult['figures'][number][] = [];
  for (const size of SIZES) {
    const { times, commands } = await measure(stage, size);
    stage.say(`  ${size} nodes: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    const target = size === LARGEST ? { target: atMost('value', 1_000) } : {};
    figures.push(
      { name: `${size} nodes, drain + resume`, unit: 'ms', with: times, ...target },
      { name: `${size} nodes, commands per node and operation`, unit: '', with: commands.map((all) => all / size) },
    );
  }
  return { figures, notes: ['All of it runs in one process on this machine, Redis beside it.'] };
}

async function measure(stage: Stage, size: number): Promise<{ times: number[]; commands: number[] }> {
  const nodes = await Promise.all(simulate(stage.redis.url, size, `scale-${size}`));
  const all = (what: string, holds: (node: SimulatedNode) => boolean) =>
    until(
      () => nodes.every(holds),
      PATIENCE,
      () => `${size} nodes: not all of them ${what}.`,
      5,
    );
  await Promise.all(nodes.map(({ agent }) => agent.passDoor().then(() => agent.verifyAndServe(''))));
  await all('serve', (node) => node.isOpen());
  const [times, commands]: [number[], number[]] = [[], []];
  for (let round = 0; round <= stage.rounds; round += 1) {
    const before = await commandsOf(stage);
    const began = performance.now();
    const begun = await nodes[0]?.coordinator.begin({ kind: 'pm.enable', subject: 'p', requestedBy: 'bench' });
    if (begun?.outcome !== 'leading') throw new Error('The lease is taken.');
    const drained = await begun.operation.drain();
    if (!drained.ok) throw new Error(drained.reason);
    await begun.operation.abort('measured');
    await all('serve again', (node) => node.isOpen());
    // The first operation of a process compiles what the others run.
    if (round === 0) continue;
    times.push(performance.now() - began);
    commands.push((await commandsOf(stage)) - before);
  }
  await Promise.all(nodes.map(({ agent, coordination }) => agent.leave().then(() => coordination.close())));
  return { times, commands };
}

function simulate(url: string, size: number, namespace: string): Promise<SimulatedNode>[] {
  const database = new MemoryDatabase(systemClock);
  const log: Log = { info: () => {}, warn: () => {}, error: () => {} };
  return Array.from({ length: size }, async (_, index) => {
    const source = { env: {}, bootId: systemClock.newId(), hostname: `node-${index}`, namespace };
    const { settings } = readSettings({ ...source, env: { CLUSTER_MAINTENANCE_REDIS_URL: url } });
    const coordination = createRedisCoordination(settings, systemClock, log);
    await coordination.open();
    const { app, isOpen } = idleApp();
    const parts = { settings, coordination, guard: database.guard(), ledger: database.ledger(), app, log };
    const node = createNode({ ...parts, clock: systemClock, role: 'app', version: '2.2.15', mask: (text) => text });
    node.agent.start();
    return { ...node, coordination, isOpen };
  });
}

function idleApp(): { app: AppLifecycle; isOpen: () => boolean } {
  let open = false;
  const traffic = { closeTraffic: () => void (open = false), openTraffic: () => void (open = true) };
  const app = { ...appWithoutWork({ digest: 'd', core: '2.2.15', plugins: [] }), ...traffic };
  return { app, isOpen: () => open };
}

async function commandsOf({ redis }: Stage): Promise<number> {
  const info = await redis.cli('info', 'stats');
  return Number(/total_commands_processed:(\d+)/.exec(info)?.[1] ?? NaN);
}
