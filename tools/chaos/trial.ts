import type { OperationRecord } from '../../src/shared/domain';
import type { Member } from './member';
import { newestRecord } from './records';
import { serves } from './serving';
import { SUBJECT, type ServingWorld } from './world';

/** One operation that something happens to. */
export interface Trial {
  readonly world: ServingWorld;
  readonly leader: Member;
  readonly other: Member;
  /** The follower whose slow request keeps a drain from ending, where one is wanted. */
  readonly slow: Member;
  /** Epoch of the operation before. */
  readonly before: number;
  /** Killed and not started again. */
  readonly dead: Set<Member>;
  /** What was known at a moment after which it would be lost: a node that starts again begins a new log. */
  readonly evidence: string[];
}

export type Whom = 'leader' | 'other' | 'slow' | 'everybody';

export function membersOf(trial: Trial, whom: Whom): readonly Member[] {
  return whom === 'everybody' ? trial.world.members : [trial[whom]];
}

export function living({ world, dead }: Trial): Member[] {
  return world.members.filter((member) => !dead.has(member));
}

/** Its record, as soon as there is one. */
export async function operationOf({ world, before }: Trial): Promise<OperationRecord | undefined> {
  const record = await newestRecord(world);
  return record && record.epoch > before ? record : undefined;
}

export interface Settled {
  readonly record: OperationRecord;
  /** Milliseconds since `since`. */
  readonly ms: number;
}

/** Resolves when the operation is over and these nodes serve, or when it is held; undefined when the time is over. */
export async function settled(
  trial: Trial,
  members: () => readonly Member[],
  since: number,
  deadline: number,
): Promise<Settled | undefined> {
  while (performance.now() < deadline) {
    const [record, ...serving] = await Promise.all([operationOf(trial), ...members().map(serves)]);
    const ms = performance.now() - since;
    if (record?.phase === 'held') return { record, ms };
    if (record?.result !== undefined && serving.every(Boolean)) return { record, ms };
    await pause(50);
  }
  return undefined;
}

/** What the database says; undefined while nobody has ever enabled it. */
export async function isEnabled({ sql }: Pick<ServingWorld, 'sql'>): Promise<boolean> {
  const { rows } = await sql.query<{ enabled: boolean | null }>(
    'SELECT enabled FROM "applicationPlugins" WHERE name = $1',
    [SUBJECT],
  );
  return rows[0]?.enabled === true;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
