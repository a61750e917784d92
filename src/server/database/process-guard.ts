import type { Fingerprint } from '../../shared/domain';
import type { Guard } from '../ports';

/**
 * The guard where the database has no lock to share (SQLite): it protects against this process alone, which is
 * all there can be on a database file, and forgets everything with the process.
 */
export function createProcessGuard(): Guard {
  let epoch = 0;
  let fingerprint: Fingerprint | undefined;
  let inside = false;
  return {
    enter: async (next) => {
      if (inside) return { outcome: 'busy' };
      if (next <= epoch) return { outcome: 'stale', epoch };
      epoch = next;
      inside = true;
      return {
        outcome: 'entered',
        hold: {
          lost: new AbortController().signal,
          leave: async (applied) => {
            fingerprint = applied ?? fingerprint;
            inside = false;
          },
        },
      };
    },
    isHeld: async () => inside,
    applied: async () => ({ epoch, fingerprint }),
    close: async () => {},
  };
}
