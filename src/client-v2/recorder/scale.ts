/** A stretch of time in which nobody said anything, drawn shorter than it was. */
export interface Silence {
  readonly from: number;
  readonly to: number;
}

/** Where moments stand on a line from 0 to 1. */
export interface Scale {
  readonly start: number;
  readonly end: number;
  readonly silences: readonly Silence[];
  place(moment: number): number;
}

/** What is shorter is a pause as there are many. */
const SHORTEST_SILENCE = 5_000;
/** A silence is cut where it would take more of the line than this. */
const LONGEST_SHARE = 0.2;
/** What a silence that was cut takes of the line. */
const CUT_SHARE = 0.07;
/** With more of them too little would be left for what happened. */
const MOST_CUTS = 5;

/**
 * From the first moment to the last. Long silences, as in a manual maintenance of hours, are cut: otherwise everything that
 * happened would stand in a few pixels at both ends.
 */
export function scaleOf(moments: readonly number[]): Scale {
  const sorted = [...moments].sort((a, b) => a - b);
  const start = sorted[0] ?? 0;
  const end = sorted.at(-1) ?? start;
  const silences = silencesOf(sorted, end - start);
  const drawn = end - start - silences.reduce((sum, { from, to }) => sum + to - from, 0);
  const room = 1 - silences.length * CUT_SHARE;
  const place = (moment: number) => {
    const at = Math.min(Math.max(moment, start), end);
    const within = silences.map(({ from, to }) => Math.min(Math.max(at - from, 0), to - from));
    const cut = within.reduce((sum, ms) => sum + ms, 0);
    const shares = silences.reduce((sum, { from, to }, index) => sum + (within[index] ?? 0) / (to - from), 0);
    return (drawn > 0 ? ((at - start - cut) / drawn) * room : 0) + shares * CUT_SHARE;
  };
  return { start, end, silences, place };
}

/** The longest first, as long as what is left is dominated by one. */
function silencesOf(sorted: readonly number[], total: number): readonly Silence[] {
  const pauses = sorted.slice(1).map((to, index) => ({ from: sorted[index] ?? to, to }));
  const longest = pauses
    .filter(({ from, to }) => to - from >= SHORTEST_SILENCE)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, MOST_CUTS);
  let left = total;
  const cut = longest.filter(({ from, to }) => {
    if (to - from < left * LONGEST_SHARE) return false;
    left -= to - from;
    return true;
  });
  // Nothing else happened: there is nothing to make room for.
  return left > 0 ? cut.sort((a, b) => a.from - b.from) : [];
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];
/** Labels that stand nearer to each other cannot be read. */
const NEAREST = 0.09;

/** Round times since the start for the axis, each with its place. */
export function ticksOf({
  start,
  end,
  silences,
  place,
}: Scale): readonly { readonly ms: number; readonly at: number }[] {
  const drawn = end - start - silences.reduce((sum, { from, to }) => sum + to - from, 0);
  const step = 1_000 * (STEPS.find((seconds) => seconds * 1_000 >= drawn * NEAREST) ?? 86_400);
  const ticks: { ms: number; at: number }[] = [{ ms: 0, at: 0 }];
  // Within a silence there is nothing to tell apart, and there may be thousands of steps.
  const stretches = [start, ...silences.flatMap(({ from, to }) => [from, to]), end];
  for (let index = 0; index + 1 < stretches.length; index += 2) {
    const [from = start, to = end] = [stretches[index], stretches[index + 1]];
    for (let ms = Math.ceil((from - start) / step) * step; start + ms <= to; ms += step) {
      const at = place(start + ms);
      if (at - (ticks.at(-1)?.at ?? 0) >= NEAREST) ticks.push({ ms, at });
    }
  }
  return ticks;
}
