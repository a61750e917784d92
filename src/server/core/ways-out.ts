import type { OperationKind, OperationRecord, Resolution, WayOut } from '../../shared/domain';
import { isRepeatable } from './settlement';

/** What has to be known besides the record. */
export interface Situation {
  /** Somebody is inside the guard in the database: the leader, working or frozen. */
  readonly guardHeld: boolean;
  /** A running node that could do it again. */
  readonly retryable: boolean;
  /** One that could roll it back: what came back, a node of the new version would upgrade once more. */
  readonly canRollBack: boolean;
  /** The database has not seen the operation: a backup of before has been restored by hand, perhaps by old code. */
  readonly restored: boolean;
}

/** Kinds that can be done again from what the record says of them; an upload, for example, is gone. */
const REPEATED_BY_NAME: readonly OperationKind[] = ['pm.enable', 'pm.disable', 'pm.remove'];

/** The ways out of an operation that stands still after its first change, open and closed ones, in a fixed order. */
export function waysOut(record: OperationRecord, situation: Situation): readonly WayOut[] {
  return [resume(record, situation), retry(record, situation), rollBack(record, situation), giveUp(record, situation)];
}

/** Why this way is closed; undefined when it is open. */
export function refusalOf(record: OperationRecord, situation: Situation, resolution: Resolution): string | undefined {
  return waysOut(record, situation).find((way) => way.resolution === resolution)?.refusal;
}

function resume(record: OperationRecord, situation: Situation): WayOut {
  return way(
    'resume',
    'Every node loads what the database now says and takes traffic again. Nothing is undone and nothing is repeated: work that stopped halfway stays as it is.',
    stillInside(record, situation) ?? notHeld(record) ?? onlyRepeated(record, situation),
  );
}

function retry(record: OperationRecord, situation: Situation): WayOut {
  const what = [record.kind, record.subject].filter(Boolean).join(' ');
  const consequence = isRepeatable(record.kind)
    ? `The next node that starts does ${what} again; the others wait for it.`
    : `A node does ${what} again as a new operation, on the database as it is now; the others wait for it.`;
  return way('retry', consequence, stillInside(record, situation) ?? notHeld(record) ?? noRetry(record, situation));
}

/** The sentence that tells what comes back and what is lost, also for an operation that has ended. */
export function rollBackSentence({ backup, startedAt }: OperationRecord): string {
  const when = new Date(backup?.takenAt ?? startedAt).toISOString();
  return `The backup of ${when}, taken before the operation, replaces the database, and plugin files that the operation changed come back with it. What was written since is lost.`;
}

/** Undefined when there is something to roll back to. */
export function noBackup({ backup }: OperationRecord): string | undefined {
  if (backup) return undefined;
  return 'No backup belongs to this operation. A backup of your own can be restored by hand.';
}

function rollBack(record: OperationRecord, situation: Situation): WayOut {
  const version = record.versions?.from;
  const [what, where] = version === undefined ? ['No node', ''] : [`No node of NocoBase ${version}`, ' there'];
  const nobody = situation.canRollBack
    ? undefined
    : `${what} runs that could do it; start one, or run "yarn nocobase maintenance roll-back ${record.id}"${where}.`;
  const refusal = noBackup(record) ?? stillInside(record, situation) ?? notHeld(record) ?? nobody;
  return way('roll-back', rollBackSentence(record), refusal);
}

function giveUp({ leader }: OperationRecord, { guardHeld }: Situation): WayOut {
  return way(
    'give-up',
    `${leader.name} loses the guard: its connection to the database is ended, and whatever it still does there fails. The operation is then held. End its process first if you can.`,
    guardHeld ? undefined : `${leader.name} is not inside the guard any more: there is nothing to take away.`,
  );
}

function way(resolution: Resolution, consequence: string, refusal: string | undefined): WayOut {
  return refusal === undefined ? { resolution, consequence } : { resolution, consequence, refusal };
}

function stillInside({ leader }: OperationRecord, { guardHeld }: Situation): string | undefined {
  if (!guardHeld) return undefined;
  return `${leader.name} still holds the guard in the database: it works, or is frozen and would go on. Wait for it, end its process, or take leadership away.`;
}

function notHeld({ phase, leader }: OperationRecord): string | undefined {
  if (phase === 'held') return undefined;
  return `The operation is not held: ${leader.name} may still finish it. If it is gone, it is held within the lease time.`;
}

function onlyRepeated({ kind, target }: OperationRecord, { restored }: Situation): string | undefined {
  // With a target its work was complete, and only its verification failed.
  return isRepeatable(kind) && target === '' && !restored
    ? `A database whose ${kind} is incomplete cannot be served: let it be tried again, or restore a backup.`
    : undefined;
}

function noRetry({ kind }: OperationRecord, { retryable }: Situation): string | undefined {
  if (isRepeatable(kind)) return undefined;
  if (!REPEATED_BY_NAME.includes(kind)) return `${kind} cannot be repeated from here; resume, then start it again.`;
  return retryable ? undefined : 'No node runs that could do it; start one.';
}
