/** What a part of the benchmark measured: one sample for each round, operation or node. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Samples of the host alone; absent where there is nothing to compare with. */
  readonly without?: readonly number[];
  /** Samples with this plugin. */
  readonly with: readonly number[];
  /** Absent: shown for information. */
  readonly target?: Target;
}

export interface Target {
  /** What is judged: median with / median without, their difference, or the median with the plugin alone. */
  readonly of: 'ratio' | 'difference' | 'value';
  readonly limit: 'at most' | 'at least';
  readonly bound: number;
}

export interface Verdict {
  readonly value: number;
  readonly reached: boolean;
}

export function atMost(of: Target['of'], bound: number): Target {
  return { of, limit: 'at most', bound };
}

export function atLeast(of: Target['of'], bound: number): Target {
  return { of, limit: 'at least', bound };
}

/** The middle sample, or the mean of the two in the middle; NaN without samples. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

/** Median with / median without; undefined where there is nothing to compare with. */
export function ratioOf(figure: Figure): number | undefined {
  return figure.without && median(figure.with) / median(figure.without);
}

/** Undefined when the figure has no target. A target that could not be measured is not reached. */
export function verdictOf(figure: Figure): Verdict | undefined {
  const { target } = figure;
  if (!target) return undefined;
  const value = judged(figure, target);
  return { value, reached: target.limit === 'at most' ? value <= target.bound : value >= target.bound };
}

function judged(figure: Figure, { of }: Target): number {
  if (of === 'value') return median(figure.with);
  if (of === 'ratio') return ratioOf(figure) ?? NaN;
  return median(figure.with) - median(figure.without ?? []);
}
