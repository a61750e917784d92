import { ERROR_CODES } from '../../shared/api';
import type { Clock } from '../core/clock';
import { MaintenanceError } from '../core/errors';
import type { Bus, Coordination } from '../ports';
import { MemoryStore } from './store';

export { MemoryStore } from './store';

/**
 * Coordination inside one process: single-node mode. Several nodes of one process (simulations, tests) may share a
 * `store`; each has its own coordination, so that one can close while the others go on.
 */
export function createMemoryCoordination(clock: Clock, store = new MemoryStore(clock)): Coordination {
  let closed = false;
  const problem = () => (closed ? 'The coordination was closed, because this process ends.' : undefined);
  /** One turn later, as from any other store: no caller may count on the effect before it has waited. */
  const step = async <T>(act: () => T): Promise<T> => {
    await Promise.resolve();
    const why = problem();
    if (why !== undefined) throw new MaintenanceError(ERROR_CODES.offline, 503, why);
    return act();
  };
  const { close, ...bus } = memoryBus(store);
  return {
    mode: 'single',
    lease: {
      acquire: (draft, ttl, epoch, known) => step(() => store.acquire(draft, ttl, epoch, known)),
      renew: (token, ttl) => step(() => store.renew(token, ttl)),
      isHeld: () => step(() => store.isHeld()),
      release: (token) => step(() => store.release(token)),
    },
    state: {
      read: () => step(() => store.read()),
      write: (token, record) => step(() => store.write(token, record)),
      commit: (token, record) => step(() => store.commit(token, record)),
      cancel: (operationId, by) => step(() => store.cancel(operationId, by)),
      restore: (record) => step(() => store.restore(record)),
      finish: (token, record) => step(() => store.finish(token, record)),
      settle: (seen, next) => step(() => store.settle(seen, next)),
      report: (node, ttl) => step(() => ({ record: store.report(node, ttl) })),
      roster: () => step(() => store.roster()),
      leave: (bootId) => step(() => store.leave(bootId)),
    },
    bus,
    journal: {
      append: (entry) => step(() => store.journal.append(entry)),
      read: (operationId) => step(() => store.journal.read(operationId)),
    },
    problem,
    async close() {
      closed = true;
      close();
      await Promise.resolve();
    },
  };
}

function memoryBus(store: MemoryStore): Bus & { close(): void } {
  const stops = new Set<() => void>();
  let closed = false;
  return {
    async hint() {
      await Promise.resolve();
      if (!closed) store.wake();
    },
    onHint(listener) {
      // Wrapped: the same function given twice is two listeners.
      const stop = store.onWake(() => listener());
      stops.add(stop);
      return () => {
        stop();
        stops.delete(stop);
      };
    },
    close() {
      closed = true;
      for (const stop of stops) stop();
    },
  };
}
