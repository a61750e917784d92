/**
 * One run: the leader is killed while a statement of its work waits inside the database, a person resolves what is held,
 * and another node operates. The database goes on with a statement whose client is dead, so that statement may still
 * change something while the next operation works.
 */
import { tell } from '../details';
import { epochOf, newestRecord } from '../records';
import { resolveHeld } from '../resolving';
import type { Outcome } from '../scenario';
import { comes, working } from '../moments';
import { servingAll } from '../serving';
import { living, membersOf, operationOf, settled, type Trial } from '../trial';
import { SUBJECT, type ServingWorld } from '../world';

const PATIENCE = 30_000;

export async function leaveStatement(world: ServingWorld): Promise<Outcome> {
  const [leader, other, slow] = world.members;
  if (!leader || !other || !slow) throw new Error('A trial needs three nodes.');
  const trial: Trial = { world, leader, other, slow, before: 0, dead: new Set(), evidence: [] };
  const mark = await world.overlaps.mark();
  const problems: string[] = [];
  const words = await operateTwice(trial).catch((error: unknown) => {
    problems.push(error instanceof Error ? error.message : String(error));
    return 'nothing was found out';
  });
  const { overlaps } = await world.overlaps.verdict(mark);
  problems.push(...overlaps);
  const details = problems.length > 0 ? { details: await tell(trial) } : {};
  return { words, problems, overlaps: overlaps.length, ...details };
}

async function operateTwice(trial: Trial): Promise<string> {
  const { world, leader, other } = trial;
  // There must be something to change: the row is there already.
  const first = await enable(world, leader.node.url, SUBJECT);
  if (first !== 200) throw new Error(`The first operation was answered ${first}.`);
  await servingAll(world.cluster, world.members, PATIENCE);
  const hold = await working.hold?.(trial);
  const over = new AbortController();
  try {
    const before = epochOf(await newestRecord(world));
    void enable(world, leader.node.url, SUBJECT);
    await comes(working, { ...trial, before }, over.signal, PATIENCE);
    leader.node.kill('SIGKILL');
    trial.dead.add(leader);
    const now = performance.now();
    const end = await settled({ ...trial, before }, () => living(trial), now, now + PATIENCE);
    if (end?.record.phase === 'held') await resolveHeld(trial, end.record);
    await servingAll(world.cluster, membersOf(trial, 'other'), PATIENCE);
    const next = enable(world, other.node.url, 'chaos-next');
    // It has begun to write, and waits where the dead one's statement waits.
    const since = { ...trial, before: Math.max(before, end?.record.epoch ?? 0) };
    await comes(working, since, over.signal, PATIENCE);
    await hold?.release();
    const status = await next;
    await leader.node.restart();
    await servingAll(world.cluster, world.members, PATIENCE);
    return `${(await operationOf(trial))?.result ?? 'no operation'}; the next one answered ${status}`;
  } finally {
    over.abort();
    await hold?.release();
  }
}

function enable({ api }: ServingWorld, url: string, name: string): Promise<number> {
  return api
    .at(url)
    .post(`pm:enable?filterByTk=${name}`)
    .then(
      ({ status }) => status,
      () => 0,
    );
}
