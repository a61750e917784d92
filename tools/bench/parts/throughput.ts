import { atLeast, median } from '../figures';
import { processorMilliseconds } from '../processor-time';
import { saturate } from '../saturate';
import { NODES, type Part, type PartResult, type Side, type Stage } from '../stage';

interface Sample {
  readonly perSecond: number;
  /** Processor time of the node for one request, in ms: other work on the machine hardly changes it. */
  readonly processor: number;
}

const PAIRS_PER_ROUND = 2;
const CONNECTIONS = 8;
/** Each pair is measured as ABBA, so that a machine that gets slower or faster does so for both. */
const SLICE_MS = 2500;
const WARM_UP_MS = 2500;
const REQUEST = '/api/users:list?pageSize=1';

export const throughput: Part = {
  name: 'throughput',
  title: `GET ${REQUEST} with a token on one node, ${CONNECTIONS} kept connections`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  const pair = await stage.pair();
  stage.say('  warming up');
  for (const side of [pair.without, pair.with]) {
    for (let index = 0; index < NODES; index += 1) await saturate(target(side, index), CONNECTIONS, WARM_UP_MS);
  }
  const samples: { without: Sample[]; with: Sample[] } = { without: [], with: [] };
  for (let index = 0; index < stage.rounds * PAIRS_PER_ROUND; index += 1) {
    // Two processes of the same program differ a little: each pair takes the next two.
    const node = index % NODES;
    const [outer, inner] = index % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
    const slices: { without: Sample[]; with: Sample[] } = { without: [], with: [] };
    for (const name of [outer, inner, inner, outer]) slices[name].push(await measure(pair[name], node));
    samples.without.push(mean(slices.without));
    samples.with.push(mean(slices.with));
    const [a, b] = [samples.without.at(-1)?.perSecond, samples.with.at(-1)?.perSecond];
    stage.say(`  pair ${index + 1}: ${a?.toFixed(0)}/s without, ${b?.toFixed(0)}/s with`);
  }
  return result(samples);
}

function result(samples: { without: Sample[]; with: Sample[] }): PartResult {
  const column = (field: keyof Sample) => ({
    without: samples.without.map((sample) => sample[field]),
    with: samples.with.map((sample) => sample[field]),
  });
  const { without, with: own } = column('perSecond');
  const ratios = own.map((value, index) => value / (without[index] ?? NaN));
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3));
  return {
    figures: [
      { name: 'requests per second', unit: '1/s', without, with: own, target: atLeast('ratio', 0.99) },
      { name: 'processor time of the node per request', unit: 'ms', ...column('processor') },
    ],
    notes: [`Ratios of the single pairs: ${low} to ${high}, median ${median(ratios).toFixed(3)}.`],
  };
}

async function measure(side: Side, node: number): Promise<Sample> {
  const { pid } = side.cluster.node(node);
  const before = processorMilliseconds(pid);
  const began = performance.now();
  const perSecond = await saturate(target(side, node), CONNECTIONS, SLICE_MS);
  const requests = (perSecond * (performance.now() - began)) / 1000;
  return { perSecond, processor: (processorMilliseconds(pid) - before) / requests };
}

function target({ cluster, api }: Side, node: number): { url: string; token: string } {
  return { url: `${cluster.node(node).url}${REQUEST}`, token: api.token };
}

function mean(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample) => samples.reduce((sum, sample) => sum + sample[field], 0) / samples.length;
  return { perSecond: of('perSecond'), processor: of('processor') };
}
