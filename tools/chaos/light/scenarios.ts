import type { Hold } from '../../../__tests__/cluster/holds';
import type { JournalEvent } from '../../../src/shared/domain';
import type { Dice } from '../dice';
import { afterMs, atLine, draining, holdDrain, reloading, withHold, working, type Moment } from '../moments';
import type { ColdScenario, Scenario } from '../scenario';
import { run, type Plan } from '../run';
import { atRandom as anything, SCENARIOS } from '../scenarios';
import type { Trial } from '../trial';
import type { ServingWorld } from '../world';
import { failOverOnce, type Failover } from './failover';
import { leaveRequest, WAKES } from './left-behind';
import { leaveStatement } from './orphan';
import type { LightServers } from './world';

const ORPHAN: Scenario = {
  name: 'kill -9 of the leader in the middle of a statement, then another operation',
  kind: 'kill',
  on: 'cluster',
  run: leaveStatement,
};

const LEFT_BEHIND = WAKES.map((wakes): Scenario => ({
  name: `SIGSTOP of a node with a request, its connections end, SIGCONT ${wakes} of another one`,
  kind: 'freeze',
  on: 'cluster',
  run: (world: ServingWorld) => leaveRequest(world, wakes),
}));

/** Everything that is done to a cluster of real nodes, and what would take too long there. */
export const LIGHT: readonly Scenario[] = [...SCENARIOS, ORPHAN, ...LEFT_BEHIND].flatMap((scenario): Scenario[] => {
  if (scenario.on !== 'cluster') return [];
  const atAnyTime: Scenario = { ...scenario, run: (world: ServingWorld, chance: Dice) => run(world, atRandom(chance)) };
  return [scenario.kind === 'random' ? atAnyTime : scenario];
});

/** A fault must be over while there is time left for everybody to serve by itself. */
const LONGEST = 5_000;

/** In their order; what holds an operation back lets only the first ones come. */
const LINES: readonly JournalEvent[] = [
  'operation.begun',
  'node.acknowledged',
  'guard.entered',
  'work.first-change',
  'work.step',
  'work.ended',
  'guard.left',
  'operation.phase',
];

/** The same things as on a real cluster, at moments that fit an operation of a second and a half. */
function atRandom(chance: Dice): Plan {
  const { fault, moment } = anything(chance);
  const { hold } = moment;
  const event = chance.pick(LINES.slice(0, hold === holdDrain ? 2 : hold ? 5 : undefined));
  const line = atLine(event, /^/, event === 'node.acknowledged' && hold !== holdDrain ? chance.between(1, 3) : 1);
  const when = chance.pick([line, afterMs(chance.between(0, hold ? 3_000 : 1_500))]);
  // When everybody is hit, nobody can serve before it is over.
  const lasts = fault.hit === 'everybody' ? Math.min(fault.lasts, LONGEST) : fault.lasts;
  const words = fault.words.replaceAll(`${fault.lasts} ms`, `${lasts} ms`);
  return { fault: { ...fault, lasts, words }, moment: hold ? withHold(when, hold) : when };
}

/** Every node has drained, and the leader waits for the guard, which somebody else holds. */
const beforeTheGuard: Moment = {
  ...withHold(atLine('node.acknowledged', /^/, 3), holdGuard),
  words: 'between the last acknowledgement and the guard',
};
const UNHELD: Moment = { ...atLine('node.acknowledged', /^/, 3), words: 'at the last acknowledgement' };

const MOMENTS = [draining, UNHELD, beforeTheGuard, working, reloading];

/** Failovers of Redis, each on a new group of servers: it can fail over only once. */
export const FAILOVERS: readonly Scenario[] = MOMENTS.flatMap((moment) =>
  (['everything', 'the last writes'] as const).map((loses) => failover({ moment, loses })),
);

function failover(plan: Failover): ColdScenario {
  return {
    name: `Redis fails over and loses ${plan.loses}, ${plan.moment.words}`,
    kind: 'redis',
    on: 'servers',
    run: (servers: LightServers) => failOverOnce(servers, plan),
  };
}

async function holdGuard({ world }: Trial): Promise<Hold> {
  const { classid, objid } = world.names.guard;
  const client = await world.postgres.connect(world.cluster.database);
  await client.query('SELECT pg_advisory_lock(($1::bigint << 32) | $2::bigint)', [classid, objid]);
  let held = true;
  return {
    async release() {
      if (!held) return;
      held = false;
      await client.end();
    },
  };
}
