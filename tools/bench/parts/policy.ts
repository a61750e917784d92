import type { Answer, Api } from '../../cluster';
import { atMost, median } from '../figures';
import { processorMilliseconds } from '../processor-time';
import { NODES, type Pair, type Part, type PartResult, type Side, type Stage } from '../stage';

interface Question {
  readonly name: string;
  /** In milliseconds. */
  readonly bound: number;
  readonly ask: (api: Api) => Promise<Answer>;
}

/** One after the other on one node: what is measured is how long somebody waits. */
const PAIRS_PER_ROUND = 100;
/** Of each node. */
const WARM_UP = 30;
const SIDES = ['without', 'with'] as const;
const PROCESSOR = 'Processor time is of all nodes of a side, with what they do by themselves meanwhile.';

const QUESTIONS: readonly Question[] = [
  { name: 'an action that nobody decides about', bound: 0.3, ask: (api) => api.get('users:list?pageSize=1') },
  {
    name: 'one that the policy is asked about, and allows',
    bound: 2,
    ask: (api) => api.post('users:update?filterByTk=1', { nickname: 'Super Admin' }),
  },
];

export const policy: Part = {
  name: 'policy',
  title: 'what the policy adds to single requests, which are answered one after the other',
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  const pair = await stage.pair();
  const figures = [];
  for (const { name, bound, ask } of QUESTIONS) {
    const { times, processor } = await measure(pair, ask, stage.rounds * PAIRS_PER_ROUND);
    stage.say(`  ${name}: ${median(times.without).toFixed(2)} ms without, ${median(times.with).toFixed(2)} ms with`);
    figures.push({ name, unit: 'ms', ...times, target: atMost('difference', bound) });
    figures.push({ name: `  processor time of the nodes for one`, unit: 'ms', ...processor });
  }
  return { figures, notes: ['The gated action changes no schema, so that Redis is not asked.', PROCESSOR] };
}

type Sides = Record<keyof Pair, number[]>;

/**
 * In turn, so that a machine that gets slower does so for both; on one node after the other, because two processes of the same
 * program differ by more than what is looked for.
 */
async function measure(pair: Pair, ask: Question['ask'], count: number): Promise<{ times: Sides; processor: Sides }> {
  const times: Sides = { without: [], with: [] };
  const used: Record<keyof Pair, number> = { without: 0, with: 0 };
  for (let index = -WARM_UP * NODES; index < count; index += 1) {
    if (index === 0) for (const side of SIDES) used[side] -= processorOf(pair[side]);
    const order = index % 2 === 0 ? SIDES : [...SIDES].reverse();
    for (const side of order) {
      const { api, cluster } = pair[side];
      const there = api.at(cluster.node(Math.abs(index) % NODES).url);
      const began = performance.now();
      const { status, body } = await ask(there);
      if (status !== 200) throw new Error(`The request was answered ${status}: ${JSON.stringify(body)}`);
      if (index >= 0) times[side].push(performance.now() - began);
    }
  }
  const perRequest = (side: keyof Pair) => [(used[side] + processorOf(pair[side])) / count];
  return { times, processor: { without: perRequest('without'), with: perRequest('with') } };
}

/** Of all nodes together, since they were started. */
function processorOf({ cluster }: Side): number {
  return cluster.nodes.reduce((sum, { pid }) => sum + processorMilliseconds(pid), 0);
}
