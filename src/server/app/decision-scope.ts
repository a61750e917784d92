import { AsyncScope } from './async-scope';

const scope = new AsyncScope<true>();

/** Runs what the policy has decided about: commands of the host that come of it are not asked about once more. */
export function withinDecision<T>(run: () => Promise<T>): Promise<T> {
  return scope.run(true, run);
}

export function isDecided(): boolean {
  return scope.get() === true;
}
