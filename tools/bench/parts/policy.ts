import type { Answer, Api } from '../../cluster';
import { atMost, median } from '../figures';
import type { Pair, Part, PartResult, Stage } from '../stage';

interface Question {
  readonly name: string;
  /** In milliseconds. */
  readonly bound: number;
  readonly ask: (api: Api) => Promise<Answer>;
}

/** One after the other on one node: what is measured is how long somebody waits. */
const PAIRS_PER_ROUND = 100;
const WARM_UP = 30;

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
    const samples = await measure(pair, ask, stage.rounds * PAIRS_PER_ROUND);
    stage.say(
      `  ${name}: ${median(samples.without).toFixed(2)} ms without, ${median(samples.with).toFixed(2)} ms with`,
    );
    figures.push({ name, unit: 'ms', ...samples, target: atMost('difference', bound) });
  }
  return { figures, notes: ['The gated action changes no schema, so that Redis is not asked.'] };
}

/** In turn, so that a machine that gets slower does so for both. */
async function measure(pair: Pair, ask: Question['ask'], count: number) {
  const samples: { without: number[]; with: number[] } = { without: [], with: [] };
  for (let index = -WARM_UP; index < count; index += 1) {
    const sides = index % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
    for (const side of sides) {
      const began = performance.now();
      const { status, body } = await ask(pair[side].api);
      if (status !== 200) throw new Error(`The request was answered ${status}: ${JSON.stringify(body)}`);
      if (index >= 0) samples[side].push(performance.now() - began);
    }
  }
  return samples;
}
