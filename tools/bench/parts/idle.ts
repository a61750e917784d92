import { atMost } from '../figures';
import { residentMegabytes } from '../process-cost';
import { watchRedis } from '../redis-watch';
import { NODES, type Part, type PartResult, type Side, type Stage } from '../stage';
import { pause } from '../timing';

const SETTLE_MS = 30_000;
const WATCH_MS = 20_000;

export const idle: Part = {
  name: 'idle',
  title: `${NODES} nodes that nobody uses: memory ${SETTLE_MS / 1000} s after the start, commands in Redis`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  const pair = await stage.pair();
  stage.say(`  ${(SETTLE_MS + WATCH_MS) / 1000} s of doing nothing`);
  await pause(SETTLE_MS);
  const memory = { without: memoryOf(pair.without), with: memoryOf(pair.with) };
  const watch = await watchRedis(stage.redis);
  const executedBefore = await executed(stage);
  await pause(WATCH_MS);
  // The question after the pause is the only one of our own in between.
  const inside = (await executed(stage)) - executedBefore - 1;
  watch.stop();
  const own = watch.seen.filter(({ args }) => args[0]?.toLowerCase() === 'info').length;
  const sent = watch.seen.filter(({ from }) => from === 'client').length - own;
  const perNode = (count: number) => [count / (WATCH_MS / 1000) / NODES];
  return {
    figures: [
      { name: 'commands sent per second and node', unit: '1/s', with: perNode(sent), target: atMost('value', 1) },
      { name: 'the same with those inside of scripts', unit: '1/s', with: perNode(inside) },
      { name: 'resident memory of a node', unit: 'MB', ...memory, target: atMost('difference', 15) },
    ],
    notes: [],
  };
}

function memoryOf({ cluster }: Side): number[] {
  return cluster.nodes.map(({ pid }) => residentMegabytes(pid));
}

async function executed({ redis }: Stage): Promise<number> {
  const count = /total_commands_processed:(\d+)/.exec(await redis.cli('info', 'stats'))?.[1];
  if (count === undefined) throw new Error('Redis does not tell how many commands it has executed.');
  return Number(count);
}
