import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '../cluster';
import { median, ratioOf, verdictOf, type Figure } from './figures';
import type { Machine } from './machine';
import type { PartResult } from './stage';

/** Of one part: what it measured, or why it could not. */
export type Outcome = { readonly part: string; readonly title: string } & (
  ({ readonly ok: true } & PartResult) | { readonly ok: false; readonly error: string }
);

const HEAD = ['part', 'median of', 'unit', 'n', 'without', 'with', 'ratio', 'target', ''];

/** A table of medians, then every sample. */
export function describeOutcomes(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap((outcome) => (outcome.ok ? outcome.figures.map((f) => row(outcome.part, f)) : []));
  return [align([HEAD, ...rows]), ...outcomes.map(details)].join('\n\n');
}

/** Writes everything as JSON and gives the path of the file, relative to the project. */
export function writeOutcomes(began: Date, machine: Machine, rounds: number, outcomes: readonly Outcome[]): string {
  const folder = join(projectRoot, '.artifacts', 'bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${began.toISOString().replace(/[:.]/g, '-')}.json`);
  const parts = outcomes.map((outcome) =>
    outcome.ok ? { ...outcome, figures: outcome.figures.map(withMedians) } : outcome,
  );
  writeFileSync(file, `${JSON.stringify({ began, ended: new Date(), machine, rounds, parts }, null, 2)}\n`);
  return relative(projectRoot, file);
}

function withMedians(figure: Figure): object {
  const { without } = figure;
  const medians = { ...(without ? { without: median(without) } : {}), with: median(figure.with) };
  return { ...figure, medians, ratio: ratioOf(figure), verdict: verdictOf(figure) };
}

function row(part: string, figure: Figure): string[] {
  const { name, unit, target, without } = figure;
  const verdict = verdictOf(figure);
  const ratio = ratioOf(figure);
  const sign = target?.limit === 'at most' ? '≤' : '≥';
  const subject = target?.of === 'value' ? '' : `${target?.of} `;
  return [
    part,
    name,
    unit,
    `${figure.with.length}`,
    without ? short(median(without)) : '',
    short(median(figure.with)),
    ratio === undefined ? '' : ratio.toFixed(3),
    target ? `${subject}${sign} ${target.bound}` : '',
    verdict
      ? `${verdict.reached ? 'reached' : 'MISSED'}${target?.of === 'difference' ? ` (${short(verdict.value)})` : ''}`
      : '',
  ];
}

function details(outcome: Outcome): string {
  const head = `${outcome.part}: ${outcome.title}`;
  if (!outcome.ok) return `${head}\n  NOT MEASURED: ${outcome.error}`;
  const lines = outcome.figures.flatMap(({ name, unit, without, with: own }) => [
    `  ${name}${unit ? ` (${unit})` : ''}`,
    ...(without ? [`    without: ${without.map(short).join('  ')}`] : []),
    `    with:    ${own.map(short).join('  ')}`,
  ]);
  return [head, ...lines, ...outcome.notes.map((note) => `  Note: ${note}`)].join('\n');
}

/** Three digits that mean something. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
