/**
 * One run: a node stands still while it answers a request that is going to write, the database ends its connections, and
 * another node operates without it. It goes on in the middle of that, or when it is over: the request must not write.
 */
import { holdFirstChange, type Hold } from '../../../__tests__/cluster/holds';
import type { OperationRecord } from '../../../src/shared/domain';
import { until } from '../../cluster';
import { tell } from '../details';
import { backendsEnded, frozen } from '../faults';
import { comes, working } from '../moments';
import { epochOf, newestRecord } from '../records';
import type { Outcome } from '../scenario';
import { servingAll } from '../serving';
import { operationOf, pause, type Trial } from '../trial';
import { SUBJECT, USER_TABLE, type ServingWorld } from '../world';

/** When it goes on: of the other's operation. */
export const WAKES = ['before the first change', 'during the work', 'after the end'] as const;
export type Wakes = (typeof WAKES)[number];

const PATIENCE = 40_000;
/** So long the request thinks before it writes, in milliseconds: by then the node stands still. */
const THINKS = 500;

export async function leaveRequest(world: ServingWorld, wakes: Wakes): Promise<Outcome> {
  const [leader, other, slow] = world.members;
  if (!leader || !other || !slow) throw new Error('A trial needs three nodes.');
  const roles = { world, leader, other, slow, dead: new Set<never>(), evidence: [] };
  await settleSubject({ ...roles, before: 0 });
  const trial: Trial = { ...roles, before: epochOf(await newestRecord(world)) };
  const mark = await world.overlaps.mark();
  const problems: string[] = [];
  const words = await stopAndWake(trial, wakes, problems).catch((error: unknown) => {
    problems.push(error instanceof Error ? error.message : String(error));
    return 'nothing was found out';
  });
  frozen('other', 0).mend?.(trial);
  const { overlaps } = await world.overlaps.verdict(mark);
  problems.push(...overlaps);
  const details = problems.length > 0 ? { details: await tell(trial) } : {};
  return { words, problems, overlaps: overlaps.length, ...details };
}

async function stopAndWake(trial: Trial, wakes: Wakes, problems: string[]): Promise<string> {
  const { world, other } = trial;
  const stop = frozen('other', 0);
  const title = `left behind ${trial.before}`;
  const answer = post(world, other.node.url, `${USER_TABLE}:createLater`, { title, ms: THINKS });
  await pause(THINKS / 2);
  stop.strike(trial);
  await backendsEnded('other').strike(trial);
  const over = new AbortController();
  const asked = enable(trial);
  const hold = await POINTS[wakes](trial, asked, over.signal);
  try {
    stop.mend?.(trial);
    const status = await answer;
    if (status === 200) problems.push('The request that was left behind was answered as done.');
    await hold?.release();
    const { result } = await ended(trial);
    if (result !== 'done') problems.push(`The operation of the others ended as ${result}.`);
    await servingAll(world.cluster, world.members, PATIENCE);
    const { rows } = await world.sql.query(`SELECT id FROM "${USER_TABLE}" WHERE title = $1`, [title]);
    if (rows.length > 0) problems.push(`The request that was left behind has written (answered ${status}).`);
    return `${result}; the request left behind was answered ${status}`;
  } finally {
    over.abort();
    await hold?.release();
  }
}

type Point = (trial: Trial, asked: Promise<number>, over: AbortSignal) => Promise<Hold | undefined>;

/** Each resolves when the others' operation is there, with what keeps it there. Silent nodes are waited for at first. */
const POINTS: Readonly<Record<Wakes, Point>> = {
  'before the first change': async (trial) => {
    await until(
      async () => (await operationOf(trial)) !== undefined,
      PATIENCE,
      () => 'No operation begins.',
    );
    const hold = await holdFirstChange(trial.world.cluster);
    const drained = async () => (await operationOf(trial))?.drained === true;
    return kept(
      hold,
      until(drained, PATIENCE, () => 'The others do not drain.', 10),
    );
  },
  'during the work': async (trial, _, over) => {
    const hold = await working.hold?.(trial);
    return kept(hold, comes(working, trial, over, PATIENCE));
  },
  'after the end': async (trial, asked) => {
    let status = await asked;
    // A machine that is busy may let it lose its lease; what has changed nothing is no change to be missed.
    const done = async () => status === 200 || ((status = await enable(trial)), false);
    await until(done, PATIENCE, () => `The operation of the others is answered ${status}.`);
    await ended(trial);
    return undefined;
  },
};

/** A hold that leads to nothing is let go: others would wait for it. */
async function kept(hold: Hold | undefined, reached: Promise<unknown>): Promise<Hold | undefined> {
  await reached.catch(async (error: unknown) => {
    await hold?.release();
    throw error;
  });
  return hold;
}

/** The record of the others' operation, when it is over. */
function ended(trial: Trial): Promise<OperationRecord> {
  const over = async () => {
    const record = await operationOf(trial);
    return record?.result === undefined ? undefined : record;
  };
  return until(over, PATIENCE, () => 'The operation of the others does not end.');
}

/** There must be something to change, and a row of the guard. */
async function settleSubject(trial: Trial): Promise<void> {
  const { world } = trial;
  const status = await enable(trial);
  if (status !== 200) throw new Error(`The first operation was answered ${status}.`);
  await servingAll(world.cluster, world.members, PATIENCE);
}

function enable({ world, leader }: Trial): Promise<number> {
  return post(world, leader.node.url, `pm:enable?filterByTk=${SUBJECT}`);
}

function post({ api }: ServingWorld, url: string, action: string, body: object = {}): Promise<number> {
  return api
    .at(url)
    .post(action, body)
    .then(
      ({ status }) => status,
      () => 0,
    );
}
