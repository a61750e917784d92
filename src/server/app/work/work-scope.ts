import { AsyncScope } from '../async-scope';
import type { WorkContext, WorkMode } from './contract';

/** Declared work that runs, as what it calls may know it. */
export interface WorkScope {
  readonly what: string;
  readonly mode: WorkMode;
  readonly context: WorkContext;
  /** What the work has to wait for besides its own promise. */
  readonly ends: Promise<unknown>[];
  /** True from its end on: timers and the like that it has left behind are no part of it. */
  over: boolean;
  /** Called when a command of the host has begun in it. */
  readonly onCommand?: () => void;
}

const storage = new AsyncScope<WorkScope>();

export function withinWork<T>(scope: WorkScope, run: () => Promise<T>): Promise<T> {
  return storage.run(scope, run);
}

/** The declared work in whose asynchronous context this is called. */
export function currentWork(): WorkScope | undefined {
  const scope = storage.get();
  return scope?.over ? undefined : scope;
}

/** It fails where it is waited for, and not before as something that nobody handles. */
export function handOver({ ends }: WorkScope, end: Promise<unknown>): void {
  end.catch(() => undefined);
  ends.push(end);
}

/** Resolves when everything that was handed over has ended, also what was while this waits; rejects with the first failure. */
export async function allEnds({ ends }: WorkScope): Promise<void> {
  for (let end = ends.shift(); end; end = ends.shift()) await end;
}
