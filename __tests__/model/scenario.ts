import fc from 'fast-check';

/** What a scenario does, in virtual time; fast-check invents lists of these, and shortens one that fails. */
export interface Step {
  /** Pause before it, in ms. */
  readonly after: number;
  readonly what: What;
  /** Which node, of those that live. */
  readonly node: number;
  /** How long, where that matters, in ms. */
  readonly ms: number;
}

/** How often each comes, beside the others. Operations and requests come more often than each of the faults. */
const OFTEN = {
  operate: 14,
  'operate-twice': 4,
  /** Tries until it gets in. */
  'operate-eagerly': 8,
  request: 20,
  cancel: 5,
  kill: 3,
  freeze: 3,
  /** Between the effect of a call and its answer. */
  'kill-in-call': 3,
  'freeze-in-call': 3,
  'cut-store': 3,
  'silence-store': 3,
  'cut-database': 2,
  'lose-guard': 3,
  isolate: 3,
  'cut-all-stores': 1,
  flush: 3,
  'fail-over': 2,
  'pause-store': 1,
  'jump-clock': 2,
  boot: 3,
  goodbye: 2,
  resolve: 4,
} as const;
export type What = keyof typeof OFTEN;
export const WHATS = Object.keys(OFTEN) as readonly What[];

export interface Scenario {
  readonly seed: number;
  readonly nodes: number;
  /** The nodes start on an empty database, and what happens meanwhile happens to that start. */
  readonly fresh: boolean;
  readonly steps: readonly Step[];
}

const int = (min: number, max: number) => fc.integer({ min, max });

/** At once, soon, or when what was begun has probably ended. */
const pauses = fc.oneof(
  { weight: 3, arbitrary: int(0, 50) },
  { weight: 4, arbitrary: int(50, 900) },
  { weight: 3, arbitrary: int(900, 4_000) },
);

/** Most troubles are short; some outlast every deadline. */
const durations = fc.oneof(
  { weight: 5, arbitrary: int(20, 600) },
  { weight: 3, arbitrary: int(600, 2_500) },
  { weight: 2, arbitrary: int(2_500, 9_000) },
);

const whats = fc.oneof(...WHATS.map((what) => ({ weight: OFTEN[what], arbitrary: fc.constant(what) })));

const step: fc.Arbitrary<Step> = fc.record({ after: pauses, what: whats, node: fc.nat(7), ms: durations });

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(),
  nodes: int(2, 4),
  fresh: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  steps: fc.array(step, { minLength: 4, maxLength: 24, size: 'max' }),
});
