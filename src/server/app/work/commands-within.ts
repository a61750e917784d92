import type { MaintainingEvent } from '@nocobase/server';
import { currentWork, handOver, type WorkScope } from './work-scope';

interface Running {
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

const running = new WeakMap<WorkScope, Running>();

/**
 * Commands of the host that declared work runs, or leaves behind when its handler has answered: the work ends with them.
 * True when the event belongs to such a command, which needs no operation of its own. `alone`: the command has to be
 * alone, which it is not within work that only stops what writes.
 */
export function isWithinWork({ status, error }: MaintainingEvent, alone: boolean): boolean {
  const scope = currentWork();
  if (!scope || (alone && scope.mode === 'quiet')) return false;
  if (status === 'command_begin') begins(scope);
  if (status === 'command_end') ends(scope);
  if (status === 'command_error') fails(scope, error ?? new Error('A command of the host failed.'));
  return true;
}

/** One that is unknown fails without having begun, and leaves the app in status `error`. */
function fails(scope: WorkScope, error: Error): void {
  if (!running.has(scope)) begins(scope);
  running.get(scope)?.fail(error);
  running.delete(scope);
}

function ends(scope: WorkScope): void {
  running.get(scope)?.end();
  running.delete(scope);
}

function begins(scope: WorkScope): void {
  // The one before it has ended, whether or not it has said so: an app runs one command at a time.
  ends(scope);
  const ended = new Promise<void>((resolve, reject) => running.set(scope, { end: resolve, fail: reject }));
  handOver(scope, ended);
  scope.onCommand?.();
}
