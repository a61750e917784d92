/**
 * A second proof that no two operations overlapped, from nothing but the data: each row that an operation's work wrote
 * names its epoch and process, each row of a user its process, and the database says when each was committed.
 */
import type { OverlapWatch, Verdict } from '../overlap';

export interface WorkRow {
  readonly epoch: number;
  readonly process: string;
  /** Milliseconds since 1970, to the microsecond. */
  readonly committed: number;
}

export interface UserRow {
  readonly process: string;
  readonly title: string;
  readonly committed: number;
}

export interface Rows {
  readonly works: readonly WorkRow[];
  readonly users: readonly UserRow[];
  /** The epochs that the row of the guard had, one after the other. */
  readonly epochs: readonly number[];
}

interface Span {
  readonly epoch: number;
  readonly processes: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** One sentence for each thing that must not be. */
export function judgeRows({ works, users, epochs }: Rows): string[] {
  const spans = spansOf(works);
  return [
    ...spans.filter(({ processes }) => processes.length > 1).map(shared),
    ...pairs(spans).flatMap(([a, b]) => interleaved(a, b)),
    ...spans.flatMap((span) => users.filter((row) => isWithin(row, span)).map((row) => between(row, span))),
    ...pairs(epochs).flatMap(([a, b]) => (b > a ? [] : [`The guard's epoch went from ${a} to ${b}.`])),
  ];
}

/** From the first to the last write of each epoch, by epoch. */
function spansOf(works: readonly WorkRow[]): Span[] {
  const epochs = [...new Set(works.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  return epochs.map((epoch) => {
    const own = works.filter((row) => row.epoch === epoch);
    const times = own.map(({ committed }) => committed);
    const processes = [...new Set(own.map(({ process }) => process))];
    return { epoch, processes, from: Math.min(...times), to: Math.max(...times) };
  });
}

function shared({ epoch, processes }: Span): string {
  return `Epoch ${epoch} was worked on by ${processes.join(' and ')}.`;
}

/** Epochs are in order, so what is not after the one before is interleaved with it, or came before it. */
function interleaved(before: Span, after: Span): string[] {
  if (after.from > before.to) return [];
  const late = (before.to - after.from).toFixed(1);
  return [`Epoch ${before.epoch} wrote until ${late} ms after epoch ${after.epoch} had begun to.`];
}

function isWithin({ process, committed }: UserRow, { processes, from, to }: Span): boolean {
  return !processes.includes(process) && committed > from && committed < to;
}

function between({ title, committed }: UserRow, { epoch, from }: Span): string {
  const late = (committed - from).toFixed(1);
  return `A user's row (${title}) was committed ${late} ms after the first write of epoch ${epoch}, and before its last.`;
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return list.slice(1).map((item, index) => [list[index] as T, item]);
}

/** What another watch says, and what the rows say; about all rows, however old the mark is. */
export function withRows(watch: OverlapWatch, read: () => Promise<Rows>): OverlapWatch {
  let told = new Set<string>();
  return {
    mark: () => watch.mark(),
    async verdict(mark): Promise<Verdict> {
      const [verdict, rows] = await Promise.all([watch.verdict(mark), read()]);
      const found = judgeRows(rows);
      const fresh = found.filter((sentence) => !told.has(sentence));
      told = new Set(found);
      return { ...verdict, overlaps: [...verdict.overlaps, ...fresh] };
    },
  };
}
