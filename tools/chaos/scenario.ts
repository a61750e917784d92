import type { Dice } from './dice';
import type { Servers, ServingWorld } from './world';

export const KINDS = ['plain', 'kill', 'cold start', 'freeze', 'redis', 'database', 'follower', 'random'] as const;
export type Kind = (typeof KINDS)[number];

/** How one run went. */
export interface Outcome {
  /** In a few words, to be counted: `aborted`, `held, then resumed`… */
  readonly words: string;
  /** What was done to it. */
  readonly blow?: string;
  /** The reason that the operation's record gives, if any. */
  readonly why?: string;
  /** From the blow to everybody serving, or to the operation being held, in milliseconds. */
  readonly ms?: number;
  /** What was not as it must be, one sentence each; empty when all was well. */
  readonly problems: readonly string[];
  /** How often two operations overlapped in the database, or a user's row came in between; must be 0. */
  readonly overlaps: number;
  /** Journal, record and logs, for a run that failed. */
  readonly details?: string;
}

interface Named {
  readonly name: string;
  readonly kind: Kind;
}

/** Something that happens to a cluster that serves. */
export interface RunningScenario extends Named {
  readonly on: 'cluster';
  run(world: ServingWorld, dice: Dice): Promise<Outcome>;
}

/** Something that happens to a cluster that is only starting, each time a new one. */
export interface ColdScenario extends Named {
  readonly on: 'servers';
  run(servers: Servers, dice: Dice): Promise<Outcome>;
}

export type Scenario = RunningScenario | ColdScenario;
