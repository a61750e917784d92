/**
 * One run: an operation, a blow at a moment of it, and what must be true afterwards.
 *
 * 1. A leader (in turn) is asked to enable the subject, or to disable it when it is enabled, while users write.
 * 2. At the moment the fault strikes. What holds the operation there is let go when it is over, or soon.
 * 3. Everybody whom the fault does not keep from it serves again by itself, or the operation is held.
 * 4. What can be mended is mended. A held operation is resolved by a person. Everybody alive serves.
 * 5. What was killed is started again, and serves.
 */
import { checkAfter, checkSettled } from './checks';
import { tell } from './details';
import type { Fault } from './faults';
import type { Moment } from './moments';
import { epochOf, newestRecord } from './records';
import { resolveHeld } from './resolving';
import type { Outcome } from './scenario';
import { servingAll } from './serving';
import { startTraffic } from './traffic';
import { isEnabled, living, membersOf, operationOf, pause, settled, type Settled, type Trial } from './trial';
import { SUBJECT, TTL, type ServingWorld } from './world';

export interface Plan {
  readonly moment: Moment;
  readonly fault: Fault;
}

/** How long an operation is kept where it is after the blow, so that the fault has its effect right there. */
const HELD_FOR = 1.5 * TTL;
/** How long anything may take that has no promise of its own. */
const PATIENCE = 60_000;

let turn = 0;

