/**
 * One run: an operation, and a failover of Redis that loses the last writes, at a moment of it. The new master may know
 * nothing of the operation, so somebody else asks for another one, again and again: that must not begin to work before
 * the first one's work is over (rule R2).
 */
import type { Moment } from '../moments';
import { tell } from '../details';
import { epochOf, newestRecord } from '../records';
import { resolveHeld } from '../resolving';
import type { Outcome } from '../scenario';
import { servingAll } from '../serving';
import { startTraffic } from '../traffic';
import { isEnabled, operationOf, pause, type Trial } from '../trial';
import { SUBJECT, TTL, type ServingWorld } from '../world';
import { openSentinelServers, type SentinelServers } from './sentinel';
import { openServingWorld, type LightServers } from './world';

export interface Failover {
  readonly moment: Moment;
  /** What the new master does not know: the whole operation, or only what came after that moment began to be waited for. */
  readonly loses: 'everything' | 'the last writes';
}

/** What the rival enables. */
const RIVAL = 'chaos-rival';
const HELD_FOR = 1.5 * TTL;
const PATIENCE = 60_000;

let databases = 0;

/** On a group of Redis servers, a database and nodes of its own. */
export async function failOverOnce(servers: LightServers, plan: Failover): Promise<Outcome> {
  const sentinel = await openSentinelServers(servers);
  try {
    const world = await openServingWorld(sentinel, `failover_${(databases += 1)}`);
    return await runFailover(world, sentinel, plan).finally(() => world.close());
  } finally {
    await sentinel.stop();
  }
}

async function runFailover(world: ServingWorld, servers: SentinelServers, plan: Failover): Promise<Outcome> {
  const trial = await newTrial(world);
  const problems: string[] = [];
  const traffic = startTraffic(world);
  const wasEnabled = await isEnabled(world);
  let words = 'nothing was found out';
  let ms: number | undefined;
  try {
    ({ words, ms } = await failOver(trial, servers, plan));
    problems.push(...(await checkAnswer(trial, words, wasEnabled)));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  const { lies } = await traffic.stop();
  const { overlaps } = await world.overlaps.verdict();
  problems.push(...lies, ...overlaps);
  const details = problems.length > 0 ? { details: await tell(trial) } : {};
  return { words, problems, overlaps: overlaps.length, ...(ms === undefined ? {} : { ms }), ...details };
}

async function newTrial(world: ServingWorld): Promise<Trial> {
  const [leader, other, slow] = world.members;
  if (!leader || !other || !slow) throw new Error('A trial needs three nodes.');
  return { world, leader, other, slow, before: epochOf(await newestRecord(world)), dead: new Set(), evidence: [] };
}

async function failOver(trial: Trial, servers: SentinelServers, { moment, loses }: Failover) {
  const { world, leader, other } = trial;
  if (loses === 'everything') await servers.stopReplication();
  const hold = await moment.hold?.(trial);
  const over = new AbortController();
  try {
    const reached = moment.reached(trial, over.signal);
    const asked = post(world, leader.node.url, `pm:enable?filterByTk=${SUBJECT}`);
    await Promise.race([reached, pause(PATIENCE).then(() => Promise.reject(new Error('The moment did not come.')))]);
    if (loses === 'the last writes') await servers.stopReplication();
    const blow = performance.now();
    const failedOver = servers.failOver();
    const rival = insist(trial, other.node.url, blow + PATIENCE);
    void pause(HELD_FOR).then(() => hold?.release());
    await failedOver;
    const answer = await asked;
    await rival;
    await servingAll(world.cluster, world.members, PATIENCE);
    return { words: answer === 200 ? 'done' : `refused with ${answer}`, ms: performance.now() - blow };
  } finally {
    over.abort();
    await hold?.release();
  }
}

/** Until it was done; a person resolves what is held in between. */
async function insist(trial: Trial, url: string, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    if ((await post(trial.world, url, `pm:enable?filterByTk=${RIVAL}`)) === 200) return;
    const record = await operationOf(trial);
    if (record?.phase === 'held') await resolveHeld(trial, record);
    await pause(100);
  }
  throw new Error(`Nobody else could operate within ${PATIENCE} ms.`);
}

/** The status, or 0 without an answer. */
function post({ api }: ServingWorld, url: string, path: string): Promise<number> {
  return api
    .at(url)
    .post(path)
    .then(
      ({ status }) => status,
      () => 0,
    );
}

/** Who was told that it is done finds it done; who was refused before the first change finds nothing changed. */
async function checkAnswer({ world }: Trial, words: string, wasEnabled: boolean): Promise<string[]> {
  const enabled = await isEnabled(world);
  if (words === 'done') return enabled ? [] : ['The operation is done, and the database has not changed.'];
  return words === 'refused with 409' && enabled !== wasEnabled ? ['It was refused, and the database changed.'] : [];
}
