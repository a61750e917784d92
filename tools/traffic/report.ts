import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Machine } from '../bench/machine';
import { projectRoot } from '../cluster';
import type { Run } from './runs';

type Row = readonly [name: string, cell: (run: Run) => string];

const ROWS: readonly Row[] = [
  ['clients', ({ clients }) => `${clients}`],
  ['reads', ({ figures }) => `${figures.reads}`],
  ['writes', ({ figures }) => `${figures.writes}`],
  ['answered with anything but 200', ({ figures }) => `${figures.failed}`],
  ['acknowledged and not stored', ({ stored }) => `${stored.lost.length}`],
  ['stored twice', ({ stored }) => `${stored.doubled.length}`],
  ['stored in another order', ({ stored }) => `${stored.disordered.length}`],
  ['refused and stored', ({ stored }) => `${stored.untrue.length}`],
  ['p50 while nothing runs', ({ figures }) => time(figures.quiet.p50)],
  ['p99 while nothing runs', ({ figures }) => time(figures.quiet.p99)],
  ['requests during operations', ({ figures }) => `${figures.during.count}`],
  ['p50 during', ({ figures }) => time(figures.during.p50)],
  ['p99 during', ({ figures }) => time(figures.during.p99)],
  ['slowest request', ({ figures }) => time(figures.slowest)],
  ['longest time without a good answer', ({ figures }) => time(figures.silence)],
  ['end of the operation to the next answer', ({ figures }) => time(figures.firstAfter)],
  ['end of the operation to the last who waited', ({ figures }) => time(figures.lastAfter)],
  ['operations', ({ figures }) => figures.operations.map(time).join(', ')],
];

/** One column for each run, then what is wrong with them. */
export function describe(runs: readonly Run[]): string {
  const head = ['', ...runs.map(nameOf)];
  const rows = ROWS.map(([name, cell]) => [name, ...runs.map(cell)]);
  const wrong = runs.filter(isBad).flatMap((run) => {
    const { problems, evidence } = run;
    return [
      `${nameOf(run)}: FAILED`,
      ...problems.slice(0, MOST).map((problem) => `  ${problem}`),
      more(problems),
      evidence,
    ];
  });
  const told = wrong.filter((line) => line !== '').join('\n');
  const table = align([head, ...rows]);
  return [table, compared(runs).join('\n'), told].filter((part) => part !== '').join('\n\n');
}

/** What clients notice between two maintenances, beside the same clients while nothing happens. */
function compared(runs: readonly Run[]): string[] {
  return runs.flatMap(({ way, work, figures }) => {
    const calm = runs.find((run) => run.way === way && run.work === 'nothing')?.figures.quiet.p99;
    const between = figures.quiet.p99;
    if (work !== '5x1s' || calm === undefined || between === undefined) return [];
    const ratio = (between / calm).toFixed(2);
    return [`${way}: p99 between maintenances / p99 without any: ${time(between)} / ${time(calm)} = ${ratio}`];
  });
}

const MOST = 20;

function nameOf({ way, work, kind }: Run): string {
  return kind === 'with' ? `${way}, ${work}` : `${way}, the manual's procedure`;
}

/** Without the plugin nobody has promised anything. */
export function isBad({ kind, problems }: Run): boolean {
  return kind === 'with' && problems.length > 0;
}

/** Writes everything as JSON and gives the path of the file, relative to the project. */
export function write(began: Date, machine: Machine, runs: readonly Run[]): string {
  const folder = join(projectRoot, '.artifacts', 'traffic');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${began.toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ began, ended: new Date(), machine, runs }, null, 2)}\n`);
  return relative(projectRoot, file);
}

function more(problems: readonly string[]): string {
  return problems.length > MOST ? `  … and ${problems.length - MOST} more` : '';
}

function time(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '-';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function align(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map((cells) =>
      columns
        .map((width, column) => (cells[column] ?? '').padEnd(width))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
