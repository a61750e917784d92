import type { Tally } from '../../__tests__/model/property';
import type { Failure } from './messages';

const started = performance.now();

export function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(7);
  process.stdout.write(`[${seconds} s] ${text}\n`);
}

/** What happened in all scenarios, and what was asked of them. */
export function describe({ runs, events, changes, outcomes, requests, steps }: Tally): string {
  return [
    `${runs} runs, ${events} events, ${changes} changes of the database, in ${seconds()} s`,
    `operations: ${counted(outcomes)}`,
    `requests: ${counted(requests)}`,
    `steps: ${counted(steps)}`,
  ].join('\n');
}

export function tellFailure({ seed, path, what }: Failure): string {
  const replay = `npm run test:model -- --seed ${seed} --path ${path}`;
  return `\nVIOLATION ${what}\nSeen again with: ${replay}\nShortened with:  ${replay} --shorten\n`;
}

function counted(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.map(([word, count]) => `${count} ${word}`).join(', ');
}

function seconds(): string {
  return ((performance.now() - started) / 1000).toFixed(0);
}

export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
