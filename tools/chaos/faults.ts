import type { Member } from './member';
import { pause, membersOf, type Trial, type Whom } from './trial';

/** Something bad. It acts at once when `strike` is called, before anything is awaited. */
export interface Fault {
  readonly words: string;
  strike(trial: Trial): unknown;
  /** Until `mend`, in milliseconds; 0 when there is nothing to mend. */
  readonly lasts: number;
  mend?(trial: Trial): unknown;
  /** Who cannot serve while it lasts. */
  readonly hit?: Whom;
  /** To mend it is to start nodes, which takes its time. */
  readonly starts?: true;
}

export function killed(whom: Whom): Fault {
  return { words: `kill -9 of ${whom}`, lasts: 0, strike: (trial) => kill(trial, membersOf(trial, whom)) };
}

/** As after a power cut: nobody is left who could tell, and then all start at the same moment. */
export const everybodyKilledAndStarted: Fault = {
  words: 'kill -9 of everybody, then all start',
  lasts: 500,
  hit: 'everybody',
  starts: true,
  strike: (trial) => kill(trial, trial.world.members),
  async mend({ world, dead }) {
    await Promise.all(world.members.map(({ node }) => node.restart()));
    dead.clear();
  },
};

export function frozen(whom: Whom, lasts: number): Fault {
  const signal = (trial: Trial, name: NodeJS.Signals) => membersOf(trial, whom).forEach(({ node }) => node.kill(name));
  return {
    words: `SIGSTOP of ${whom} for ${lasts} ms`,
    lasts,
    hit: whom,
    strike: (trial) => signal(trial, 'SIGSTOP'),
    mend: (trial) => signal(trial, 'SIGCONT'),
  };
}

/** A node without Redis that reaches the database has to serve, so nobody is `hit`. */
export function redisCut(whom: Whom, lasts: number): Fault {
  return ways('redis', `Redis cut from ${whom}`, whom, lasts, ({ redis }) => redis.cut());
}

export function redisSilent(whom: Whom, lasts: number): Fault {
  return ways('redis', `Redis silent for ${whom}`, whom, lasts, ({ redis }) => redis.blackhole());
}

export function redisSlow(whom: Whom, ms: number, lasts: number): Fault {
  return ways('redis', `Redis ${ms} ms late for ${whom}`, whom, lasts, ({ redis }) => redis.delay(ms));
}

export function databaseCut(whom: Whom, lasts: number): Fault {
  return { ...ways('db', `database cut from ${whom}`, whom, lasts, ({ db }) => db.cut()), hit: whom };
}

export function databaseSilent(whom: Whom, lasts: number): Fault {
  return { ...ways('db', `database silent for ${whom}`, whom, lasts, ({ db }) => db.blackhole()), hit: whom };
}

/** By the database's administrator, or by its failover. */
export function backendsEnded(whom: Whom): Fault {
  const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE split_part(application_name, ' ', 1) = ANY($1)`;
  return {
    words: `pg_terminate_backend of ${whom}`,
    lasts: 0,
    strike: (trial) => trial.world.sql.query(sql, [membersOf(trial, whom).map(({ name }) => name)]),
  };
}

export const redisFlushed: Fault = {
  words: 'FLUSHALL',
  lasts: 0,
  strike: ({ world }) => world.control.flushall(),
};

export const redisRestartedEmpty: Fault = {
  words: 'Redis killed and started empty',
  lasts: 500,
  strike: ({ world }) => world.redis.kill(),
  mend: ({ world }) => world.redis.restartEmpty(),
};

export function redisPaused(lasts: number): Fault {
  return {
    words: `CLIENT PAUSE ${lasts}`,
    lasts,
    strike: ({ world }) => world.control.client('PAUSE', lasts, 'ALL'),
  };
}

/** Both at once, as when a machine loses its network. */
export function together(one: Fault, other: Fault): Fault {
  const hit = one.hit ?? other.hit;
  return {
    words: `${one.words}, and ${other.words}`,
    lasts: Math.max(one.lasts, other.lasts),
    ...(hit === undefined ? {} : { hit }),
    strike: (trial) => Promise.all([one.strike(trial), other.strike(trial)]),
    mend: (trial) => Promise.all([one.mend?.(trial), other.mend?.(trial)]),
  };
}

function kill(trial: Trial, members: readonly Member[]): Promise<unknown> {
  for (const member of members) {
    member.node.kill('SIGKILL');
    trial.dead.add(member);
  }
  return Promise.race([Promise.all(members.map(({ node }) => node.exited)), pause(5_000)]);
}

function ways(way: 'redis' | 'db', words: string, whom: Whom, lasts: number, act: (member: Member) => unknown): Fault {
  return {
    words: `${words} for ${lasts} ms`,
    lasts,
    strike: (trial) => Promise.all(membersOf(trial, whom).map(act)),
    mend: (trial) => Promise.all(membersOf(trial, whom).map((member) => member[way].heal())),
  };
}
