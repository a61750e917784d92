import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '../cluster';
import type { Outcome, Scenario } from './scenario';

/** All runs of one scenario. */
export interface Record {
  readonly scenario: Pick<Scenario, 'name' | 'kind'>;
  readonly outcomes: readonly (Outcome & { readonly seed: number })[];
}

const HEAD = ['scenario', 'runs', 'what happened', 'median', 'worst', 'overlaps', ''];

/** One line for each scenario; times are seconds from the blow to everybody serving, or to the operation being held. */
export function describe(records: readonly Record[]): string {
  const rows = records.map(({ scenario, outcomes }) => {
    const times = outcomes.flatMap(({ ms }) => (ms === undefined ? [] : [ms])).sort((a, b) => a - b);
    const failed = outcomes.filter(isBad).length;
    return [
      scenario.name,
      `${outcomes.length}`,
      counted(outcomes.map(({ words }) => words)),
      seconds(median(times)),
      seconds(times.at(-1)),
      `${outcomes.reduce((sum, { overlaps }) => sum + overlaps, 0)}`,
      failed > 0 ? `${failed} FAILED` : 'ok',
    ];
  });
  return align([HEAD, ...rows]);
}

/** Writes everything as JSON and gives the path of the file, relative to the project. */
export function write(began: Date, seed: number, records: readonly Record[]): string {
  const folder = join(projectRoot, '.artifacts', 'chaos');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${began.toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ began, ended: new Date(), seed, scenarios: records }, null, 2)}\n`);
  return relative(projectRoot, file);
}

export function isBad({ problems, overlaps }: Outcome): boolean {
  return problems.length > 0 || overlaps > 0;
}

/** The middle one of sorted values; the mean of the two in the middle when their number is even. */
export function median(sorted: readonly number[]): number | undefined {
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** "2 aborted, 1 done", the most frequent first; just the words when they are all the same. */
export function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.length === 1 ? (words[0] ?? '') : sorted.map(([word, count]) => `${count} ${word}`).join(', ');
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1000).toFixed(1)} s`;
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((cells) => line(cells).trimEnd()).join('\n');
}
