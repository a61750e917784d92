import type { Act } from './acts';
import type { Sent } from './clients';

/** What users have felt. Times are milliseconds; undefined where nothing of the kind has happened. */
export interface Figures {
  readonly reads: number;
  readonly writes: number;
  readonly failed: number;
  readonly quiet: Spread;
  /** Of requests that were under way while an operation ran. */
  readonly during: Spread;
  readonly slowest: number | undefined;
  /** The longest time in which nobody got a good answer. */
  readonly silence: number | undefined;
  /** From the end of an operation, or from the moment it was asked for, to the next good answer; the worst of all. */
  readonly firstAfter: number | undefined;
  /** From the end of an operation to the last answer to those who were waiting then, the worst of all operations. */
  readonly lastAfter: number | undefined;
  readonly operations: readonly number[];
}

export interface Spread {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

export function figuresOf(sent: readonly Sent[], acts: readonly Act[]): Figures {
  const touched = (request: Sent) => acts.some((act) => request.began < act.ended && request.ended > act.began);
  const writes = sent.filter(({ number }) => number !== undefined).length;
  return {
    reads: sent.length - writes,
    writes,
    failed: sent.filter(isFailed).length,
    quiet: spread(sent.filter((request) => !touched(request))),
    during: spread(sent.filter(touched)),
    slowest: most(sent.map(duration)),
    silence: silence(sent, acts),
    firstAfter: most(acts.flatMap((act) => firstAfter(sent, act))),
    lastAfter: most(acts.flatMap((act) => lastAfter(sent, act))),
    operations: acts.map(({ began, ended }) => ended - began),
  };
}

export function isFailed({ status }: Sent): boolean {
  return status !== 200;
}

/** The smallest value that so many of them do not exceed; undefined of none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function spread(sent: readonly Sent[]): Spread {
  const times = sent.map(duration);
  return { count: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Only gaps that an operation has a part in: when it runs, or just after it. */
function silence(sent: readonly Sent[], acts: readonly Act[]): number | undefined {
  const times = goodEnds(sent);
  const gaps = times.slice(1).map((to, index) => ({ from: times[index] ?? to, to }));
  const within = gaps.filter(({ from, to }) => acts.some(({ began, ended }) => to > began && from < ended));
  return most(within.map(({ from, to }) => to - from));
}

function firstAfter(sent: readonly Sent[], { ended, released = ended }: Act): number[] {
  const first = goodEnds(sent).find((time) => time >= released);
  return first === undefined ? [] : [first - released];
}

function lastAfter(sent: readonly Sent[], { ended }: Act): number[] {
  const waiting = sent.filter((request) => request.began < ended && request.ended >= ended);
  return waiting.map((request) => request.ended - ended);
}

function goodEnds(sent: readonly Sent[]): number[] {
  const good = sent.filter((request) => !isFailed(request));
  return good.map((request) => request.ended).sort((a, b) => a - b);
}

function duration({ began, ended }: Sent): number {
  return ended - began;
}

function most(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
}
