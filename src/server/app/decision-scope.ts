import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<true>();

/** Runs what the policy has decided about: commands of the host that come of it are not asked about once more. */
export function withinDecision<T>(run: () => Promise<T>): Promise<T> {
  return storage.run(true, run);
}

export function isDecided(): boolean {
  return storage.getStore() === true;
}
