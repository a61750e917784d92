import type { Clock } from '../../core/clock';
import type { Coordination, JournalStream, Lease, StateStore } from '../../ports';
import type { Instruments } from './instruments';
import type { JournalWatch } from './journal-watch';
import type { OperationWatch } from './operation-watch';

export interface Observers {
  readonly instruments: Instruments;
  readonly operations: OperationWatch;
  readonly journal: JournalWatch;
  readonly clock: Clock;
}

type Timed = <T>(command: string, run: () => Promise<T>) => Promise<T>;

/** The same coordination, looked at from outside: what is behind it knows nothing of metrics. */
export function observed(coordination: Coordination, observers: Observers): Coordination {
  const timed: Timed = coordination.mode === 'cluster' ? stopwatch(observers) : (_command, run) => run();
  return {
    mode: coordination.mode,
    bus: coordination.bus,
    lease: observedLease(coordination.lease, observers, timed),
    state: observedState(coordination.state, observers, timed),
    journal: observedJournal(coordination.journal, observers, timed),
    problem: () => coordination.problem(),
    close: () => coordination.close(),
  };
}

function stopwatch({ instruments, clock }: Observers): Timed {
  return async (command, run) => {
    const began = clock.monotonic();
    try {
      const value = await run();
      instruments.redis.observe({ command }, (clock.monotonic() - began) / 1000);
      return value;
    } catch (error) {
      instruments.redisErrors.inc({ command });
      throw error;
    }
  };
}

function observedLease(lease: Lease, { operations, instruments }: Observers, timed: Timed): Lease {
  return {
    async acquire(...request) {
      const outcome = await timed('acquire', () => lease.acquire(...request));
      if (outcome.outcome === 'acquired') operations.led(outcome.record);
      return outcome;
    },
    async renew(...request) {
      try {
        const outcome = await timed('renew', () => lease.renew(...request));
        instruments.renewals.inc({ outcome });
        return outcome;
      } catch (error) {
        instruments.renewals.inc({ outcome: 'failed' });
        throw error;
      }
    },
    isHeld: () => timed('held', () => lease.isHeld()),
    release: (token) => timed('release', () => lease.release(token)),
  };
}

function observedState(state: StateStore, { operations }: Observers, timed: Timed): StateStore {
  return {
    read: () => timed('read', () => state.read()),
    write(token, record) {
      // It has come so far whether or not the store hears of it.
      operations.led(record);
      return timed('write', () => state.write(token, record));
    },
    async commit(token, record) {
      const outcome = await timed('commit', () => state.commit(token, record));
      if (outcome === 'written') operations.led(record);
      return outcome;
    },
    finish(token, record) {
      operations.led(record);
      return timed('finish', () => state.finish(token, record));
    },
    async settle(seen, next) {
      const outcome = await timed('settle', () => state.settle(seen, next));
      if (outcome === 'written') operations.settled(next);
      return outcome;
    },
    cancel: (operationId, by) => timed('cancel', () => state.cancel(operationId, by)),
    restore: (record) => timed('restore', () => state.restore(record)),
    report: (node, ttl) => timed('report', () => state.report(node, ttl)),
    roster: () => timed('roster', () => state.roster()),
    leave: (bootId) => timed('leave', () => state.leave(bootId)),
  };
}

function observedJournal(journal: JournalStream, observers: Observers, timed: Timed): JournalStream {
  return {
    append(entry) {
      observers.journal.see(entry);
      return timed('append', () => journal.append(entry));
    },
    read: (operationId) => timed('journal', () => journal.read(operationId)),
  };
}
