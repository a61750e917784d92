import type { JournalEvent } from '../../src/shared/domain';
import { coldStart } from './cold';
import type { Dice } from './dice';
import * as faults from './faults';
import type { Fault } from './faults';
import { afterMs, atLine, draining, holdDrain, reloading, withHold, working, type Moment } from './moments';
import { run, type Plan } from './run';
import type { ColdScenario, Kind, RunningScenario, Scenario } from './scenario';
import { TTL } from './world';

/** A line of the journal, its text where that matters, and which of several equal ones. */
type Line = readonly [name: string, event: JournalEvent, text?: RegExp, nth?: number];

const BEFORE_THE_WORK: readonly Line[] = [
  ['begun', 'operation.begun'],
  ['waiting', 'operation.waits'],
  ['first acknowledgement', 'node.acknowledged'],
  ['second acknowledgement', 'node.acknowledged', /^/, 2],
  ['last acknowledgement', 'node.acknowledged', /^/, 3],
];
const FROM_THE_GUARD_ON: readonly Line[] = [
  ['guard entered', 'guard.entered'],
  ['first change', 'work.first-change'],
  ['first step of the work', 'work.step'],
  ['work ended', 'work.ended'],
  ['reloading', 'operation.phase', /→ reloading/],
  ['verifying', 'operation.phase', /→ verifying/],
  ['resuming', 'operation.phase', /→ resuming/],
];
const COLD: readonly Line[] = [
  ['begun', 'operation.begun'],
  ...FROM_THE_GUARD_ON,
  ['fifth step of the work', 'work.step', /^/, 5],
  ['tenth step of the work', 'work.step', /^/, 10],
];

const LONG = 2 * TTL;
const WHOM = ['leader', 'other', 'everybody'] as const;

/** Each of these happens while the operation drains and while it works. */
const WHILE_DRAINING_AND_WORKING: readonly (readonly [Kind, Fault])[] = [
  ['kill', faults.killed('leader')],
  ['freeze', faults.frozen('leader', 3 * TTL)],
  ...WHOM.map((whom) => ['redis', faults.redisCut(whom, LONG)] as const),
  ...WHOM.map((whom) => ['redis', faults.redisSilent(whom, LONG)] as const),
  ['redis', faults.redisFlushed],
  ['redis', faults.redisRestartedEmpty],
  ['redis', faults.redisPaused(LONG)],
  ['database', faults.databaseCut('leader', 1_000)],
  ['database', faults.databaseCut('leader', LONG)],
  ['database', faults.backendsEnded('leader')],
];

const OTHERS: readonly (readonly [Kind, Plan])[] = [
  ['redis', { moment: reloading, fault: faults.redisFlushed }],
  ['redis', { moment: reloading, fault: faults.redisRestartedEmpty }],
  ['follower', { moment: draining, fault: faults.killed('slow') }],
  ['follower', { moment: reloading, fault: faults.killed('other') }],
  ['kill', { moment: atLine('guard.entered'), fault: faults.everybodyKilledAndStarted }],
  ['kill', { moment: draining, fault: faults.everybodyKilledAndStarted }],
];

export const SCENARIOS: readonly Scenario[] = [
  { name: 'nothing happens', kind: 'plain', on: 'cluster', run: (world) => run(world) },
  ...BEFORE_THE_WORK.map((line) => killedAt(line, line[1] === 'operation.waits' ? holdDrain : undefined)),
  ...FROM_THE_GUARD_ON.map((line) => killedAt(line)),
  ...WHILE_DRAINING_AND_WORKING.flatMap(([kind, fault]) =>
    [draining, working].map((moment) => planned(kind, { moment, fault })),
  ),
  ...OTHERS.map(([kind, plan]) => planned(kind, plan)),
  { name: 'something at random', kind: 'random', on: 'cluster', run: (world, chance) => run(world, atRandom(chance)) },
  ...COLD.map(killedInColdStart),
];

function planned(kind: Kind, plan: Plan, name = `${plan.fault.words}, ${plan.moment.words}`): RunningScenario {
  return { name, kind, on: 'cluster', run: (world) => run(world, plan) };
}

function killedAt([name, event, text, nth]: Line, hold?: Moment['hold']): RunningScenario {
  const line = atLine(event, text, nth);
  const plan = { moment: hold ? withHold(line, hold) : line, fault: faults.killed('leader') };
  return planned('kill', plan, `kill -9 of the leader: ${name}`);
}

function killedInColdStart([name, event, text = /^/, nth = 1]: Line): ColdScenario {
  return {
    name: `kill -9 of the leader of a cold start: ${name}`,
    kind: 'cold start',
    on: 'servers',
    run: (servers) => coldStart(servers, event, text, nth),
  };
}

/** Something bad to somebody at some time within an operation, which is held back now and then. */
export function atRandom(chance: Dice): Plan {
  const whom = chance.pick(['leader', 'other', 'slow', 'everybody'] as const);
  const lasts = chance.between(300, 3 * TTL);
  const fault = chance.pick<() => Fault>([
    () => faults.killed(whom === 'everybody' ? 'leader' : whom),
    () => faults.frozen(whom, lasts),
    () => faults.redisCut(whom, lasts),
    () => faults.redisSilent(whom, lasts),
    () => faults.redisSlow(whom, chance.between(100, 1_500), lasts),
    () => faults.redisFlushed,
    () => faults.redisRestartedEmpty,
    () => faults.databaseCut(whom, lasts),
    () => faults.databaseSilent(whom, lasts),
    () => faults.backendsEnded(whom),
    () => faults.together(faults.redisCut(whom, lasts), faults.databaseCut(whom, lasts)),
    () => faults.together(faults.redisSilent(whom, lasts), faults.databaseSilent(whom, lasts)),
  ])();
  const hold = chance.pick([undefined, holdDrain, working.hold]);
  return { moment: afterMs(chance.between(0, 5_000), hold), fault };
}
