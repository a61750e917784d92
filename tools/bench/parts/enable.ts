import { startBalancer } from '../../cluster';
import { atMost } from '../figures';
import { startLoad, type LoadResult } from '../load';
import { wholeAttempt, type How } from '../manual';
import {
  PLUGIN,
  change,
  enableByManual,
  enableInCluster,
  operate,
  prepareManualProcedure,
  revive,
} from '../procedures';
import { NODES, type Part, type PartResult, type Side, type Stage } from '../stage';
import { inTurn, secondsOf } from '../timing';

interface Sample extends LoadResult {
  readonly seconds: number;
}

const PER_SECOND = 10;
const REQUEST = '/api/users:list?pageSize=1';
const HEALTH = '/api/__health_check';

export const enable: Part = {
  name: 'enable',
  title: `one pm:enable ${PLUGIN.name} on ${NODES} nodes, ${PER_SECOND} requests/s through a retrying balancer`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  const pair = await stage.pair();
  await prepareManualProcedure(pair.without);
  const samples: { without: Sample[]; with: Sample[] } = { without: [], with: [] };
  const notes: string[] = [];
  const manual = async () => {
    samples.without.push(await byManual(stage, pair.without, notes));
    // Only on the node that enabled it: the next round begins with an end of the others anyway.
    await change(pair.without.api, 'disable', PLUGIN.name);
  };
  const own = async () => {
    samples.with.push(await measured(pair.with, {}, () => enableInCluster(pair.with)));
    await operate(pair.with.api, 'disable', PLUGIN.name);
  };
  for (let round = 0; round < stage.rounds; round += 1) {
    await inTurn(round, manual, own);
    stage.say(`  round ${round + 1}: ${tell(samples.without.at(-1))} without, ${tell(samples.with.at(-1))} with`);
  }
  const column = (field: keyof Sample) => ({
    without: samples.without.map((sample) => sample[field]),
    with: samples.with.map((sample) => sample[field]),
  });
  return {
    figures: [
      { name: 'first step to all nodes serving', unit: 's', ...column('seconds'), target: atMost('ratio', 0.45) },
      { name: 'client requests sent meanwhile', unit: '', ...column('requests') },
      { name: 'client requests that failed', unit: '', ...column('failed') },
      { name: 'slowest client request', unit: 's', ...column('slowest') },
    ],
    notes,
  };
}

function byManual({ say }: Stage, side: Side, notes: string[]): Promise<Sample> {
  const health = { readyPath: HEALTH, livePath: HEALTH };
  const attempt = (how: How) => measured(side, health, () => enableByManual(side, how));
  return wholeAttempt(say, notes, attempt, async () => {
    await revive(side);
    await change(side.api, 'disable', PLUGIN.name);
  });
}

async function measured(
  { cluster, api }: Side,
  probes: { readyPath?: string; livePath?: string },
  work: () => Promise<void>,
): Promise<Sample> {
  const balancer = await startBalancer({ targets: () => cluster.nodes.map(({ url }) => url), ...probes });
  const load = startLoad(`${balancer.url}${REQUEST}`, api.token, PER_SECOND);
  try {
    const seconds = await secondsOf(work);
    return { seconds, ...(await load.stop()) };
  } finally {
    await load.stop();
    await balancer.stop();
  }
}

function tell(sample: Sample | undefined): string {
  return sample ? `${sample.seconds.toFixed(1)} s (${sample.failed} of ${sample.requests} failed)` : 'nothing';
}
