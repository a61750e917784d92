import type { Coordination } from '../ports';

/** Stands in where the settings are impossible: everything that needs coordination is refused with the sentence. */
export function offlineCoordination(problem: string): Coordination {
  const refuse = async (): Promise<never> => {
    throw new Error(problem);
  };
  return {
    mode: 'cluster',
    lease: { acquire: refuse, renew: refuse, isHeld: refuse, release: refuse },
    state: {
      read: refuse,
      write: refuse,
      commit: refuse,
      cancel: refuse,
      restore: refuse,
      finish: refuse,
      settle: refuse,
      report: refuse,
      roster: refuse,
      leave: refuse,
    },
    journal: { append: refuse, read: refuse },
    bus: { hint: async () => {}, onHint: () => () => {} },
    problem: () => problem,
    close: async () => {},
  };
}
