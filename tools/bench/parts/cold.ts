import { startCluster, type Cluster } from '../../cluster';
import { hostEnv } from '../../cluster/node-env';
import { atMost } from '../figures';
import { comesUp, startOthers, wholeAttempt, type How } from '../manual';
import { NODES, START_TIMEOUT, type Part, type PartResult, type Stage } from '../stage';
import { inTurn, secondsOf } from '../timing';

export const cold: Part = {
  name: 'cold',
  title: `${NODES} nodes on an empty database: one first and then the others without, all together with the plugin`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  await stage.closePair();
  const samples: { without: number[]; with: number[] } = { without: [], with: [] };
  const notes: string[] = [];
  const attempt = (how: How) => onEmptyDatabase(stage, 'none', (cluster) => oneFirst(cluster, how));
  const manual = async () => {
    samples.without.push(await wholeAttempt(stage.say, notes, attempt, () => Promise.resolve()));
  };
  const own = async () => void samples.with.push(await onEmptyDatabase(stage, 'disk', allTogether));
  for (let round = 0; round < stage.rounds; round += 1) {
    await inTurn(round, manual, own);
    const [without, together] = [samples.without.at(-1), samples.with.at(-1)];
    stage.say(`  round ${round + 1}: ${without?.toFixed(1)} s without, ${together?.toFixed(1)} s with`);
  }
  const name = 'first process to all nodes serving';
  return { figures: [{ name, unit: 's', ...samples, target: atMost('ratio', 1) }], notes };
}

let databases = 0;

async function onEmptyDatabase(
  { postgres, redis }: Stage,
  plugin: 'none' | 'disk',
  start: (cluster: Cluster) => Promise<void>,
): Promise<number> {
  const database = `bench_cold_${(databases += 1)}`;
  await postgres.createDatabase(database);
  const cluster = await startCluster({ nodes: 0, database, postgres, plugin, ...(plugin === 'disk' ? { redis } : {}) });
  try {
    // Asking the host's CLI for the environment is the harness's own work, on both sides.
    await hostEnv(cluster.slot, cluster.env);
    return await secondsOf(() => start(cluster));
  } finally {
    await cluster.stopAll();
    await postgres.dropDatabase(database);
  }
}

async function allTogether(cluster: Cluster): Promise<void> {
  for (let index = 0; index < NODES; index += 1) await cluster.addNode();
  await Promise.all(cluster.nodes.map((node) => node.waitServing(START_TIMEOUT)));
}

async function oneFirst(cluster: Cluster, how: How): Promise<void> {
  await comesUp(await cluster.addNode());
  await startOthers(Array.from({ length: NODES - 1 }), how, () => cluster.addNode());
}
