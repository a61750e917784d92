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

/** What people and clients do: how often each comes, beside the others. */
const WISHES = {
  operate: 14,
  'operate-twice': 4,
  /** Tries until it gets in. */
  'operate-eagerly': 8,
  /** A process of its own. */
  command: 4,
  request: 20,
  cancel: 5,
  boot: 3,
  /** Work by hand, of both scopes. */
  enter: 3,
  exit: 4,
  /** An operation that only reads. */
  quiet: 3,
  /** Somebody waits for what is held, and resolves it. */
  resolve: 5,
} as const;

/** What goes wrong: each comes less often than operations and requests, and often enough. */
const TROUBLES = {
  kill: 3,
  freeze: 3,
  /** Between the effect of a call and its answer. */
  'kill-in-call': 3,
  'freeze-in-call': 3,
  /** The same for a call that turns something for good, of a node that begins an operation. */
  'kill-at-turn': 2,
  'freeze-at-turn': 2,
  'goodbye-at-turn': 1,
  /** The store forgets that the first change was announced before its leader hears of that, and somebody cancels. */
  'flush-at-turn': 2,
  /** The store forgets work by hand between the last look of a node and its request for the lease. */
  'forget-what-stands': 1,
  'cut-store': 3,
  'silence-store': 3,
  'cut-database': 2,
  /** The connection of the guard alone ends, in the middle of the work. */
  'lose-guard': 4,
  /** Somebody whom nobody knows stands in the guard. */
  occupy: 2,
  'slow-links': 3,
  /** A leader stands still in the middle of its work, loses its place, and others go on. */
  overtake: 2,
  /** A leader's call to the guard arrives when others have gone on. */
  'stray-enter': 2,
  /** A leader dies in its work; somebody has that done again, which meets trouble where it turns something for good. */
  'retry-in-trouble': 3,
  /** A process stands still, is taken for gone, and goes on when others are at work, or have been. */
  'left-behind': 3,
  /** Neither store nor database answers a process that starts beside somebody's work. */
  'start-in-the-dark': 1,
  /** A server in no list of the database, and a leader whom the store does not tell of it at first. */
  unlisted: 2,
  isolate: 3,
  'cut-all-stores': 1,
  flush: 3,
  'fail-over': 2,
  /** Of the database, while the store remembers them. */
  'forget-epochs': 1,
  'pause-store': 1,
  'jump-clock': 2,
  goodbye: 2,
} as const;

export type Trouble = keyof typeof TROUBLES;
export type What = Trouble | keyof typeof WISHES;
const OFTEN: Readonly<Record<What, number>> = { ...WISHES, ...TROUBLES };

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

const whats = fc.oneof(
  ...Object.entries(OFTEN).map(([what, weight]) => ({ weight, arbitrary: fc.constant(what as What) })),
);

const step: fc.Arbitrary<Step> = fc.record({ after: pauses, what: whats, node: fc.nat(7), ms: durations });

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(),
  nodes: int(2, 4),
  fresh: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  steps: fc.array(step, { minLength: 4, maxLength: 24, size: 'max' }),
});