/** Without a plan nothing bad happens. */
export async function run(world: ServingWorld, plan?: Plan): Promise<Outcome> {
  const trial = await newTrial(world);
  const problems: string[] = [];
  const mark = await world.overlaps.mark();
  const traffic = startTraffic(world);
  const wasEnabled = await isEnabled(world);
  let course: Course = { words: 'nothing was found out' };
  let details = '';
  try {
    course = await operate(trial, plan, wasEnabled, problems);
    problems.push(...(await checkAfter(trial, wasEnabled, course.settled?.record)));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  const { lies, accepted } = await traffic.stop();
  const { overlaps, unguarded } = await world.overlaps.verdict(mark);
  problems.push(...lies, ...overlaps, ...(accepted === 0 ? ['No write of any user was accepted.'] : []));
  if (problems.length > 0) details = [...trial.evidence, await tell(trial)].join('\n\n');
  const words = unguarded > 0 ? `${course.words} (${unguarded} changes without the guard)` : course.words;
  const { ms, record } = course.settled ?? {};
  const why = record?.reason;
  return {
    words,
    problems,
    overlaps: overlaps.length,
    ...(plan ? { blow: `${plan.fault.words}, ${plan.moment.words}` } : {}),
    ...(ms === undefined ? {} : { ms }),
    ...(why === undefined ? {} : { why }),
    ...(details ? { details } : {}),
  };
}

interface Course {
  readonly words: string;
  readonly settled?: Settled;
}

async function newTrial(world: ServingWorld): Promise<Trial> {
  const [leader, other, slow] = [0, 1, 2].map((offset) => world.members[(turn + offset) % world.members.length]);
  turn += 1;
  if (!leader || !other || !slow) throw new Error('A trial needs three nodes.');
  const before = epochOf(await newestRecord(world));
  return { world, leader, other, slow, before, dead: new Set(), evidence: [] };
}

async function operate(trial: Trial, plan: Plan | undefined, wasEnabled: boolean, problems: string[]): Promise<Course> {
  const hold = await plan?.moment.hold?.(trial);
  const over = new AbortController();
  try {
    const reached = plan?.moment.reached(trial, over.signal).then(() => true);
    const began = performance.now();
    const asked = ask(trial, wasEnabled ? 'disable' : 'enable');
    const struck = reached && (await Promise.race([reached, ended(trial, asked, over.signal)]));
    if (!plan || !struck) return await undisturbed(trial, asked, began, plan);
    return await disturbed(trial, plan.fault, hold, problems);
  } finally {
    over.abort();
    await hold?.release();
  }
}

async function undisturbed(trial: Trial, asked: Promise<string>, began: number, plan?: Plan): Promise<Course> {
  const end = await settled(trial, () => living(trial), began, performance.now() + PATIENCE);
  if (!end)
    throw new Error(`The operation does not end. The request: ${String(await Promise.race([asked, pause(0)]))}`);
  if (end.record.phase === 'held') throw new Error(`Held although nothing had happened: ${end.record.reason}`);
  const words = end.record.result ?? end.record.phase;
  return { words: plan ? `${words}; ${plan.moment.words} did not come` : words, settled: end };
}

async function disturbed(
  trial: Trial,
  fault: Fault,
  hold: { release(): Promise<void> } | undefined,
  problems: string[],
): Promise<Course> {
  const blow = performance.now();
  await fault.strike(trial);
  void pause(blow + HELD_FOR - performance.now()).then(() => hold?.release());
  const hit = fault.hit ? membersOf(trial, fault.hit) : [];
  const unhit = () => living(trial).filter((member) => !hit.includes(member));
  const mendAt = blow + (fault.lasts || PATIENCE);
  const allHit = unhit().length === 0;
  const first = !allHit ? await settled(trial, unhit, blow, mendAt) : undefined;
  await hold?.release();
  await mend(trial, fault, mendAt);
  const mended = performance.now();
  const last = await settled(trial, () => living(trial), mended, mended + PATIENCE);
  const end = last ?? first;
  if (!end) throw new Error(`Nothing is settled ${PATIENCE} ms after the blow: ${await state(trial)}`);
  if (!last) problems.push(`Not everybody alive serves ${PATIENCE} ms after the fault was over: ${await state(trial)}`);
  const started = fault.starts === true;
  problems.push(...(await checkSettled(trial, { first, last, lasted: mended - blow, started, allHit })));
  const words = await comeBack(trial, end);
  const ms = first?.ms ?? mended - blow + end.ms;
  // Who was started again may have begun with an operation of its own.
  const newest = await operationOf(trial);
  return { words, settled: { record: newest?.id === end.record.id ? newest : end.record, ms } };
}

async function mend(trial: Trial, fault: Fault, at: number): Promise<void> {
  if (fault.lasts === 0) return;
  await pause(at - performance.now());
  await keepEvidence(trial);
  await fault.mend?.(trial);
}

/** A person resolves what is held; whoever was killed is started again. Gives what happened, in words. */
async function comeBack(trial: Trial, { record }: Settled): Promise<string> {
  const { cluster, members } = trial.world;
  let words: string = record.result ?? record.phase;
  if (record.phase === 'held') {
    const way = await resolveHeld(trial, record);
    await servingAll(cluster, living(trial), PATIENCE);
    words = way === 'page' ? 'held, then resumed' : 'held, then resumed by command';
  }
  await keepEvidence(trial);
  await Promise.all([...trial.dead].map(({ node }) => node.restart()));
  await servingAll(cluster, members, PATIENCE);
  return words;
}

async function keepEvidence(trial: Trial): Promise<void> {
  if (trial.dead.size > 0) trial.evidence.push(await tell(trial));
}

/** As an admin does on the page of the leader. Resolves with what was answered, if anything. */
function ask({ world, leader }: Trial, action: 'enable' | 'disable'): Promise<string> {
  return world.api
    .at(leader.node.url)
    .post(`pm:${action}?filterByTk=${SUBJECT}&awaitResponse=true`)
    .then(
      ({ status, body }) => `${status} ${JSON.stringify(body).slice(0, 300)}`,
      (error: unknown) => `no answer (${String(error)})`,
    );
}

/** False as soon as nothing more can come of the operation. */
async function ended(trial: Trial, asked: Promise<string>, over: AbortSignal): Promise<false> {
  const refused = asked.then(async (answer) => {
    if (/^[45]/.test(answer) && !(await operationOf(trial))) throw new Error(`The request was refused: ${answer}`);
  });
  const deadline = performance.now() + PATIENCE;
  while (!over.aborted && performance.now() < deadline) {
    if ((await operationOf(trial))?.result !== undefined) return false;
    await Promise.race([pause(100), refused.then(() => pause(100))]);
  }
  return false;
}

async function state(trial: Trial): Promise<string> {
  const record = await operationOf(trial);
  const nodes = await Promise.all(
    trial.world.members.map(async ({ name, node }) => `${name} ready ${await node.ready()}`),
  );
  return `${record ? `${record.kind} is ${record.phase}` : 'no operation'}; ${nodes.join(', ')}.`;
}
