import { atMost, median } from '../figures';
import { measureMemory, type Memory } from '../memory';
import { watchRedis } from '../redis-watch';
import { NODES, START_TIMEOUT, type Pair, type Part, type PartResult, type Side, type Stage } from '../stage';
import { pause } from '../timing';

interface Commands {
  /** By clients, per second and node. */
  readonly sent: number;
  /** The same with those that scripts execute. */
  readonly executed: number;
}

const SETTLE_MS = 30_000;
const WATCH_MS = 20_000;

export const idle: Part = {
  name: 'idle',
  title: `${NODES} nodes that nobody uses: memory ${SETTLE_MS / 1000} s after the start, commands in Redis`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  const pair = await stage.pair();
  const memory: { without: Memory[]; with: Memory[] } = { without: [], with: [] };
  // Each round gives a sample for every node, so half of them are enough.
  for (let round = 0; round < Math.ceil(stage.rounds / 2); round += 1) {
    if (round > 0) await startAnew(pair);
    await pause(SETTLE_MS);
    // Both sides at once: the pauses are the longest part of it, and nothing here depends on speed.
    const [without, own] = await Promise.all([measureMemory(nodesOf(pair.without)), measureMemory(nodesOf(pair.with))]);
    memory.without.push(...without);
    memory.with.push(...own);
    const live = (samples: readonly Memory[]) => median(samples.map((sample) => sample.live)).toFixed(1);
    stage.say(`  round ${round + 1}: ${live(without)} MB live without, ${live(own)} MB with`);
  }
  const commands = await countCommands(stage);
  const column = (field: keyof Memory) => ({
    without: memory.without.map((sample) => sample[field]),
    with: memory.with.map((sample) => sample[field]),
  });
  return {
    figures: [
      { name: 'Redis commands per second and node', unit: '1/s', with: [commands.sent], target: atMost('value', 1) },
      { name: 'the same with those inside of scripts', unit: '1/s', with: [commands.executed] },
      { name: 'live memory of a node', unit: 'MB', ...column('live'), target: atMost('difference', 15) },
      {
        name: 'resident memory, garbage collected',
        unit: 'MB',
        ...column('resident'),
        target: atMost('difference', 15),
      },
      { name: 'resident memory as found', unit: 'MB', ...column('raw') },
    ],
    notes: ['Resident memory differs by tens of MB between starts of the same program; live memory hardly does.'],
  };
}

/** New processes, one after the other, on both sides side by side. */
async function startAnew(pair: Pair): Promise<void> {
  const restart = async (side: Side) => {
    for (const node of nodesOf(side)) {
      await node.restart();
      await node.waitServing(START_TIMEOUT);
    }
  };
  await Promise.all([restart(pair.without), restart(pair.with)]);
}

async function countCommands(stage: Stage): Promise<Commands> {
  const watch = await watchRedis(stage.redis);
  const before = await executedSoFar(stage);
  await pause(WATCH_MS);
  // The question after the pause counts itself.
  const executed = (await executedSoFar(stage)) - before - 1;
  watch.stop();
  const sent = watch.seen.filter(({ from, args }) => from === 'client' && args[0]?.toLowerCase() !== 'info').length;
  const rate = (count: number) => count / (WATCH_MS / 1000) / NODES;
  return { sent: rate(sent), executed: rate(executed) };
}

async function executedSoFar({ redis }: Stage): Promise<number> {
  const count = /total_commands_processed:(\d+)/.exec(await redis.cli('info', 'stats'))?.[1];
  if (count === undefined) throw new Error('Redis does not tell how many commands it has executed.');
  return Number(count);
}

function nodesOf({ cluster }: Side): Side['cluster']['nodes'] {
  return cluster.nodes;
}
