import type { JournalEntry, OperationRecord } from '../../src/shared/domain';
import { request, until } from '../cluster';
import { journalOf, recordInRedis } from './records';
import { isEnabled, type Settled, type Trial } from './trial';
import { DRAIN_DEADLINE, SUBJECT, TTL } from './world';

/** Rule R5: how long after the blow everybody serves again by itself, when nothing was changed. */
export const BY_ITSELF = TTL + 4_000;

export interface Settlement {
  /** Of those whom the fault did not keep from serving, since the blow; absent when it was mended before. */
  readonly first: Settled | undefined;
  /** The fault hit everybody. */
  readonly allHit: boolean;
  /** Of everybody alive, since it was mended. */
  readonly last: Settled | undefined;
  /** From the blow until it was mended, in milliseconds. */
  readonly lasted: number;
  /** To mend it, nodes were started. */
  readonly started: boolean;
}

/** What must be true of an operation that something bad happened to. */
export async function checkSettled(
  { leader, world }: Trial,
  { first, last, lasted, started, allHit }: Settlement,
): Promise<string[]> {
  const record = (last ?? first)?.record;
  if (record?.phase === 'held') return checkHeld(record, leader.name);
  if (record?.result !== 'aborted') return [];
  const limit = /drained within/.test(record.reason ?? '') ? DRAIN_DEADLINE + 2_000 : BY_ITSELF;
  const tooLate = (who: string, ms: number) =>
    ms > limit ? [`${who} served only after ${Math.round(ms)} ms instead of ${limit}: ${record.reason}`] : [];
  // What was over before anybody could settle it is counted from its end.
  const late = lasted > limit && !allHit && !(await stoodInside(world, record));
  const firstMs = first?.ms ?? (late ? Infinity : 0);
  const lastMs = started ? 0 : (last?.ms ?? Infinity);
  return [...tooLate('Those who were not hit', firstMs), ...tooLate('Everybody alive', lastMs)];
}

/**
 * The leader was in the guard all the time and ended the operation itself: nobody could decide for it meanwhile, because it
 * might have gone on at any moment.
 */
async function stoodInside(world: Trial['world'], { id, leader }: OperationRecord): Promise<boolean> {
  const own = (await journalOf(world, id)).filter(({ node }) => node.bootId === leader.bootId);
  const at = (event: JournalEntry['event']) => own.findIndex((entry) => entry.event === event);
  return at('guard.entered') >= 0 && at('guard.lost') < 0 && at('guard.left') > at('guard.entered');
}

function checkHeld({ changed, reason = '' }: OperationRecord, leader: string): string[] {
  return [
    ...(changed ? [] : ['The operation is held although nothing was changed.']),
    ...(reason.includes(leader) ? [] : [`It is held for a reason that does not name ${leader}: ${reason}`]),
  ];
}

/** What must be true when everything runs again. */
export async function checkAfter(
  trial: Trial,
  wasEnabled: boolean,
  record: OperationRecord | undefined,
): Promise<string[]> {
  const enabled = await isEnabled(trial.world);
  const problems: string[] = [];
  if (record?.result === 'aborted' && enabled !== wasEnabled) {
    problems.push(`The operation was aborted, and the database has changed: enabled is ${enabled}.`);
  }
  if (record?.result === 'done' && enabled === wasEnabled) {
    problems.push(`The operation is done, and the database has not changed: enabled is ${enabled}.`);
  }
  for (const { name, node } of trial.world.members) {
    const { status } = await request(node.url, `${SUBJECT}:ping`);
    if (status !== (enabled ? 200 : 404)) {
      problems.push(`${name} answers ${status} for the subject, and the database says enabled: ${enabled}.`);
    }
  }
  return [...problems, ...(await checkStore(trial))];
}

/** No leftovers in Redis that somebody would have to delete. */
async function checkStore({ world }: Trial): Promise<string[]> {
  const clean = async () => {
    // Nodes that serve without Redis may be quicker than its start.
    const lease = await world.control.exists(world.names.keys.lease).catch(() => undefined);
    const record = await recordInRedis(world);
    return lease === 0 && (record === undefined || record.result !== undefined);
  };
  return until(clean, 10_000, () => '', 100).then(
    () => [],
    () => [
      'Redis still has a lease or an operation that is not over, or does not answer, 10 s after everybody serves.',
    ],
  );
}
