import { story } from '../../__tests__/cluster/logs';
import type { Side } from '../bench/stage';
import { pause } from '../bench/timing';
import { QUIET, type Act } from './acts';
import { startCrowd, type Sent } from './clients';
import { figuresOf, isFailed, type Figures } from './figures';
import type { Kind } from './stage';
import { askDatabase, problemsOf, type Stored } from './stored';
import { openWay, type Way } from './ways';
import type { WayName, WorkName } from './wishes';

/** One crowd, one way, and what it went through. */
export interface Run {
  readonly way: WayName;
  readonly work: WorkName;
  readonly kind: Kind;
  readonly clients: number;
  readonly figures: Figures;
  readonly stored: Stored;
  /** One sentence each; with the plugin there must be none. */
  readonly problems: readonly string[];
  /** For a run with problems: the first requests that failed, and what nodes and balancer had to say. */
  readonly evidence: string;
}

export interface RunOptions {
  readonly side: Side;
  readonly kind: Kind;
  readonly way: WayName;
  readonly work: WorkName;
  readonly clients: number;
  /** What happens to the cluster meanwhile. */
  readonly act: (way: Way) => Promise<Act[]>;
}

/** The first answers come from code that was never run before: nothing is counted of them. */
const WARM_UP = 2_000;
const SHOWN = 10;

export async function perform({ side, kind, way: name, work, clients, act }: RunOptions): Promise<Run> {
  const way = await openWay(name, side, kind);
  try {
    const crowd = startCrowd({ clients, token: side.api.token, urlOf: way.urlOf });
    const counts = performance.now() + WARM_UP;
    await pause(WARM_UP + QUIET);
    const { acts, error } = await attempt(() => act(way));
    const all = await crowd.stop();
    // By hand it may go wrong, and then it is done again; with the plugin that is a problem like any other.
    if (error !== undefined && kind === 'without') throw error;
    const stored = await askDatabase(side.cluster, crowd, all);
    const figures = figuresOf(
      all.filter(({ began }) => began >= counts),
      acts,
    );
    const problems = [
      ...(error === undefined ? [] : [error.message]),
      ...problemsOf(all, stored),
      ...slowReturn(work, figures),
    ];
    const evidence = problems.length > 0 ? evidenceOf(all, acts, way, side) : '';
    return { way: name, work, kind, clients, figures, stored, problems, evidence };
  } finally {
    await way.close();
  }
}

/** Who ends a maintenance sees its effect at once; plugins are loaded before anybody is answered again. */
const FIRST_ANSWER = 1_000;

function slowReturn(work: WorkName, { firstAfter }: Figures): string[] {
  if (work === 'plugins' || (firstAfter ?? 0) < FIRST_ANSWER) return [];
  return [`The first answer came ${Math.round(firstAfter ?? 0)} ms after the end of a maintenance was asked for.`];
}

async function attempt(work: () => Promise<Act[]>): Promise<{ acts: Act[]; error?: Error }> {
  try {
    return { acts: await work() };
  } catch (error) {
    return { acts: [], error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function evidenceOf(sent: readonly Sent[], acts: readonly Act[], way: Way, { cluster }: Side): string {
  const failed = sent.filter(isFailed).slice(0, SHOWN);
  const told = [...failed.map((request) => tell(request, acts)), way.log(), story(cluster)];
  return told.filter((text) => text !== '').join('\n');
}

function tell({ client, number, began, ended, status, words }: Sent, acts: readonly Act[]): string {
  const act = [...acts].reverse().find((one) => one.began <= ended);
  const since = act ? `${Math.round(began - act.began)} ms after the beginning of the last ${act.action}` : 'early';
  const what = number === undefined ? 'read' : `write ${number}`;
  return `client ${client}, ${what}, sent ${since}: ${status} after ${Math.round(ended - began)} ms: ${words}`;
}
