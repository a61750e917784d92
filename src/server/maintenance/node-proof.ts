import { fingerprintDifference } from '../core/fingerprint';
import type { AppLifecycle } from '../ports';

/** Why this node must not serve: it does not answer, or runs other code than the leader (`target`). */
export async function unfitness(app: AppLifecycle, target: string): Promise<string | undefined> {
  const silent = await app.answers();
  if (silent !== undefined) return silent;
  const loaded = app.loaded();
  if (!loaded || target === '' || loaded.digest === target) return undefined;
  const expected = await app.expected();
  const words = expected && fingerprintDifference(expected, loaded);
  return words ?? 'The files on this machine differ from those of the node that led the operation.';
}
