import type { ClusterPhase, JournalEvent } from '../../src/shared/domain';
import { holdPluginWork, holdReaders, waitersOf, type Hold } from '../../__tests__/cluster/holds';
import { until } from '../cluster';
import { recordInRedis } from './records';
import { pause, type Trial } from './trial';
import { SLOW_TABLE } from './world';

/** A point in an operation where something can be done to it. */
export interface Moment {
  readonly words: string;
  /** What keeps the operation there long enough. */
  readonly hold?: (trial: Trial) => Promise<Hold>;
  /** Resolves when it has come; never when it does not come. */
  reached(trial: Trial, over: AbortSignal): Promise<unknown>;
}

/** A line of the journal: to the millisecond in which it is written. `nth` counts equal lines of this operation. */
export function atLine(event: JournalEvent, text = /^/, nth = 1): Moment {
  return {
    words: `${event}${text.source === '^' ? '' : ` ${text.source}`}${nth === 1 ? '' : ` (${nth})`}`,
    reached({ world, before }, over) {
      let count = 0;
      const match = (entry: { epoch: number; event: string; text: string }) =>
        entry.epoch > before && entry.event === event && text.test(entry.text) && (count += 1) === nth;
      return world.journal.next(match, over);
    },
  };
}

export function withHold(moment: Moment, hold: NonNullable<Moment['hold']>): Moment {
  return { ...moment, hold };
}

/** The leader waits for a follower that still answers a request; the other follower has drained. */
export const draining: Moment = {
  words: 'while it drains',
  hold: holdDrain,
  reached: (trial, over) =>
    poll(over, async () => (await phaseIs(trial, 'draining')) && (await trial.other.node.ready()) === 503),
};

/** Every node has drained, and the host's command stands in the middle of its work. */
export const working: Moment = {
  words: 'while it works',
  hold: ({ world }) => holdPluginWork(world.cluster),
  reached: (trial, over) =>
    poll(over, async () => {
      const waits = await waitersOf(trial.world.cluster, 'applicationPlugins');
      return waits > 0 && (await phaseIs(trial, 'working'));
    }),
};

/** The leader serves again and the followers load what it changed. */
export const reloading: Moment = {
  words: 'while nodes reload',
  reached: (trial, over) => poll(over, () => phaseIs(trial, 'reloading'), 10),
};

export function afterMs(ms: number, hold?: Moment['hold']): Moment {
  const begun = atLine('operation.begun');
  return {
    words: `${ms} ms after it began`,
    ...(hold ? { hold } : {}),
    reached: (trial, over) => begun.reached(trial, over).then(() => pause(ms)),
  };
}

/** Resolves when it has come; rejects when it has not within `patience` milliseconds. */
export async function comes(moment: Moment, trial: Trial, over: AbortSignal, patience: number): Promise<void> {
  const late = pause(patience).then(() => {
    throw new Error(`The operation is not there after ${patience} ms: ${moment.words}.`);
  });
  await Promise.race([moment.reached(trial, over), late]);
}

/** A user's request on the slow node reads from a table that is locked. */
export async function holdDrain({ world, slow }: Trial): Promise<Hold> {
  const hold = await holdReaders(world.cluster, SLOW_TABLE);
  void world.api
    .at(slow.node.url)
    .get(`${SLOW_TABLE}:list`)
    .catch(() => undefined);
  await until(
    async () => (await waitersOf(world.cluster, SLOW_TABLE)) > 0,
    10_000,
    () => 'The slow request does not reach the database.',
  );
  return hold;
}

async function phaseIs({ world, before }: Trial, phase: ClusterPhase): Promise<boolean> {
  const record = await recordInRedis(world);
  return record !== undefined && record.epoch > before && record.phase === phase;
}

async function poll(over: AbortSignal, probe: () => Promise<boolean>, interval = 25): Promise<void> {
  while (!over.aborted) {
    if (await probe()) return;
    await pause(interval);
  }
  await new Promise(() => undefined);
}
